// One writer for files of every format. Nothing half-written is left: a file appears under its name when it is complete.

import { BackendError, OptionError } from "steepest";
import type { Table } from "steepest/data";
import { writeArrow } from "./arrow/write-arrow.ts";
import { csvLines } from "./csv/write-csv.ts";
import { type FileFormat, formatOf } from "./file-format.ts";
import { writeNpz } from "./npy/write-npz.ts";
import { parquetBytes } from "./parquet/write-parquet.ts";

export interface WriteTableOptions {
  /** Default: by the extension of the file. */
  format?: FileFormat;
}

/**
 * Writes a table to a file, in the format that its name tells: .csv, .tsv, .parquet, .arrow, .arrows (a stream), .feather, .npz.
 * An existing file is replaced when the new one is complete.
 *
 * @throws OptionError for a name whose format is unknown; BackendError when the file cannot be written.
 *
 * @example
 * ```ts no-run
 * await writeTable("ages.parquet", tableFromColumns({ age: [31, NaN] }));
 * ```
 */
export async function writeTable(path: string, table: Table, options: WriteTableOptions = {}): Promise<void> {
  const { format: given, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    const message = `writeTable: unknown option "${unknown}"; there is format.`;
    throw new OptionError(message, { code: "invalid-option", option: unknown });
  }
  const format = formatOf("writeTable", path, given);
  if (/\.npy$/i.test(path)) {
    const message = "writeTable: a .npy file holds a single array, and a table is several columns. Write .npz.";
    throw new OptionError(message, { code: "unknown-format", option: "format" });
  }
  const { open, rename, rm } = await import("node:fs/promises");
  const part = `${path}.part`;
  try {
    const file = await open(part, "w");
    try {
      for await (const piece of pieces(path, table, format)) await file.writeFile(piece);
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {});
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw new BackendError(
      `writeTable: cannot write "${path}": ${cause.message}. Check the folder and its permissions.`,
      {
        code: "file-not-writable",
        backend: "file",
        cause,
      },
    );
  }
}

async function* pieces(path: string, table: Table, format: FileFormat): AsyncGenerator<string | Uint8Array, void> {
  if (format === "parquet") yield* parquetBytes([table]);
  else if (format === "arrow") yield await writeArrow(table, { format: /\.arrows$/i.test(path) ? "stream" : "file" });
  else if (format === "numpy") yield await writeNpz(table);
  else yield* blocks(csvLines(table, { delimiter: /\.tsv$/i.test(path) ? "\t" : "," }));
}

/** Lines joined to blocks, so that there is one write for many. */
function* blocks(lines: Iterable<string>): Generator<string, void> {
  let block = "";
  for (const line of lines) {
    block += line;
    if (block.length < 1 << 16) continue;
    yield block;
    block = "";
  }
  if (block !== "") yield block;
}
