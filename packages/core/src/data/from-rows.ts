// Tables from a list of records.
import { DataError, didYouMean } from "../errors/index.ts";
import { type Cell, columnFromCells } from "./cells.ts";
import { makeTable, type Table } from "./table.ts";

/**
 * A table from records with the same keys. Numbers become number columns (NaN and null are missing), texts and booleans
 * categories, `Date`s dates.
 *
 * @throws DataError for no rows, a row with a key less or more than the first one, or a column that mixes types.
 *
 * @example
 * ```ts
 * const table = tableFromRows([
 *   { age: 31, plan: "basic" },
 *   { age: null, plan: "pro" },
 * ]);
 * table.rows; // 2
 * ```
 */
export function tableFromRows<R extends { readonly [K in keyof R]: Cell }>(rows: readonly R[]): Table {
  const [first] = rows;
  if (first === undefined) {
    throw new DataError("tableFromRows: there are no rows, so there are no columns. Pass at least one row.", {
      code: "empty-table",
    });
  }
  const names = Object.keys(first) as (keyof R & string)[]; // symbols and inherited keys are no columns
  const known: ReadonlySet<string> = new Set(names);
  rows.forEach((row, index) => {
    checkKeys(row, index, known);
  });
  return makeTable(
    new Map(
      names.map((name) => {
        const cells = rows.map((row) => row[name]);
        return [name, columnFromCells("tableFromRows", name, cells)];
      }),
    ),
  );
}

function checkKeys(row: object, index: number, known: ReadonlySet<string>): void {
  const names = [...known];
  const missing = names.find((name) => !Object.hasOwn(row, name));
  const extra = Object.keys(row).find((name) => !known.has(name));
  if (missing === undefined && extra === undefined) return;
  const hint = missing === undefined ? didYouMean(extra!, names) : "";
  throw new DataError(
    `tableFromRows: row ${index} has ${missing === undefined ? `the extra key "${extra}"` : `no "${missing}"`}, unlike row 0.${hint} ` +
      "Give every row the same keys; null means missing.",
    { code: "ragged-rows", row: index, column: missing ?? extra! },
  );
}
