// Rows that occur more than once, inside of a table and across a split: copies in the test rows make every score too good.
import { DataError } from "../errors/index.ts";
import { type Column, type Table, unknownColumns } from "./table.ts";

/** Rows that repeat another one. */
export interface Duplicates {
  /** How many rows repeat an earlier row (of the same table, or of the training table). */
  readonly count: number;
  /** The first ten of them, each with the row that it repeats: `of` is the first one that is equal. */
  readonly first: readonly { readonly row: number; readonly of: number }[];
}

const LISTED = 10;

/**
 * Rows that are equal to an earlier row in every column. Missing equals missing, and −0 equals 0.
 *
 * Leave out what tells every row apart with `select`: `duplicates(table.select(names without the identifier))`.
 * Cost: one pass over the columns and 12 bytes per row.
 *
 * @example
 * ```ts
 * const table = tableFromColumns({ age: [31, 58, 31], plan: ["a", "b", "a"] });
 * duplicates(table); // { count: 1, first: [{ row: 2, of: 0 }] }
 * ```
 */
export function duplicates(table: Table): Duplicates {
  const columns = table.names.map((name) => keysOf(table.column(name)));
  const index = new RowIndex(columns, table.rows);
  return collect(table.rows, rowHashes(columns, table.rows), (row, hash) => index.findOrAdd(row, hash));
}

/**
 * Rows of `test` that occur in `train`, by the columns of `train`; categories are compared by their texts.
 *
 * @throws DataError when `test` lacks a column of `train`, or has it in another type.
 *
 * @example
 * ```ts
 * const train = tableFromColumns({ age: [31, 58], plan: ["a", "b"] });
 * const test = tableFromColumns({ age: [58, 58], plan: ["b", "c"] });
 * duplicatesAcross(train, test); // { count: 1, first: [{ row: 0, of: 1 }] }
 * ```
 */
export function duplicatesAcross(train: Table, test: Table): Duplicates {
  const present = new Set(test.names);
  const absent = train.names.filter((name) => !present.has(name));
  if (absent.length > 0) throw unknownColumns("duplicatesAcross: test", absent, test.names, "missing-column");
  const known = train.names.map((name) => keysOf(train.column(name)));
  const asked = train.names.map((name) => alignedKeys(name, train.column(name), test.column(name)));
  const index = new RowIndex(known, train.rows);
  const hashes = rowHashes(known, train.rows);
  for (let row = 0; row < train.rows; row++) index.findOrAdd(row, hashes[row]!);
  return collect(test.rows, rowHashes(asked, test.rows), (row, hash) => index.find(asked, row, hash));
}

function collect(rows: number, hashes: Int32Array, find: (row: number, hash: number) => number): Duplicates {
  const first: { row: number; of: number }[] = [];
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const of = find(row, hashes[row]!);
    if (of < 0) continue;
    count++;
    if (first.length < LISTED) first.push({ row, of });
  }
  return { count, first };
}

/** One number per row, equal where the cells are equal. */
type Keys = Float64Array | Int32Array;

function keysOf(column: Column): Keys {
  return column.type === "category" ? column.codes : column.values;
}

/** The keys of a test column; its texts get the codes of the training column, and texts that this does not have get others. */
function alignedKeys(name: string, train: Column, test: Column): Keys {
  if (train.type !== test.type) {
    throw new DataError(
      `duplicatesAcross: column "${name}" holds ${test.type} values in test and ${train.type} values in train. Read both with one schema.`,
      { code: "type-mismatch", column: name, received: test.type, expected: train.type },
    );
  }
  if (train.type !== "category" || test.type !== "category") return keysOf(test);
  const codeOf = new Map(train.categories.map((text, code) => [text, code]));
  const aligned = test.categories.map((text, code) => codeOf.get(text) ?? train.categories.length + code);
  return test.codes.map((code) => (code < 0 ? -1 : aligned[code]!));
}

/** 32 bits per row, equal for equal rows. */
function rowHashes(columns: readonly Keys[], rows: number): Int32Array {
  const hashes = new Int32Array(rows);
  const number = new Float64Array(1);
  const halves = new Int32Array(number.buffer);
  for (const keys of columns) {
    const isCodes = keys instanceof Int32Array;
    for (let row = 0; row < rows; row++) {
      const key = keys[row]!;
      let bits = key;
      if (!isCodes) {
        number[0] = Number.isNaN(key) ? NaN : key + 0; // one NaN for all, and −0 + 0 = 0
        bits = halves[0]! ^ Math.imul(halves[1]!, 0x9e3779b1);
      }
      hashes[row] = mix(hashes[row]! ^ Math.imul(bits, 0x85ebca6b));
    }
  }
  return hashes;
}

/** The finalizer of MurmurHash3 (Appleby, public domain): every bit of the input changes half of the output. */
function mix(bits: number): number {
  let h = bits ^ (bits >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) + 0x9e3779b9; // not 0 for 0: a row of zeros differs from none
}

/** A hash table of rows with open addressing; of equal rows the first one is kept. */
class RowIndex {
  readonly #columns: readonly Keys[];
  /** Row + 1, or 0 where the place is free. */
  readonly #slots: Int32Array;
  readonly #hashes: Int32Array;

  constructor(columns: readonly Keys[], rows: number) {
    this.#columns = columns;
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, 1.5 * rows)));
    this.#slots = new Int32Array(size);
    this.#hashes = new Int32Array(size);
  }

  /** The row that equals a row of other columns; −1 where there is none. */
  find(columns: readonly Keys[], row: number, hash: number): number {
    return this.#slots[this.#place(columns, row, hash)]! - 1;
  }

  /** The earlier row that equals this one; −1 where there is none, and then the row is kept. */
  findOrAdd(row: number, hash: number): number {
    const place = this.#place(this.#columns, row, hash);
    const found = this.#slots[place]! - 1;
    if (found >= 0) return found;
    this.#slots[place] = row + 1;
    this.#hashes[place] = hash;
    return -1;
  }

  #place(columns: readonly Keys[], row: number, hash: number): number {
    const last = this.#slots.length - 1;
    let place = hash & last;
    while (this.#slots[place] !== 0) {
      if (this.#hashes[place] === hash && this.#equal(this.#slots[place]! - 1, columns, row)) return place;
      place = (place + 1) & last;
    }
    return place;
  }

  #equal(known: number, columns: readonly Keys[], row: number): boolean {
    for (let i = 0; i < columns.length; i++) {
      const a = this.#columns[i]![known]!;
      const b = columns[i]![row]!;
      if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) return false;
    }
    return true;
  }
}
