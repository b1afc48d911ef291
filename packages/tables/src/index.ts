// Entry `@steepest/tables`: files into typed columns and back, whole or as a stream.
export { readArrow } from "./arrow/read-arrow.ts";
export { type WriteArrowOptions, writeArrow } from "./arrow/write-arrow.ts";
export type { Delimiter } from "./delimiter.ts";
export { type ReadNpzOptions, readNpz } from "./npy/read-npz.ts";
export { type WriteNpzOptions, writeNpz } from "./npy/write-npz.ts";
export type { CsvOptions, ReadOptions } from "./options.ts";
export { readParquet, type StreamParquetOptions, streamParquet, type TypedTable } from "./parquet/read-parquet.ts";
export { parquetBytes, type WriteParquetOptions, writeParquet } from "./parquet/write-parquet.ts";
export { type CsvTable, readCsv, readCsvFile } from "./read-csv.ts";
export type { RejectedRow } from "./reject.ts";
export type { ColumnSpec } from "./schema.ts";
export { type CsvBatch, type CsvSource, type StreamCsvOptions, streamCsv } from "./stream-csv.ts";
export type { TableBatch } from "./typed/batch.ts";
export { csvLine, csvLines, type WriteCsvOptions, writeCsv } from "./write-csv.ts";
