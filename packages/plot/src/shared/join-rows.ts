import type { TableRow } from "../figure.ts";

/** Several tables below each other: all rows have all columns, those that a table does not have are empty. */
export function joinRows(tables: readonly (readonly TableRow[])[]): TableRow[] {
  const names = new Set(tables.flatMap((table) => Object.keys(table[0] ?? {})));
  const empty = Object.fromEntries([...names].map((name) => [name, ""]));
  return tables.flatMap((table) => table.map((row) => ({ ...empty, ...row })));
}
