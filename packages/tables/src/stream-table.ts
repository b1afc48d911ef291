// One stream of tables for files of every format.
import { type Table, unknownColumns } from "steepest/data";
import { readArrow } from "./arrow/read-arrow.ts";
import { type CsvBatch, streamCsv } from "./csv/stream-csv.ts";
import { type FileFormat, formatOf } from "./file-format.ts";
import { readNpz } from "./npy/read-npz.ts";
import { type CsvOptions, checkBatchRows, checkReadOptions } from "./options.ts";
import { streamParquet } from "./parquet/read-parquet.ts";
import { checkFormatOptions, withDelimiter } from "./read-table.ts";
import { carriedTexts, type TableBatch } from "./typed/batch.ts";
import { unreadable } from "./typed/byte-source.ts";

export interface StreamTableOptions extends CsvOptions {
  /** Default: by the extension of the file. */
  format?: FileFormat;
  /** Rows per table, about. Default 4096 for CSV, 65536 for the others. */
  batchRows?: number;
  /** Further columns whose cells are wanted as texts, in `carried`: identifiers that go into the output. */
  carry?: readonly string[];
}

/**
 * Tables from a file, one after the other, in file order: for more rows than fit. CSV and Parquet are read in constant memory;
 * Arrow and NumPy files are read as a whole and given out in parts.
 *
 * Give the `schema` that the model was trained with. Without it the types of a CSV file are inferred from its first batch.
 * @throws what `readTable` throws.
 *
 * @example
 * ```ts
 * let rows = 0;
 * for await (const { table } of streamTable("data/iris.csv", { batchRows: 60 })) rows += table.rows;
 * rows; // 150
 * ```
 */
export async function* streamTable(path: string, options: StreamTableOptions = {}): AsyncGenerator<TableBatch, void> {
  checkReadOptions("streamTable", options, ["format", "delimiter", "decimal", "onBadRow", "batchRows", "carry"]);
  const { format: given, carry = [], batchRows, ...csv } = options;
  if (batchRows !== undefined) checkBatchRows("streamTable", batchRows);
  const format = formatOf("streamTable", path, given);
  checkFormatOptions("streamTable", format, options);
  const size = batchRows === undefined ? {} : { batchRows };
  if (format === "csv") {
    const source = options.source ?? path;
    for await (const batch of streamCsv(fileBytes(path), { ...withDelimiter(path, csv), ...size, source })) {
      yield withCarried(source, batch, carry);
    }
    return;
  }
  const { delimiter: _, onBadRow: __, ...shared } = csv;
  if (format === "parquet") yield* streamParquet(path, { ...shared, ...size, carry });
  else yield* inParts(path, format, shared, carry, batchRows ?? 65_536);
}

async function* fileBytes(path: string): AsyncGenerator<Uint8Array, void> {
  const { createReadStream } = await import("node:fs");
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw unreadable("streamTable", path, cause);
  }
}

function withCarried(source: string, batch: CsvBatch, carry: readonly string[]): TableBatch {
  const { table, header, schema, rows, rejects } = batch;
  const unknown = carry.filter((name) => !header.includes(name));
  if (unknown.length > 0) throw unknownColumns(`${source}: carry`, unknown, header);
  const positions = carry.map((name) => header.indexOf(name));
  const carried = batch.cells.map((cells) => positions.map((at) => cells[at]!));
  return { table, header, schema, rows, carried, rejects };
}

async function* inParts(
  path: string,
  format: "arrow" | "numpy",
  options: CsvOptions,
  carry: readonly string[],
  batchRows: number,
): AsyncGenerator<TableBatch, void> {
  const read = format === "arrow" ? readArrow : readNpz;
  const { table, header, schema } = await read(path, options);
  const others = await carriedTable(read, path, options, carry);
  for (let start = 0; start === 0 || start < table.rows; start += batchRows) {
    const rows = Int32Array.from({ length: Math.min(batchRows, table.rows - start) }, (_, i) => start + i);
    // without columns to carry there is a table without rows
    const carried = carriedTexts(carry.length === 0 ? others : others.take(rows), carry, rows.length);
    yield {
      table: table.take(rows),
      header,
      schema,
      rows,
      carried,
      rejects: [],
    };
  }
}

async function carriedTable(
  read: typeof readArrow,
  path: string,
  { source }: CsvOptions,
  carry: readonly string[],
): Promise<Table> {
  const columns = [...new Set(carry)];
  const { table } = await read(path, { columns, ...(source !== undefined && { source }) });
  return table;
}
