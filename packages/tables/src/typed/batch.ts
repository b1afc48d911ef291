// What every stream of tables gives, whatever the format.
import { type Table, unknownColumns } from "steepest/data";
import { cellText } from "../csv/write-csv.ts";
import type { RejectedRow } from "../reject.ts";
import type { ColumnSpec } from "../schema.ts";
import type { ChosenField, Field } from "./field.ts";
import { chooseFields } from "./field.ts";

/** A table, and how its columns came to be. */
export interface TypedTable {
  readonly table: Table;
  /** Names of all columns of the file, also of those that the table leaves aside. */
  readonly header: readonly string[];
  readonly schema: readonly ColumnSpec[];
}

/** Some rows of a file. */
export interface TableBatch {
  readonly table: Table;
  /** Names of all columns of the file, also of those that the table leaves aside. */
  readonly header: readonly string[];
  readonly schema: readonly ColumnSpec[];
  /** Number of each row in the file, counted from 0; rows that were left out count too. */
  readonly rows: Int32Array;
  /** For each row of the table the cells of the columns named in `carry`, as texts; missing ones are empty. */
  readonly carried: readonly (readonly string[])[];
  /** Rows between these that were left out: only CSV files have such rows, and only where `onBadRow` is "skip". */
  readonly rejects: readonly RejectedRow[];
}

/** The fields to carry along, each in its natural type. */
export function carriedFields(
  source: string,
  fields: readonly Field[],
  carry: readonly string[],
): readonly ChosenField[] {
  const names = fields.map(({ name }) => name);
  const unknown = carry.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw unknownColumns(`${source}: carry`, unknown, names);
  return chooseFields(source, fields, { schema: [...new Set(carry)].map((name) => ({ name, type: "category" })) });
}

/** Row by row, the cells of these columns as they would stand in a CSV file. */
export function carriedTexts(table: Table, carry: readonly string[], rows: number): readonly (readonly string[])[] {
  const columns = carry.map((name) => table.column(name));
  return Array.from({ length: rows }, (_, row) => columns.map((column) => cellText(column, row)));
}
