// Entry `@steepest/tables`: files into typed columns and back, whole or as a stream.
export { readArrow } from "./arrow/read-arrow.ts";
export { type WriteArrowOptions, writeArrow } from "./arrow/write-arrow.ts";
export type { Delimiter } from "./delimiter.ts";
export type { FileFormat } from "./file-format.ts";
export { type ReadNpzOptions, readNpz } from "./npy/read-npz.ts";
export { type WriteNpzOptions, writeNpz } from "./npy/write-npz.ts";
export type { CsvOptions, ReadOptions } from "./options.ts";
export { readParquet, type StreamParquetOptions, streamParquet } from "./parquet/read-parquet.ts";
export { parquetBytes, type WriteParquetOptions, writeParquet } from "./parquet/write-parquet.ts";
export { type CsvTable, readCsv, readCsvFile } from "./read-csv.ts";
export { type LoadedTable, type ReadTableOptions, readTable } from "./read-table.ts";
export type { RejectedRow } from "./reject.ts";
export type { ColumnSpec } from "./schema.ts";
export { type CsvBatch, type CsvSource, type StreamCsvOptions, streamCsv } from "./stream-csv.ts";
export { type StreamTableOptions, streamTable } from "./stream-table.ts";
export type { TableBatch, TypedTable } from "./typed/batch.ts";
export { csvLine, csvLines, type WriteCsvOptions, writeCsv } from "./write-csv.ts";
export { type WriteTableOptions, writeTable } from "./write-table.ts";
