// The formats of files, and which one a name means.
import { OptionError } from "steepest";

export type FileFormat = "csv" | "parquet" | "arrow" | "numpy";

const EXTENSIONS: Readonly<Record<FileFormat, readonly string[]>> = {
  csv: [".csv", ".tsv", ".txt"],
  parquet: [".parquet", ".pq"],
  arrow: [".arrow", ".arrows", ".feather", ".ipc"],
  numpy: [".npz", ".npy"],
};

/**
 * The format that the name of a file tells, if any: .csv, .tsv, .txt; .parquet, .pq; .arrow, .arrows, .feather, .ipc; .npz, .npy.
 *
 * @example
 * ```ts
 * fileFormat("rows.parquet"); // "parquet"
 * ```
 */
export function fileFormat(path: string): FileFormat | undefined {
  const name = path.toLowerCase();
  const formats = Object.keys(EXTENSIONS) as FileFormat[];
  return formats.find((candidate) => EXTENSIONS[candidate].some((extension) => name.endsWith(extension)));
}

/** @throws OptionError for an unknown format, or a name that tells none. */
export function formatOf(owner: string, path: string, given: FileFormat | undefined): FileFormat {
  if (given !== undefined) {
    const formats = Object.keys(EXTENSIONS) as FileFormat[];
    if (formats.includes(given)) return given;
    const known = formats.map((format) => `"${format}"`).join(", ");
    throw new OptionError(`${owner}: format must be one of ${known}, got ${JSON.stringify(given)}.`, {
      code: "invalid-option",
      option: "format",
    });
  }
  const format = fileFormat(path);
  if (format !== undefined) return format;
  const known = Object.values(EXTENSIONS).flat().join(", ");
  throw new OptionError(
    `${owner}: the name of "${path}" does not tell its format: it ends with none of ${known}. Say it with format: "csv" or another.`,
    { code: "unknown-format", option: "format" },
  );
}
