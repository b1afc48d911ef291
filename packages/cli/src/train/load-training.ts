// The table to learn from, and what was left out of it.
import { writeCsv } from "@steepest/tables";
import type { Table } from "steepest/data";
import { type LoadedTable, loadTable } from "../data/load-table.ts";
import { rejectLine } from "../data/rejects.ts";
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

/** The table without the rows that are left out: unreadable ones, and with `--on-bad-row skip` those without a target. */
export async function loadTraining(request: TrainRequest, input?: Uint8Array): Promise<TrainingTable> {
  const loaded = await loadTable(request.file, request, (names) => columnProblems(request, names), input);
  const { rejects, sha256, rows, table } = loaded;
  const holes = request.onBadRow === "skip" ? rowsWithoutTarget(loaded, request.target) : [];
  const isHole = new Set(holes);
  const kept = rows.map((_, i) => i).filter((i) => !isHole.has(i));
  const lines = [
    ...rejects.map((reject) => ({ row: reject.row, line: rejectLine(reject) })),
    ...holes.map((i) => ({ row: rows[i]!, line: holeLine(table, i, rows[i]!, request.target) })),
  ].sort((a, b) => a.row - b.row);
  return {
    table: holes.length === 0 ? table : table.take(kept),
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

/** These rows could be read, so their text is written again from their values. */
function holeLine(table: Table, at: number, row: number, target: string): string {
  const [, text = ""] = writeCsv(table.take([at])).split("\n");
  return rejectLine({ row, reason: `the target "${target}" is missing`, text });
}
