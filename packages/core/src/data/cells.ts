// From loose cells (numbers, texts, booleans, dates, null) to one typed column.
import { DataError } from "../errors/index.ts";
import type { Column } from "./table.ts";

/** What one cell may be. `null` and `undefined` are missing. */
export type Cell = number | string | boolean | Date | null | undefined;
type CellKind = "number" | "text" | "boolean" | "date";

/**
 * The type of a column is that of its first cell that is not missing; booleans become the categories "false" and "true".
 * A column without any value is a number column of NaN.
 * @throws DataError when cells of two types meet, or one is of another type; says the row.
 */
export function columnFromCells(operation: string, name: string, cells: ArrayLike<unknown>): Column {
  const kind = kindOfCells(operation, name, cells);
  if (kind === "text" || kind === "boolean") {
    return dictionary(Array.from(cells, (cell) => (cell === null || cell === undefined ? undefined : String(cell))));
  }
  const values = Float64Array.from(cells, (cell) => (cell === null || cell === undefined ? NaN : Number(cell)));
  return { type: kind === "date" ? "date" : "number", values };
}

/** Codes in the order in which the texts appear. */
export function dictionary(texts: readonly (string | undefined)[]): Column {
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(texts, (text) => {
    if (text === undefined) return -1;
    const known = codeOf.get(text);
    if (known !== undefined) return known;
    codeOf.set(text, codeOf.size);
    return codeOf.size - 1;
  });
  return { type: "category", codes, categories: [...codeOf.keys()] };
}

function kindOfCells(operation: string, name: string, cells: ArrayLike<unknown>): CellKind {
  let kind: CellKind | undefined;
  let firstRow = 0;
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (cell === null || cell === undefined) continue;
    const found = kindOfCell(cell);
    if (found === undefined) {
      throw new DataError(
        `${operation}: column "${name}" holds ${describe(cell)} in row ${row}. ` +
          "A cell is a number, a text, a boolean, a Date, or null for missing.",
        { code: "unknown-type", column: name, row, received: describe(cell) },
      );
    }
    if (kind === undefined) {
      kind = found;
      firstRow = row;
    } else if (kind !== found) {
      throw new DataError(
        `${operation}: column "${name}" holds a ${kind} in row ${firstRow} and a ${found} in row ${row}. ` +
          "A column has one type: convert the cells, or use null for missing.",
        { code: "mixed-types", column: name, row, received: `a ${found}`, expected: `a ${kind}` },
      );
    }
  }
  return kind ?? "number";
}

function kindOfCell(cell: unknown): CellKind | undefined {
  if (typeof cell === "number" || typeof cell === "bigint") return "number";
  if (typeof cell === "string") return "text";
  if (typeof cell === "boolean") return "boolean";
  return cell instanceof Date ? "date" : undefined;
}

function describe(cell: unknown): string {
  if (Array.isArray(cell)) return "a list";
  return typeof cell === "object" ? "an object" : `a ${typeof cell}`;
}
