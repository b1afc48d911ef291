// A data argument as a stream of tables in constant memory, with the columns that a model reads.
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { type ColumnSpec, cellText, type RejectedRow, streamCsv, streamTable } from "@steepest/tables";
import type { Table } from "steepest/data";
import { throwProblems } from "../failure.ts";
import type { Problem } from "../problem.ts";
import { sha256OfTable } from "./fingerprint.ts";
import { joinedCsv } from "./joined-csv.ts";
import { headerOf, readTyped } from "./load-table.ts";
import { peekHeader } from "./model-columns.ts";
import { isCsv, type Source } from "./source.ts";

/** Some rows. */
export interface RowBatch {
  readonly table: Table;
  /** Number of each row in the file, counted from 0; rows that were left out count too. */
  readonly rows: Int32Array;
  /** For each row the cells of the columns to carry along, as texts. */
  readonly carried: readonly (readonly string[])[];
  /** Rows between these that cannot be read. */
  readonly rejects: readonly RejectedRow[];
}

export interface RowStreamOptions {
  /** Exactly these columns, in these types. */
  readonly schema: readonly ColumnSpec[];
  readonly carry: readonly string[];
  readonly missing: readonly string[];
  readonly decimal: "." | ",";
  /** Columns that these become in the model: the wider, the fewer rows at a time. */
  readonly width: number;
  /** Sees the names of all columns first, and says what is wrong with them. */
  readonly check: (names: readonly string[]) => readonly Problem[];
  /** Sees the bytes of a CSV stream as they pass; of a query, a fingerprint of its values. */
  readonly onBytes?: (bytes: Uint8Array) => void;
}

/** The bytes of a CSV source: destroying them ends the stream of rows. */
export function bytesOf(source: Source): Readable | undefined {
  if (source.kind === "stdin") return process.stdin;
  if (source.kind !== "csv") return undefined;
  return source.files === undefined ? createReadStream(source.path) : Readable.from(joinedCsv(source.files));
}

/** `bytes` are those of `bytesOf`. One table without rows where there are none. @throws RequestError for what `check` finds. */
export async function* streamRows(
  source: Source,
  bytes: Readable | undefined,
  options: RowStreamOptions,
): AsyncGenerator<RowBatch, void> {
  if (bytes !== undefined) yield* csvRows(source.name, bytes, options);
  else if (!isCsv(source)) {
    throwProblems(options.check(await headerOf(source)));
    if (source.kind === "query") yield* queryRows(source, options);
    else {
      const { schema, missing, carry, width } = options;
      const batchRows = rowsAtATime(width, 65_536);
      yield* streamTable(source.path, {
        schema,
        missing,
        carry,
        batchRows,
        source: source.name,
        format: source.format,
      });
    }
  }
}

/** A design matrix of at most 8 MB, so that memory does not grow with the number of columns either. */
function rowsAtATime(width: number, most: number): number {
  return Math.max(16, Math.min(most, Math.floor(1e6 / Math.max(1, width))));
}

async function* csvRows(
  source: string,
  bytes: AsyncIterable<Uint8Array>,
  { schema, missing, decimal, carry, width, check, onBytes = () => {} }: RowStreamOptions,
): AsyncGenerator<RowBatch, void> {
  const { header, chunks } = await peekHeader(bytes);
  if (header !== undefined) throwProblems(check(header));
  let isChecked = header !== undefined;
  const batchRows = rowsAtATime(width, 4096);
  const reading = { schema, missing, decimal, batchRows, onBadRow: "skip", source } as const;
  for await (const { table, rows, cells, rejects, header: names } of streamCsv(seen(chunks, onBytes), reading)) {
    if (!isChecked) throwProblems(check(names));
    isChecked = true;
    const places = carry.map((name) => names.indexOf(name));
    yield { table, rows, rejects, carried: cells.map((row) => places.map((at) => row[at] ?? "")) };
  }
}

async function* seen(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    onBytes(chunk);
    yield chunk;
  }
}

/** The result of a query is one table: it is given out in parts, like the others. */
async function* queryRows(
  source: Extract<Source, { kind: "query" }>,
  { schema, missing, carry, width, onBytes = () => {} }: RowStreamOptions,
): AsyncGenerator<RowBatch, void> {
  const batchRows = rowsAtATime(width, 65_536);
  const names = schema.map(({ name }) => name);
  const types = Object.fromEntries(schema.map(({ name, type }) => [name, type]));
  const columns = [...new Set([...names, ...carry])];
  const { table } = await readTyped(source, { columns, types, missing });
  onBytes(Buffer.from(sha256OfTable(table)));
  const others = carry.map((name) => table.column(name));
  const read = table.select(names);
  for (let start = 0; start === 0 || start < table.rows; start += batchRows) {
    const rows = Int32Array.from({ length: Math.min(batchRows, table.rows - start) }, (_, i) => start + i);
    const carried = Array.from(rows, (row) => others.map((column) => cellText(column, row)));
    yield { table: read.take(rows), rows, carried, rejects: [] };
  }
}
