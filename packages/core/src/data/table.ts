// Tables: named columns of one length. Numbers and dates are f64 with NaN for missing; categories are codes into a list of texts.
// Knows nothing of files or arrays.
import { DataError, didYouMean } from "../errors/index.ts";
import { columnFromCells } from "./cells.ts";

/** One column. Dates are milliseconds since 1970-01-01 UTC. */
export type Column =
  | { readonly type: "number"; readonly values: Float64Array } // NaN = missing
  | { readonly type: "category"; readonly codes: Int32Array; readonly categories: readonly string[] } // −1 = missing
  | { readonly type: "date"; readonly values: Float64Array }; // NaN = missing

/** What a column holds. */
export type ColumnType = Column["type"];

/** What may stand for a column: numbers, texts, or a column with its type. Typed arrays are kept, not copied. */
export type ColumnInput = Column | Float64Array | readonly number[] | readonly string[];

/** Columns of one length, in order. Immutable: nobody writes to the typed arrays inside. */
export interface Table {
  readonly rows: number;
  readonly names: readonly string[];
  /** @throws DataError for an unknown name, with the nearest ones. */
  column(name: string): Column;
  /** These columns, in this order. */
  select(names: readonly string[]): Table;
  /** These rows, in this order; a row may come more than once. The list of categories stays as it is. */
  take(rows: Int32Array | readonly number[]): Table;
}

/**
 * A table from columns: an object, or pairs of name and column where the order of names such as "2010" matters.
 *
 * @throws DataError for columns of different lengths, a name that occurs twice, or a column that mixes numbers and texts.
 *
 * @example
 * ```ts
 * const table = tableFromColumns({ age: [31, NaN, 58], plan: ["basic", "pro", "basic"] });
 * table.column("plan"); // { type: "category", codes: Int32Array [0, 1, 0], categories: ["basic", "pro"] }
 * ```
 */
export function tableFromColumns(
  columns: Readonly<Record<string, ColumnInput>> | Iterable<readonly [name: string, column: ColumnInput]>,
): Table {
  const entries = isIterable(columns) ? columns : Object.entries(columns);
  const byName = new Map<string, Column>();
  for (const [name, input] of entries) {
    if (byName.has(name)) throw duplicateColumn("tableFromColumns", name);
    byName.set(name, toColumn(name, input));
  }
  return makeTable(byName);
}

function isIterable<T>(value: object): value is Iterable<T> {
  return Symbol.iterator in value;
}

/** How long a column is. */
export function lengthOf(column: Column): number {
  return column.type === "category" ? column.codes.length : column.values.length;
}

/** Whether one cell of a column is missing. */
export function isMissing(column: Column, row: number): boolean {
  return column.type === "category" ? column.codes[row]! < 0 : Number.isNaN(column.values[row]!);
}

export function duplicateColumn(operation: string, name: string): DataError {
  return new DataError(
    `${operation}: two columns are called "${name}". Columns are found by name: rename or drop one of them.`,
    { code: "duplicate-column", column: name, fix: ["rename or drop one of them"] },
  );
}

/**
 * The error for columns that are asked for and not there: all of them at once, with the nearest names. For readers of tables.
 * `code` is "unknown-column" for a name that a person wrote, "missing-column" for one that a model needs.
 */
export function unknownColumns(
  operation: string,
  unknown: readonly string[],
  known: readonly string[],
  code: "unknown-column" | "missing-column" = "unknown-column",
): DataError {
  const [first = ""] = unknown;
  const what = unknown.length === 1 ? "there is no column" : "there are no columns";
  return new DataError(
    `${operation}: ${what} ${listNames(unknown)}.${didYouMean(first, known)} The columns are ${listNames(known)}.`,
    { code, column: first, received: listNames(known), expected: listNames(unknown) },
  );
}

/** "a", "b", "c" and 27 more */
export function listNames(names: readonly string[], limit = 8): string {
  if (names.length === 0) return "none";
  const shown = names.slice(0, limit).map((name) => `"${name}"`);
  return names.length > limit ? `${shown.join(", ")} and ${names.length - limit} more` : shown.join(", ");
}

export function makeTable(columns: ReadonlyMap<string, Column>): Table {
  const names = [...columns.keys()];
  const first = columns.get(names[0] ?? "");
  const rows = first === undefined ? 0 : lengthOf(first);
  for (const [name, column] of columns) {
    if (lengthOf(column) !== rows) {
      throw new DataError(
        `tableFromColumns: column "${name}" has ${lengthOf(column)} rows, but "${names[0]}" has ${rows}. All columns need one length.`,
        { code: "ragged-columns", column: name, received: `${lengthOf(column)} rows`, expected: `${rows} rows` },
      );
    }
  }
  const table: Table = {
    rows,
    names,
    column(name) {
      const column = columns.get(name);
      if (column === undefined) throw unknownColumns("table.column", [name], names);
      return column;
    },
    select(wanted) {
      const unknown = wanted.filter((name) => !columns.has(name));
      if (unknown.length > 0) throw unknownColumns("table.select", unknown, names);
      const selected = new Map<string, Column>();
      for (const name of wanted) {
        if (selected.has(name)) throw duplicateColumn("table.select", name);
        selected.set(name, table.column(name));
      }
      return makeTable(selected);
    },
    take(chosen) {
      checkRows(chosen, rows);
      return makeTable(new Map(names.map((name) => [name, takeFrom(table.column(name), chosen)])));
    },
  };
  return table;
}

function checkRows(chosen: Int32Array | readonly number[], rows: number): void {
  for (const row of chosen) {
    if (Number.isInteger(row) && row >= 0 && row < rows) continue;
    throw new DataError(
      `table.take: there is no row ${row} in a table of ${rows} rows. Rows are counted from 0 to ${rows - 1}.`,
      { code: "row-out-of-range", received: String(row), expected: `an integer from 0 to ${rows - 1}` },
    );
  }
}

function takeFrom(column: Column, rows: Int32Array | readonly number[]): Column {
  if (column.type === "category") {
    return { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]!) };
  }
  return { type: column.type, values: Float64Array.from(rows, (row) => column.values[row]!) };
}

function toColumn(name: string, input: ColumnInput): Column {
  if (input instanceof Float64Array) return { type: "number", values: input };
  if ("type" in input) return checkColumn(name, input);
  return columnFromCells("tableFromColumns", name, input);
}

function checkColumn(name: string, column: Column): Column {
  if (column.type !== "category") return column;
  const { codes, categories } = column;
  if (new Set(categories).size !== categories.length) {
    throw new DataError(
      `tableFromColumns: the categories of column "${name}" hold a text twice. Each needs one code.`,
      {
        code: "duplicate-category",
        column: name,
      },
    );
  }
  const row = codes.findIndex((code) => code < -1 || code >= categories.length);
  if (row >= 0) {
    throw new DataError(
      `tableFromColumns: column "${name}" has code ${codes[row]} in row ${row}, but ${categories.length} categories. ` +
        `Codes run from 0 to ${categories.length - 1}; -1 means missing.`,
      { code: "unknown-code", column: name, row, received: String(codes[row]) },
    );
  }
  return column;
}
