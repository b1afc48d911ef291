// Arrow IPC, as file (also called Feather) and as stream, to tables. Decoding is done by flechette, which is loaded here.
import type { Column as ArrowColumn, Table as ArrowTable, Batch, DataType } from "@uwdata/flechette";
import { type Column, tableFromColumns } from "steepest/data";
import { checkReadOptions, type ReadOptions } from "../options.ts";
import type { TypedTable } from "../typed/batch.ts";
import { allBytes } from "../typed/byte-source.ts";
import { type Cells, ColumnFiller } from "../typed/column-filler.ts";
import { type ChosenField, chooseFields, schemaOf } from "../typed/field.ts";
import { corrupt, emptyFile, looksLike, startsWith, truncated, wrongFormat } from "../typed/format-errors.ts";
import { floorDivide } from "../typed/whole-milliseconds.ts";
import { arrowFields } from "./fields.ts";
import { decodeLz4Frame } from "./lz4-frame.ts";

const EXPECTED = "an Arrow file or stream";

/**
 * A table from Arrow IPC data, given by its path or its bytes: the file format (.arrow, .feather) or the stream format (.arrows).
 *
 * Types become what they become in `readParquet`; dictionaries of texts keep the order of their categories. Compression by LZ4 and
 * ZSTD is read. A float64 column in one batch without nulls is not copied.
 *
 * @throws DataError for data that is empty, of another kind, cut off or damaged; for a list, struct, union or column of bytes, by
 * name; for an integer beyond 2^53 unless `types` promises "number" or "category".
 * @throws BackendError when the file cannot be read.
 *
 * @example
 * ```ts
 * const bytes = await writeArrow(tableFromColumns({ age: [31, NaN], plan: ["basic", "pro"] }));
 * const { table } = await readArrow(bytes);
 * table.column("plan"); // { type: "category", codes: Int32Array [0, 1], categories: ["basic", "pro"] }
 * ```
 */
export async function readArrow(file: string | Uint8Array, options: ReadOptions = {}): Promise<TypedTable> {
  checkReadOptions("readArrow", options);
  const source = options.source ?? (typeof file === "string" ? file : "readArrow");
  const bytes = await allBytes("readArrow", file);
  const arrow = await decode(source, bytes);
  const fields = chooseFields(source, arrowFields(arrow.schema.fields), options);
  const columns = fields.map((field) => {
    const column = arrow.getChildAt(field.at);
    try {
      return [field.name, toColumn(source, field, column, options.missing)] as const;
    } catch (cause) {
      throw corrupt(source, `column "${field.name}"`, cause);
    }
  });
  return {
    table: tableFromColumns(columns),
    header: arrow.schema.fields.map(({ name }) => name),
    schema: schemaOf(fields),
  };
}

async function decode(source: string, bytes: Uint8Array): Promise<ArrowTable> {
  if (bytes.length === 0) throw emptyFile(source, EXPECTED);
  const isFile = startsWith(bytes, "ARROW1");
  if (!isFile && looksLike(bytes.subarray(0, 16)) !== "something else")
    throw wrongFormat(source, bytes.subarray(0, 16), EXPECTED);
  if (isFile && !startsWith(bytes.subarray(-6), "ARROW1")) {
    throw truncated(source, "the Arrow file", `it ends without "ARROW1"`);
  }
  const { setCompressionCodec, tableFromIPC, CompressionType } = await import("@uwdata/flechette");
  const noEncoder = (): never => {
    throw new Error("writing compressed Arrow data is not supported");
  };
  setCompressionCodec(CompressionType.LZ4_FRAME, { decode: decodeLz4Frame, encode: noEncoder });
  if (usesZstd(bytes)) {
    const { compressors } = await import("hyparquet-compressors");
    const decodeZstd = (frame: Uint8Array, size: number) => aligned(compressors.ZSTD!(frame, size));
    setCompressionCodec(CompressionType.ZSTD, { decode: decodeZstd, encode: noEncoder });
  }
  try {
    // 64-bit integers and decimals as stored: the conversion to f64 is checked here.
    const table = tableFromIPC(aligned(bytes), { useBigInt: true, useDecimalInt: true, useBigIntTimestamp: true });
    if (table.schema?.fields === undefined) throw new Error("there is no schema");
    return table;
  } catch (cause) {
    throw corrupt(source, "the Arrow data", cause);
  }
}

/** Typed arrays of 8-byte numbers are laid over the bytes, which have to start accordingly. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
}

/** Whether a ZSTD frame occurs anywhere: only then is its decoder loaded. */
function usesZstd(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0x28); at >= 0; at = bytes.indexOf(0x28, at + 1)) {
    if (bytes[at + 1] === 0xb5 && bytes[at + 2] === 0x2f && bytes[at + 3] === 0xfd) return true;
  }
  return false;
}

function toColumn(
  source: string,
  field: ChosenField,
  column: ArrowColumn<unknown>,
  missing: readonly string[] | undefined,
): Column {
  const { type } = column;
  for (const batch of column.data) {
    // A damaged length would otherwise fill the memory before anything is noticed.
    const room = (batch.offsets?.length ?? 0) - 1;
    const available =
      batch.offsets === undefined ? (batch.values?.length ?? batch.length) * (type.typeId === 6 ? 8 : 1) : room;
    if (batch.length > available) throw new Error(`${batch.length} rows announced, ${available} found`);
  }
  const filler = new ColumnFiller(source, field, column.length, missing);
  const convert = converter(type.typeId === -1 ? type.dictionary : type);
  let row = 0;
  for (const batch of column.data) {
    if (isDictionaryBatch(batch) && field.kind === "text") {
      // Between batches the dictionary may be replaced. Nulls inside of it are missing values too.
      const codes = Int32Array.from({ length: batch.length }, (_, i) =>
        isPresent(batch, i) ? Number(batch.key(i)) : -1,
      );
      filler.fillCodes(
        codes,
        Array.from(batch.dictionary, (text) => (text === null ? null : String(text))),
        row,
      );
    } else if (type.typeId === 3 && batch.nullCount === 0 && batch.values instanceof Float64Array) {
      filler.fill(batch.values, row, 0, batch.length);
    } else {
      filler.fill(Array.from(batch, convert), row);
    }
    row += batch.length;
  }
  return filler.finish();
}

function isDictionaryBatch(batch: Batch<unknown>): batch is DictionaryBatch {
  return batch.type.typeId === -1;
}

/** The part of flechette's dictionary batch that is read. */
type DictionaryBatch = Batch<unknown> & {
  readonly dictionary: ArrowColumn<unknown>;
  key(row: number): number | bigint;
};

function isPresent(batch: Batch<unknown>, row: number): boolean {
  return batch.nullCount === 0 || batch.isValid(row);
}

/** From what flechette gives to a cell: dates to whole milliseconds, decimals to the nearest f64. */
function converter(type: DataType): (value: unknown) => Cells[number] {
  if (type.typeId === 7) {
    const divisor = 10 ** type.scale; // exact up to 10^22, so that the quotient is correctly rounded
    return (value) => (value === null ? null : Number(value) / divisor);
  }
  if (type.typeId !== 10) return (value) => value as Cells[number];
  const toMilliseconds = [
    (seconds: bigint) => Number(seconds) * 1000,
    Number,
    (micros: bigint) => floorDivide(micros, 1000n),
    (nanos: bigint) => floorDivide(nanos, 1_000_000n),
  ][type.unit]!;
  return (value) => (value === null ? null : toMilliseconds(value as bigint));
}
