// The table to learn from, and what was left out of it.
import { writeCsv } from "@steepest/tables";
import type { Table } from "steepest/data";
import { type LoadedTable, loadTable } from "../data/load-table.ts";
import { rejectLine } from "../data/rejects.ts";
import { plural } from "../format.ts";
import { columnProblems } from "./plan-problems.ts";
import type { TrainRequest } from "./request.ts";

export interface TrainingTable {
  readonly table: Table;
  readonly sha256: string;
  /** Lines of rejects.csv. */
  readonly rejects: readonly string[];
  /** Where a row of the table stands in the file, counted from 1. */
  readonly rowNumber: (row: number) => number;
}

/** The table without the rows that are left out: unreadable ones, with `--on-bad-row skip` those without a target, with `--drop-rare` those of rare classes. */
export async function loadTraining(request: TrainRequest, input?: Uint8Array): Promise<TrainingTable> {
  const loaded = await loadTable(request.file, request, (names) => columnProblems(request, names), input);
  const { rejects, sha256, rows, table } = loaded;
  const holes = request.onBadRow === "skip" ? rowsWithoutTarget(loaded, request.target) : [];
  const rare = request.dropRare === undefined ? [] : rareRows(table, request.target, request.dropRare);
  const isOut = new Set([...holes, ...rare.map(({ at }) => at)]);
  const kept = rows.map((_, i) => i).filter((i) => !isOut.has(i));
  const lines = [
    ...rejects.map((reject) => ({ row: reject.row, line: rejectLine(reject) })),
    ...holes.map((i) => ({
      row: rows[i]!,
      line: leftOut(table, i, rows[i]!, `the target "${request.target}" is missing`),
    })),
    ...rare.map(({ at, reason }) => ({ row: rows[at]!, line: leftOut(table, at, rows[at]!, reason) })),
  ].sort((a, b) => a.row - b.row);
  return {
    table: isOut.size === 0 ? table : table.take(kept),
    sha256,
    rejects: lines.map(({ line }) => line),
    rowNumber: (row) => rows[kept[row]!]! + 1,
  };
}

function rowsWithoutTarget({ table }: LoadedTable, target: string): number[] {
  const column = table.column(target);
  const cells = column.type === "category" ? column.codes : column.values;
  const isHole = (cell: number): boolean => (column.type === "category" ? cell < 0 : Number.isNaN(cell));
  return Array.from(cells, (cell, i) => (isHole(cell) ? i : -1)).filter((i) => i >= 0);
}

/** Rows of classes that fewer than `fewest` rows have. */
function rareRows(table: Table, target: string, fewest: number): { at: number; reason: string }[] {
  const column = table.column(target);
  const labels =
    column.type === "category"
      ? Array.from(column.codes, (code) => column.categories[code])
      : Array.from(column.values, (x) => (Number.isNaN(x) ? undefined : String(x)));
  const counts = new Map<string, number>();
  for (const label of labels) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  return labels.flatMap((label, at) => {
    const count = label === undefined ? fewest : counts.get(label)!;
    return count >= fewest
      ? []
      : [{ at, reason: `the class "${label}" has ${plural(count, "row")} (--drop-rare ${fewest})` }];
  });
}

/** These rows could be read, so their text is written again from their values. */
function leftOut(table: Table, at: number, row: number, reason: string): string {
  const [, text = ""] = writeCsv(table.take([at])).split("\n");
  return rejectLine({ row, reason, text });
}
