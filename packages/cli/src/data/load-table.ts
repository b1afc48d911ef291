// A data argument to a table: a CSV file or standard input, its fingerprint, and the rows that could not be read.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { buffer } from "node:stream/consumers";
import {
  type ColumnSpec,
  type CsvOptions,
  type CsvTable,
  type RejectedRow,
  readCsv,
  readCsvFile,
  streamCsv,
} from "@steepest/tables";
import type { ColumnType } from "steepest/data";
import { FailureError, RequestError, toFailure } from "../failure.ts";
import type { Problem } from "../problem.ts";
import { rejectProblem } from "./rejects.ts";

export interface ReadingOptions {
  readonly types: Readonly<Record<string, ColumnType>>;
  /** Texts that mean missing, besides the empty one. */
  readonly missing: readonly string[];
  /** The sign before decimals. */
  readonly decimal?: "." | ",";
  readonly onBadRow: "stop" | "skip";
  /** Exactly these columns, and nothing guessed. Overrides `types`. */
  readonly schema?: readonly ColumnSpec[];
}

export interface LoadedTable extends CsvTable {
  /** Of the bytes, in hexadecimal. */
  readonly sha256: string;
}

/**
 * Reads a whole table; `input` holds standard input where this thread has none. `check` sees the names of the columns before the rest is read, and says what is wrong with them.
 *
 * @throws RequestError for what `check` finds, and for rows that cannot be read unless they are to be skipped.
 */
export async function loadTable(
  file: string,
  options: ReadingOptions,
  check: (names: readonly string[]) => readonly Problem[] = () => [],
  input?: Uint8Array,
): Promise<LoadedTable> {
  const { types, missing, decimal = ".", onBadRow, schema } = options;
  const source = sourceName(file);
  const bytes = file === "-" ? (input ?? (await buffer(process.stdin))) : undefined;
  const header = await headerOf(bytes ?? file, source).catch((error: unknown) => {
    throw new FailureError(toFailure(error, source)); // reading a folder fails without its name
  });
  const problems = check(header);
  if (problems.length > 0) throw new RequestError(problems);
  // Bad rows are always collected, and thrown here if need be: the message then speaks of flags, rows and lines.
  const columns = schema === undefined ? { types } : { schema };
  const csv: CsvOptions = { ...columns, missing, decimal, source, onBadRow: "skip" };
  const table = bytes === undefined ? await readCsvFile(file, csv) : readCsv(bytes, csv);
  throwRejects(table.rejects, onBadRow, source);
  return {
    ...table,
    sha256: bytes === undefined ? await sha256OfFile(file) : createHash("sha256").update(bytes).digest("hex"),
  };
}

/** How messages call a data argument. */
export function sourceName(file: string): string {
  return file === "-" ? "standard input" : file;
}

async function headerOf(from: string | Uint8Array, source: string): Promise<readonly string[]> {
  const chunks = typeof from === "string" ? createReadStream(from) : [from];
  for await (const { header } of streamCsv(chunks, { source, onBadRow: "skip", batchRows: 1 })) return header;
  return [];
}

function throwRejects(rejects: readonly RejectedRow[], onBadRow: "stop" | "skip", source: string): void {
  const problem = onBadRow === "stop" ? rejectProblem(rejects, source) : undefined;
  if (problem !== undefined) throw new RequestError([problem]);
}

async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
