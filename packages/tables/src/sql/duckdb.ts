// The part of @duckdb/node-api that is used, and what its types mean. The package is an optional peer of 70 MB: never imported
// statically, and never in a page.
import type { Cells } from "../typed/column-filler.ts";
import type { CellKind } from "../typed/field.ts";
import { floorDivide } from "../typed/whole-milliseconds.ts";

export interface DuckDBModule {
  readonly DuckDBInstance: { create(path?: string): Promise<DuckDBInstance> };
}

export interface DuckDBInstance {
  connect(): Promise<DuckDBConnection>;
  closeSync(): void;
}

export interface DuckDBConnection {
  stream(sql: string): Promise<DuckDBResult>;
  closeSync(): void;
}

export interface DuckDBResult {
  columnNames(): string[];
  columnTypes(): { readonly typeId: number; toString(): string }[];
  /** Null or an empty chunk at the end. */
  fetchChunk(): Promise<DuckDBChunk | null>;
}

export interface DuckDBChunk {
  readonly rowCount: number;
  getColumnValues(column: number): readonly unknown[];
}

interface Meaning {
  readonly kind: CellKind;
  /** From what DuckDB gives, never null, to a cell. */
  readonly convert: (value: never) => NonNullable<Cells[number]>;
}

const asIs: Meaning["convert"] = (value) => value;
const number: Meaning = { kind: "number", convert: asIs };
const text: Meaning = { kind: "text", convert: String };
const micros: Meaning = { kind: "date", convert: (value: { micros: bigint }) => floorDivide(value.micros, 1000n) };
const decimal: Meaning = {
  kind: "number",
  // 10^scale is exact up to 10^22, so that the quotient is correctly rounded
  convert: ({ value, scale }: { value: bigint; scale: number }) => Number(value) / 10 ** scale,
};

/** By DuckDBTypeId. What is not here has no place in a table: lists, structs, maps, blobs, intervals, times of day. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  1: { kind: "boolean", convert: asIs },
  2: number, // TINYINT
  3: number,
  4: number,
  5: number, // BIGINT
  6: number, // UTINYINT
  7: number,
  8: number,
  9: number, // UBIGINT
  10: number, // FLOAT
  11: number, // DOUBLE
  12: micros, // TIMESTAMP
  13: { kind: "date", convert: ({ days }: { days: number }) => days * 86_400_000 },
  16: number, // HUGEINT
  17: text, // VARCHAR
  19: decimal,
  20: { kind: "date", convert: ({ seconds }: { seconds: bigint }) => Number(seconds) * 1000 },
  21: { kind: "date", convert: ({ millis }: { millis: bigint }) => Number(millis) },
  22: { kind: "date", convert: ({ nanos }: { nanos: bigint }) => floorDivide(nanos, 1_000_000n) },
  23: text, // ENUM
  27: text, // UUID
  31: micros, // TIMESTAMP WITH TIME ZONE
  32: number, // UHUGEINT
  36: number, // NULL in every row
};

export function kindOf(typeId: number): CellKind | undefined {
  return MEANINGS[typeId]?.kind;
}

/** The values of one chunk as cells. */
export function cellsOf(typeId: number, values: readonly unknown[]): Cells {
  const { convert } = MEANINGS[typeId]!;
  return values.map((value) => (value === null || value === undefined ? null : convert(value as never)));
}
