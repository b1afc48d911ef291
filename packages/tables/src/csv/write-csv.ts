// Tables and rows to CSV text that `readCsv` reads back.
import type { Column, Table } from "steepest/data";
import { formatDate } from "../cell.ts";
import type { Delimiter } from "./delimiter.ts";

export interface WriteCsvOptions {
  /** Default ",". */
  delimiter?: Delimiter;
}

/** A quote, a line break, or anything that a reader could take for a delimiter or a byte order mark. */
const NEEDS_QUOTES = /[",;\t\r\n]|^\ufeff/;

/**
 * One line of CSV, with its line break: texts are quoted where needed, null and NaN become empty cells, numbers have the fewest
 * digits that read back to the same bits.
 *
 * @example
 * ```ts
 * csvLine(["a, b", 0.1, null]); // "\"a, b\",0.1,\n"
 * ```
 */
export function csvLine(cells: readonly (string | number | null)[], options: WriteCsvOptions = {}): string {
  const { delimiter = "," } = options;
  const fields = cells.map(csvField);
  // One empty field alone would be a blank line, which readers leave out.
  return `${fields.length === 1 && fields[0] === "" ? '""' : fields.join(delimiter)}\n`;
}

function csvField(cell: string | number | null): string {
  const text = plainText(cell);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function plainText(cell: string | number | null): string {
  if (cell === null || Number.isNaN(cell)) return "";
  return Object.is(cell, -0) ? "-0" : String(cell);
}

/** The lines of a table, header first: for writing without holding the whole text. */
export function* csvLines(table: Table, options: WriteCsvOptions = {}): Generator<string, void> {
  yield csvLine(table.names, options);
  const columns = table.names.map((name) => table.column(name));
  for (let row = 0; row < table.rows; row++) {
    yield csvLine(
      columns.map((column) => cellAt(column, row)),
      options,
    );
  }
}

/**
 * The table as CSV text: LF at the end of each line, missing values as empty cells, dates as ISO 8601.
 *
 * An empty text as a category cannot be told from a missing value and is read back as one.
 *
 * @example
 * ```ts
 * writeCsv(tableFromColumns({ age: [31, NaN], plan: ["a", "b"] })); // "age,plan\n31,a\n,b\n"
 * ```
 */
export function writeCsv(table: Table, options: WriteCsvOptions = {}): string {
  return [...csvLines(table, options)].join("");
}

/**
 * The cell of a column as it would stand in a CSV file, without quotes; empty where it is missing.
 *
 * @example
 * ```ts
 * cellText(tableFromColumns({ age: [31, NaN] }).column("age"), 0); // "31"
 * ```
 */
export function cellText(column: Column, row: number): string {
  return plainText(cellAt(column, row));
}

function cellAt(column: Column, row: number): string | number | null {
  if (column.type === "category") return column.categories[column.codes[row]!] ?? null;
  const value = column.values[row]!;
  return column.type === "date" && Number.isFinite(value) ? formatDate(value) : value;
}
