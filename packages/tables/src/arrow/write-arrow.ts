// Tables to Arrow IPC, by flechette.
import type { Column as ArrowColumn, Batch, DataType } from "@uwdata/flechette";
import { OptionError } from "steepest";
import type { Column, Table } from "steepest/data";

export interface WriteArrowOptions {
  /** Default "file", which is also what Feather means; "stream" can be read before its end is written. */
  format?: "file" | "stream";
}

type Flechette = typeof import("@uwdata/flechette");

/**
 * The table as Arrow IPC bytes, in one record batch and not compressed: numbers as float64, categories as dictionary of texts,
 * dates as timestamp in UTC milliseconds, missing values as nulls.
 *
 * `readArrow` gives back the same bits, and the same categories in the same order.
 * @throws OptionError for an unknown option.
 *
 * @example
 * ```ts
 * const bytes = await writeArrow(tableFromColumns({ age: [31, NaN], plan: ["basic", "pro"] }));
 * new TextDecoder().decode(bytes.subarray(0, 6)); // "ARROW1"
 * ```
 */
export async function writeArrow(table: Table, options: WriteArrowOptions = {}): Promise<Uint8Array> {
  const { format = "file", ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw refuse(unknown, `unknown option "${unknown}"; there is format.`);
  if (format !== "file" && format !== "stream") {
    throw refuse("format", `format must be "file" or "stream", got ${JSON.stringify(format)}.`);
  }
  const flechette = await import("@uwdata/flechette");
  const columns = table.names.map((name): [string, ArrowColumn<unknown>] => [
    name,
    toArrow(flechette, table.column(name)),
  ]);
  const bytes = flechette.tableToIPC(flechette.tableFromColumns(columns), { format });
  return bytes!; // null only when a sink is given
}

function refuse(option: string, text: string): OptionError {
  return new OptionError(`writeArrow: ${text}`, { code: "invalid-option", option });
}

function toArrow(flechette: Flechette, column: Column): ArrowColumn<unknown> {
  const { Column: ArrowColumn, batchType } = flechette;
  const isMissing: (row: number) => boolean =
    column.type === "category" ? (row) => column.codes[row]! < 0 : (row) => Number.isNaN(column.values[row]!);
  const length = column.type === "category" ? column.codes.length : column.values.length;
  const { validity, nullCount } = validityOf(length, isMissing);
  const type = arrowType(flechette, column);
  const BatchType = batchType(type) as new (parts: object) => Batch<unknown>;
  const batch = new BatchType({ length, nullCount, type, validity, values: valuesOf(column) });
  if (column.type === "category" && type.typeId === -1) {
    // The very type of the dictionary: the encoder finds the dictionary by its identity.
    const dictionary = textColumn(flechette, column.categories, type.dictionary);
    (batch as Batch<unknown> & { setDictionary(dictionary: ArrowColumn<unknown>): void }).setDictionary(dictionary);
  }
  return new ArrowColumn([batch], type);
}

/** An empty list gets a batch of its own, too: without one no dictionary would be written, and readers miss it. */
function textColumn(flechette: Flechette, texts: readonly string[], type: DataType): ArrowColumn<unknown> {
  if (texts.length > 0) return flechette.columnFromArray([...texts], type);
  const BatchType = flechette.batchType(type) as new (parts: object) => Batch<unknown>;
  const [validity, values, offsets] = [new Uint8Array(0), new Uint8Array(0), new Int32Array(1)];
  return new flechette.Column([new BatchType({ length: 0, nullCount: 0, type, validity, values, offsets })], type);
}

function arrowType({ dictionary, float64, int32, timestamp, TimeUnit, utf8 }: Flechette, { type }: Column): DataType {
  if (type === "number") return float64();
  return type === "category" ? dictionary(utf8(), int32()) : timestamp(TimeUnit.MILLISECOND, "UTC");
}

function valuesOf(column: Column): Float64Array | Int32Array | BigInt64Array {
  if (column.type === "number") return column.values;
  if (column.type === "category") return column.codes.map((code) => Math.max(code, 0));
  return BigInt64Array.from(column.values, (ms) => (Number.isNaN(ms) ? 0n : BigInt(Math.floor(ms))));
}

/** One bit per row, least significant first; no bits where nothing is missing. */
function validityOf(length: number, isMissing: (row: number) => boolean): { validity: Uint8Array; nullCount: number } {
  const validity = new Uint8Array(Math.ceil(length / 8));
  let nullCount = 0;
  for (let row = 0; row < length; row++) {
    if (isMissing(row)) nullCount++;
    else validity[row >> 3]! |= 1 << (row & 7);
  }
  return { validity: nullCount === 0 ? new Uint8Array(0) : validity, nullCount };
}
