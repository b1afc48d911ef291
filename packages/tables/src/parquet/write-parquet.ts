// Tables to Parquet, by hyparquet-writer.
import type { SchemaElement } from "hyparquet";
import { OptionError } from "steepest";
import type { Column, Table } from "steepest/data";

export interface WriteParquetOptions {
  /** Default "snappy". */
  compression?: "snappy" | "none";
  /** Rows per row group: readers take one at a time. Default 65536. */
  rowGroupRows?: number;
}

/**
 * The table as the bytes of a Parquet file that pandas, Arrow and DuckDB read: numbers as DOUBLE, categories as dictionary-encoded
 * strings, dates as TIMESTAMP in UTC milliseconds, missing values as nulls.
 *
 * `readParquet` gives back the same bits; categories without a row are forgotten, and the others are numbered by first appearance.
 *
 * @example
 * ```ts
 * const bytes = await writeParquet(tableFromColumns({ age: [31, NaN], plan: ["basic", "pro"] }));
 * new TextDecoder().decode(bytes.subarray(0, 4)); // "PAR1"
 * ```
 */
export async function writeParquet(table: Table, options: WriteParquetOptions = {}): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const bytes of parquetBytes([table], options)) pieces.push(bytes);
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/**
 * The bytes of a Parquet file, piece by piece, from tables with the same columns: for files larger than memory.
 * @throws OptionError for an unknown option.
 */
export async function* parquetBytes(
  tables: Iterable<Table> | AsyncIterable<Table>,
  options: WriteParquetOptions = {},
): AsyncGenerator<Uint8Array, void> {
  checkWriteOptions(options);
  const { compression = "snappy", rowGroupRows = 65_536 } = options;
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  const bytes = new ByteWriter();
  const take = () => {
    const piece = bytes.getBytes().slice();
    bytes.index = 0; // `offset` goes on counting: it is the position in the file
    return piece;
  };
  let writer: InstanceType<typeof ParquetWriter> | undefined;
  for await (const table of tables) {
    writer ??= new ParquetWriter({
      writer: bytes,
      schema: [
        { name: "table", num_children: table.names.length },
        ...table.names.map((name) => element(name, table.column(name))),
      ],
      codec: compression === "none" ? "UNCOMPRESSED" : "SNAPPY",
      createdBy: "steepest",
    });
    for (let start = 0; start < table.rows; start += rowGroupRows) {
      const stop = Math.min(table.rows, start + rowGroupRows);
      const columnData = table.names.map((name) => columnOf(name, table.column(name), start, stop));
      writer.write({ columnData, rowGroupSize: stop - start });
      yield take();
    }
  }
  if (writer === undefined) return;
  writer.finish();
  yield take();
}

function checkWriteOptions({ compression, rowGroupRows, ...others }: WriteParquetOptions): void {
  const [unknown] = Object.keys(others);
  const text =
    unknown !== undefined
      ? `unknown option "${unknown}"; there are compression, rowGroupRows.`
      : compression !== undefined && compression !== "snappy" && compression !== "none"
        ? `compression must be "snappy" or "none", got ${JSON.stringify(compression)}.`
        : rowGroupRows !== undefined && (!Number.isInteger(rowGroupRows) || rowGroupRows < 1)
          ? `rowGroupRows must be a positive integer, got ${rowGroupRows}.`
          : undefined;
  if (text === undefined) return;
  const option = unknown ?? (text.startsWith("compression") ? "compression" : "rowGroupRows");
  throw new OptionError(`writeParquet: ${text}`, { code: "invalid-option", option });
}

function element(name: string, { type }: Column): SchemaElement {
  if (type === "number") return { name, type: "DOUBLE", repetition_type: "OPTIONAL" };
  if (type === "category") {
    return {
      name,
      type: "BYTE_ARRAY",
      converted_type: "UTF8",
      logical_type: { type: "STRING" },
      repetition_type: "OPTIONAL",
    };
  }
  const logical = { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" } as const;
  return {
    name,
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: logical,
    repetition_type: "OPTIONAL",
  };
}

/** A dictionary of numbers would hold 0 and −0 as one value, because it is a Map: such columns are written plain. */
function columnOf(name: string, column: Column, start: number, stop: number) {
  const data = cellsOf(column, start, stop);
  return data.some((cell) => Object.is(cell, -0)) ? { name, data, encoding: "PLAIN" as const } : { name, data };
}

function cellsOf(column: Column, start: number, stop: number): unknown[] {
  if (column.type === "category") {
    return Array.from(column.codes.subarray(start, stop), (code) => (code < 0 ? null : column.categories[code]!));
  }
  const values = column.values.subarray(start, stop);
  if (column.type === "date") return Array.from(values, (ms) => (Number.isNaN(ms) ? null : BigInt(Math.floor(ms))));
  return Array.from(values, (x) => (Number.isNaN(x) ? null : x));
}
