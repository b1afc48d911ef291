// Whole CSV texts and files to tables, in two passes: the first finds the types, the second fills the columns. So the memory that
// is needed is that of the columns.
import { DataError } from "steepest";
import type { Table } from "steepest/data";
import { missingTokens } from "../cell.ts";
import { type CsvOptions, checkOptions } from "../options.ts";
import { type RejectedRow, RejectList } from "../reject.ts";
import { type ColumnSpec, needsVotes, type PlannedColumn, planColumns, TypeVotes } from "../schema.ts";
import { unreadable } from "../typed/byte-source.ts";
import { TableBuilder } from "./convert.ts";
import { slices, Utf8 } from "./decode.ts";
import type { Delimiter } from "./delimiter.ts";
import { type RowBlock, RowReader } from "./rows.ts";

export interface CsvTable {
  readonly table: Table;
  /** Names of all columns of the file, also of those that the table leaves aside. */
  readonly header: readonly string[];
  /** Names and types of the columns, inferred or given: print it, or hand it to another reader. */
  readonly schema: readonly ColumnSpec[];
  readonly delimiter: Delimiter;
  /** Number of each row in the file, counted from 0: differs from its position in the table where rows were left out. */
  readonly rows: Int32Array;
  /** Line of the text where each row of the table starts, counted from 1. */
  readonly lines: Int32Array;
  /** The rows that were left out; empty unless `onBadRow` is "skip". */
  readonly rejects: readonly RejectedRow[];
}

/**
 * A table from CSV text, or from its UTF-8 bytes.
 *
 * The first line names the columns. Fields may be quoted ("a ""b"", c", line breaks inside); lines end with LF, CRLF or CR; blank
 * lines and a byte order mark are left out. Two or more columns without a name are called "column 2", "column 5", by their places.
 * A column that is mostly numbers (12, -0.5, 1e-3) is a number column, one that is mostly ISO dates a date column, everything else
 * categories; a column with leading zeros (02134) is a category. What does not fit its column is an error, and so are NaN and ∞,
 * unless `missing` lists them.
 *
 * @throws DataError for an empty file, a header alone, two columns of one name, and for bad rows: says row, column, line, what was
 * found, what was expected, and which options help.
 * @throws OptionError for an unknown or impossible option.
 *
 * @example
 * ```ts
 * const { table, schema } = readCsv("age,plan\n31,basic\n,pro\n");
 * schema; // [{ name: "age", type: "number" }, { name: "plan", type: "category" }]
 * table.column("age"); // { type: "number", values: Float64Array [31, NaN] }
 * ```
 */
export function readCsv(text: string | Uint8Array, options: CsvOptions = {}): CsvTable {
  checkOptions("readCsv", options);
  const source = options.source ?? "readCsv";
  const decoder = new Utf8(source);
  const whole = decoder.text(text, 0) + (typeof text === "string" ? "" : decoder.end(0));
  const survey = new Survey(source, options);
  for (const chunk of slices(whole)) {
    if (survey.push(chunk)) break;
  }
  const load = new Load(source, options, survey.end());
  for (const chunk of slices(whole)) load.push(chunk);
  return load.end();
}

/**
 * A table from a CSV file, as `readCsv`. The file is read twice and never held as a whole.
 *
 * @throws BackendError when the file cannot be read; everything that `readCsv` throws, with the path in the message.
 *
 * @example
 * ```ts
 * const { table } = await readCsvFile("data/iris.csv");
 * table.rows; // 150
 * ```
 */
export async function readCsvFile(path: string, options: CsvOptions = {}): Promise<CsvTable> {
  checkOptions("readCsvFile", options);
  const source = options.source ?? path;
  const survey = new Survey(source, options);
  for await (const chunk of fileChunks(path, source)) {
    if (survey.push(chunk)) break;
  }
  const load = new Load(source, options, survey.end());
  for await (const chunk of fileChunks(path, source)) load.push(chunk);
  return load.end();
}

