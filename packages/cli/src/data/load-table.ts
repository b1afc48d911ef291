// A data argument to a whole table: its fingerprint, and the rows that could not be read.
import { createReadStream } from "node:fs";
import { buffer } from "node:stream/consumers";
import {
  type ColumnSpec,
  type CsvOptions,
  type FileFormat,
  type RejectedRow,
  readCsv,
  readCsvFile,
  readSql,
  readTable,
  streamCsv,
} from "@steepest/tables";
import type { ColumnType, Table } from "steepest/data";
import { FailureError, RequestError, throwProblems, toFailure } from "../failure.ts";
import type { Problem } from "../problem.ts";
import { sha256OfBytes, sha256OfFile, sha256OfTable } from "./fingerprint.ts";
import { joinedCsv } from "./joined-csv.ts";
import { rejectProblem } from "./rejects.ts";
import { type Source, sourceOf, throwUnlessFile } from "./source.ts";

export interface ReadingOptions {
  readonly types: Readonly<Record<string, ColumnType>>;
  /** Texts that mean missing, besides the empty one. */
  readonly missing: readonly string[];
  /** The sign before decimals. */
  readonly decimal?: "." | ",";
  readonly onBadRow: "stop" | "skip";
  /** Of the file, where its name does not tell. */
  readonly format?: FileFormat;
}

export interface LoadedTable {
  readonly table: Table;
  /** Number of each row in the file, counted from 0: differs from its position in the table where rows were left out. */
  readonly rows: Int32Array;
  /** The rows that were left out. */
  readonly rejects: readonly RejectedRow[];
  /** In hexadecimal. */
  readonly sha256: string;
}

/**
 * Reads a whole table; `input` holds standard input where this thread has none. `check` sees the names of the columns before the rest is read, and says what is wrong with them.
 *
 * @throws RequestError for what `check` finds, and for rows that cannot be read unless they are to be skipped.
 */
export async function loadTable(
  argument: string,
  options: ReadingOptions,
  check: (names: readonly string[]) => readonly Problem[] = () => [],
  input?: Uint8Array,
): Promise<LoadedTable> {
  const source = sourceOf(argument, options.format);
  try {
    if (source.kind === "stdin") return await fromCsv(source, input ?? (await buffer(process.stdin)), options, check);
    if (source.kind === "csv") {
      const from = source.files === undefined ? source.path : await buffer(joinedCsv(source.files));
      return await fromCsv(source, from, options, check);
    }
    throwProblems(check(await headerOf(source)));
    return await fromTyped(source, options);
  } catch (error) {
    throw new FailureError(toFailure(error, source.name)); // reading a folder fails without its name
  }
}

async function fromCsv(
  { name }: Source,
  from: string | Uint8Array,
  { types, missing, decimal = ".", onBadRow }: ReadingOptions,
  check: (names: readonly string[]) => readonly Problem[],
): Promise<LoadedTable> {
  throwProblems(check(await csvHeader(from, name)));
  // Bad rows are always collected, and thrown here if need be: the message then speaks of flags, rows and lines.
  const csv: CsvOptions = { types, missing, decimal, source: name, onBadRow: "skip" };
  const { table, rows, rejects } = typeof from === "string" ? await readCsvFile(from, csv) : readCsv(from, csv);
  const problem = onBadRow === "stop" ? rejectProblem(rejects, name) : undefined;
  if (problem !== undefined) throw new RequestError([problem]);
  return { table, rows, rejects, sha256: typeof from === "string" ? await sha256OfFile(from) : sha256OfBytes(from) };
}

async function csvHeader(from: string | Uint8Array, source: string): Promise<readonly string[]> {
  const chunks = typeof from === "string" ? createReadStream(from) : [from];
  for await (const { header } of streamCsv(chunks, { source, onBadRow: "skip", batchRows: 1 })) return header;
  return [];
}

type TypedSource = Exclude<Source, { kind: "stdin" | "csv" }>;

async function fromTyped(source: TypedSource, { types, missing }: ReadingOptions): Promise<LoadedTable> {
  const { table } = await readTyped(source, { types, missing });
  const sha256 = source.kind === "query" ? sha256OfTable(table) : await sha256OfFile(source.path);
  return { table, rows: Int32Array.from({ length: table.rows }, (_, row) => row), rejects: [], sha256 };
}

/** All rows of a query, or of a file that is no CSV. */
export async function readTyped(
  source: TypedSource,
  options: { types?: ReadingOptions["types"]; columns?: readonly string[]; missing: readonly string[] },
): Promise<{ table: Table; header: readonly string[]; schema: readonly ColumnSpec[] }> {
  const reading = { ...options, source: source.name };
  if (source.kind === "query") return readSql(source.sql, reading);
  return readTable(source.path, { ...reading, format: source.format });
}

/** The names of the columns, without their values; of a query, without running all of it where that is possible. */
export async function headerOf(source: TypedSource): Promise<readonly string[]> {
  if (source.kind === "typed") throwUnlessFile(source.path);
  const asked = source.kind === "query" ? { ...source, sql: `select * from (${source.sql}) limit 0` } : source;
  return (await readTyped(asked, { columns: [], missing: [] })).header;
}
