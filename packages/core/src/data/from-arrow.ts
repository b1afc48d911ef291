// Tables from anything with Arrow's column interface, so that core needs no Arrow package.
import { DataError } from "../errors/index.ts";
import { columnFromCells } from "./cells.ts";
import { type Column, duplicateColumn, makeTable, type Table } from "./table.ts";

/** The part of Arrow's Table that is read. */
export interface ArrowTable {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  getChild(name: string): { toArray(): ArrayLike<unknown> } | null;
}

/**
 * A table from an Arrow table. Columns that come as Float64Array are not copied; other numbers, texts, booleans and
 * dates are converted as in `tableFromRows`.
 *
 * @throws DataError for a name that occurs twice, a field without data, or a column of another type (lists, structs).
 */
export function tableFromArrow(table: ArrowTable): Table {
  const columns = new Map<string, Column>();
  for (const { name } of table.schema.fields) {
    if (columns.has(name)) throw duplicateColumn("tableFromArrow", name);
    const cells = table.getChild(name)?.toArray();
    if (cells === undefined || cells.length !== table.numRows) {
      const found = cells === undefined ? "no data" : `${cells.length} values`;
      throw new DataError(`tableFromArrow: column "${name}" has ${found}, but the table has ${table.numRows} rows.`, {
        code: "ragged-columns",
        column: name,
        received: found,
        expected: `${table.numRows} values`,
      });
    }
    columns.set(
      name,
      cells instanceof Float64Array
        ? { type: "number", values: cells }
        : columnFromCells("tableFromArrow", name, cells),
    );
  }
  return makeTable(columns);
}
