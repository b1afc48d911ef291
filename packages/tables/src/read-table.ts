// One reader for files of every format: chosen by the name of the file, or by `format`.
import { OptionError } from "steepest";
import type { Table } from "steepest/data";
import { readArrow } from "./arrow/read-arrow.ts";
import { readCsvFile } from "./csv/read-csv.ts";
import { type FileFormat, formatOf } from "./file-format.ts";
import { readNpz } from "./npy/read-npz.ts";
import { type CsvOptions, checkReadOptions } from "./options.ts";
import { readParquet } from "./parquet/read-parquet.ts";
import type { RejectedRow } from "./reject.ts";
import type { ColumnSpec } from "./schema.ts";

export interface ReadTableOptions extends CsvOptions {
  /** Default: by the extension of the file. */
  format?: FileFormat;
  /** The arrays of a NumPy archive that make up the table. Default: all. */
  arrays?: readonly string[];
}

/** A table, and how it was read. */
export interface LoadedTable {
  readonly table: Table;
  /** Names of all columns of the file, also of those that the table leaves aside. */
  readonly header: readonly string[];
  /** Names and types of the columns, inferred, given, or those of the file. */
  readonly schema: readonly ColumnSpec[];
  readonly format: FileFormat;
  /** The rows that were left out: only CSV files have such rows, and only where `onBadRow` is "skip". */
  readonly rejects: readonly RejectedRow[];
}

/** Options that one format alone understands. */
const ONLY: Readonly<Record<string, FileFormat>> = {
  delimiter: "csv",
  decimal: "csv",
  onBadRow: "csv",
  arrays: "numpy",
};

/**
 * A table from a file: CSV (.csv, .tsv, .txt), Parquet (.parquet, .pq), Arrow (.arrow, .arrows, .feather, .ipc) or NumPy
 * (.npz, .npy). All end in the same columns and the same errors; each reader is loaded when it is first used.
 *
 * @throws OptionError for a name whose format is unknown, and for options that the format does not have; else what `readCsvFile`,
 * `readParquet`, `readArrow` and `readNpz` throw.
 *
 * @example
 * ```ts
 * const { table, format } = await readTable("data/iris.csv");
 * [table.rows, format]; // [150, "csv"]
 * ```
 */
export async function readTable(path: string, options: ReadTableOptions = {}): Promise<LoadedTable> {
  checkReadOptions("readTable", options, ["format", "delimiter", "decimal", "onBadRow", "arrays"]);
  const { format: given, arrays, ...csv } = options;
  const format = formatOf("readTable", path, given);
  checkFormatOptions("readTable", format, options);
  if (format === "csv") {
    const { table, header, schema, rejects } = await readCsvFile(path, withDelimiter(path, csv));
    return { table, header, schema, format, rejects };
  }
  const { delimiter: _, decimal: __, onBadRow: ___, ...shared } = csv;
  const { table, header, schema } =
    format === "parquet"
      ? await readParquet(path, shared)
      : format === "arrow"
        ? await readArrow(path, shared)
        : await readNpz(path, arrays === undefined ? shared : { ...shared, arrays });
  return { table, header, schema, format, rejects: [] };
}

/** A .tsv file is separated by tabs whatever its header looks like. */
export function withDelimiter(path: string, options: CsvOptions): CsvOptions {
  return options.delimiter === undefined && /\.tsv$/i.test(path) ? { ...options, delimiter: "\t" } : options;
}

/** @throws OptionError for options that this format does not have. */
export function checkFormatOptions(owner: string, format: FileFormat, options: object): void {
  for (const [option, only] of Object.entries(ONLY)) {
    if (only === format || !(option in options)) continue;
    throw new OptionError(`${owner}: ${option} is for ${only} files, and this one is read as ${format}.`, {
      code: "invalid-option",
      option,
    });
  }
}
