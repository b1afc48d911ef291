// Entry `@steepest/tables`: CSV into typed columns and back, whole or as a stream.
export type { Delimiter } from "./delimiter.ts";
export type { CsvOptions } from "./options.ts";
export { type CsvTable, readCsv, readCsvFile } from "./read-csv.ts";
export type { RejectedRow } from "./reject.ts";
export type { ColumnSpec } from "./schema.ts";
export { type CsvBatch, type CsvSource, type StreamCsvOptions, streamCsv } from "./stream-csv.ts";
export { csvLine, csvLines, type WriteCsvOptions, writeCsv } from "./write-csv.ts";