async function* fileChunks(path: string, source: string): AsyncGenerator<string> {
  const decoder = new Utf8(source);
  let line = 0;
  const { createReadStream } = await import("node:fs"); // not static, so that pages can read texts
  try {
    for await (const bytes of createReadStream(path) as AsyncIterable<Uint8Array>) {
      const text = decoder.text(bytes, line);
      line += text.split("\n").length - 1;
      yield text;
    }
    yield decoder.end(line);
  } catch (cause) {
    if (cause instanceof Error && "syscall" in cause) throw unreadable("readCsvFile", path, cause);
    throw cause;
  }
}

/** First pass: header, delimiter, types. */
class Survey {
  readonly #source: string;
  readonly #options: CsvOptions;
  readonly #reader: RowReader;
  #votes: TypeVotes | undefined;
  #enough = false;
  #rows = 0;

  constructor(source: string, options: CsvOptions) {
    this.#source = source;
    this.#options = options;
    this.#reader = new RowReader(source, options.delimiter);
  }

  /** Whether enough was seen. */
  push(chunk: string): boolean {
    this.#add(this.#reader.push(chunk));
    return this.#enough;
  }

  end(): Plan {
    if (!this.#enough) this.#add(this.#reader.end());
    const { header = [], delimiter } = this.#reader;
    if (this.#rows === 0) {
      throw new DataError(
        `${this.#source}: there is a header (${header.length} columns) but no row below it. Expected at least one row of data.`,
        { code: "header-only", received: "a header alone", expected: "at least one row" },
      );
    }
    return { columns: planColumns(this.#source, header, this.#options, this.#votes), delimiter };
  }

  #add(block: RowBlock): void {
    const { header } = this.#reader;
    if (header === undefined) return;
    this.#rows += block.cells.length + block.rejects.length;
    if (needsVotes(header, this.#options)) {
      this.#votes ??= new TypeVotes(header.length, missingTokens(this.#options.missing), this.#options.decimal);
      this.#votes.add(block.cells);
    } else if (this.#rows > 0) {
      this.#enough = true;
    }
  }
}

interface Plan {
  readonly columns: readonly PlannedColumn[];
  readonly delimiter: Delimiter;
}

/** Second pass: cells to columns. */
class Load {
  readonly #source: string;
  readonly #skip: boolean;
  readonly #plan: Plan;
  readonly #reader: RowReader;
  readonly #builder: TableBuilder;
  readonly #bad = new RejectList();
  readonly #rejects: RejectedRow[] = [];
  readonly #rows: number[] = [];
  readonly #lines: number[] = [];

  constructor(source: string, options: CsvOptions, plan: Plan) {
    this.#source = source;
    this.#skip = options.onBadRow === "skip";
    this.#plan = plan;
    this.#reader = new RowReader(source, plan.delimiter);
    this.#builder = new TableBuilder(plan.columns, missingTokens(options.missing), options.decimal);
  }

  push(chunk: string): void {
    this.#add(this.#reader.push(chunk));
  }

  end(): CsvTable {
    this.#add(this.#reader.end());
    if (!this.#skip) this.#bad.throwIfAny(this.#source);
    return {
      table: this.#builder.take(),
      header: this.#reader.header ?? [],
      schema: this.#plan.columns.map(({ name, type }) => ({ name, type })),
      delimiter: this.#plan.delimiter,
      rows: Int32Array.from(this.#rows),
      lines: Int32Array.from(this.#lines),
      rejects: this.#rejects,
    };
  }

  #add(block: RowBlock): void {
    const { accepted, rejects } = this.#builder.add(block);
    for (const i of accepted) {
      this.#rows.push(block.rows[i]!);
      this.#lines.push(block.lines[i]!);
    }
    const bad = [...block.rejects, ...rejects].sort((a, b) => a.row - b.row);
    if (this.#skip) this.#rejects.push(...bad);
    else this.#bad.add(bad);
  }
}
