// CSV as a stream of tables in constant memory: for scoring more rows than fit.
import type { Table } from "steepest/data";
import { missingTokens } from "../cell.ts";
import { type CsvOptions, checkBatchRows, checkOptions } from "../options.ts";
import { type RejectedRow, RejectList } from "../reject.ts";
import { type ColumnSpec, needsVotes, planColumns, TypeVotes } from "../schema.ts";
import { TableBuilder } from "./convert.ts";
import { slices, Utf8 } from "./decode.ts";
import { type RowBlock, RowReader } from "./rows.ts";

/** Where the text comes from: a Node or web stream, standard input, or a list of chunks cut anywhere. */
export type CsvSource = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

export interface StreamCsvOptions extends CsvOptions {
  /** Rows per table, about: a table is given out when it has at least so many. Default 4096. */
  batchRows?: number;
}

/** Some rows of a stream. */
export interface CsvBatch {
  readonly table: Table;
  /** Names of all columns of the file, also of those that the table leaves aside. */
  readonly header: readonly string[];
  readonly schema: readonly ColumnSpec[];
  /** The cells of each row of the table as they stand in the file, in the order of `header`. */
  readonly cells: readonly (readonly string[])[];
  /** Number of each row in the file, counted from 0; rows that were left out count too. */
  readonly rows: Int32Array;
  /** Line of the file where each row starts, counted from 1. */
  readonly lines: Int32Array;
  /** Rows between these that were left out; empty unless `onBadRow` is "skip". */
  readonly rejects: readonly RejectedRow[];
}

/**
 * Tables of some thousand rows from a CSV stream, one after the other, in file order. Memory stays constant.
 *
 * Give the `schema` that the model was trained with. Without it the types are inferred from the first batch alone, and what does not
 * fit later is a bad row. A stream of a header alone gives one table without rows.
 *
 * @throws DataError as `readCsv` does; bad rows at the end of the batch that holds them.
 *
 * @example
 * ```ts
 * const schema = [{ name: "age", type: "number" }] as const;
 * for await (const { table, rejects } of streamCsv(["id,age\n1,3", "1\n2,x\n"], { schema, onBadRow: "skip" })) {
 *   console.log(table.rows, rejects.length); // 1 1
 * }
 * ```
 */
export async function* streamCsv(source: CsvSource, options: StreamCsvOptions = {}): AsyncGenerator<CsvBatch, void> {
  const { batchRows = 4096 } = options;
  checkOptions("streamCsv", options, ["batchRows"]);
  checkBatchRows("streamCsv", batchRows);
  const batcher = new Batcher(options, batchRows);
  const decoder = new Utf8(options.source ?? "streamCsv");
  for await (const chunk of source) {
    for (const text of slices(decoder.text(chunk, batcher.line))) {
      const batch = batcher.push(text);
      if (batch !== undefined) yield batch;
    }
  }
  yield* batcher.end(decoder.end(batcher.line));
}

/** Collects blocks of rows into batches. */
class Batcher {
  readonly #source: string;
  readonly #options: CsvOptions;
  readonly #batchRows: number;
  readonly #missing: ReadonlySet<string>;
  readonly #reader: RowReader;
  #builder: TableBuilder | undefined;
  #schema: readonly ColumnSpec[] = [];
  /** Blocks that wait for the types. */
  #waiting: RowBlock[] = [];
  #waitingRows = 0;
  #cells: (readonly string[])[] = [];
  #rows: number[] = [];
  #lines: number[] = [];
  #rejects: RejectedRow[] = [];
  #batches = 0;

  constructor(options: CsvOptions, batchRows: number) {
    this.#source = options.source ?? "streamCsv";
    this.#options = options;
    this.#batchRows = batchRows;
    this.#missing = missingTokens(options.missing);
    this.#reader = new RowReader(this.#source, options.delimiter);
  }

  get line(): number {
    return this.#reader.line;
  }

  push(text: string): CsvBatch | undefined {
    this.#add(this.#reader.push(text), false);
    return this.#cells.length + this.#rejects.length >= this.#batchRows ? this.#take() : undefined;
  }

  *end(text: string): Iterable<CsvBatch> {
    this.#add(this.#reader.push(text), false);
    this.#add(this.#reader.end(), true);
    if (this.#batches === 0 || this.#cells.length + this.#rejects.length > 0) yield this.#take();
  }

  #add(block: RowBlock, final: boolean): void {
    const { header } = this.#reader;
    if (header === undefined) return;
    if (this.#builder !== undefined) {
      this.#convert(this.#builder, block);
      return;
    }
    this.#waiting.push(block);
    this.#waitingRows += block.cells.length;
    const undecided = needsVotes(header, this.#options);
    if (undecided && !final && this.#waitingRows < this.#batchRows) return;
    const votes = undecided ? new TypeVotes(header.length, this.#missing, this.#options.decimal) : undefined;
    for (const { cells } of this.#waiting) votes?.add(cells);
    const columns = planColumns(this.#source, header, this.#options, votes);
    const builder = new TableBuilder(columns, this.#missing, this.#options.decimal);
    this.#schema = columns.map(({ name, type }) => ({ name, type }));
    this.#builder = builder;
    for (const waiting of this.#waiting) this.#convert(builder, waiting);
    this.#waiting = [];
  }

  #convert(builder: TableBuilder, block: RowBlock): void {
    const { accepted, rejects } = builder.add(block);
    for (const i of accepted) {
      this.#cells.push(block.cells[i]!);
      this.#rows.push(block.rows[i]!);
      this.#lines.push(block.lines[i]!);
    }
    this.#rejects.push(...[...block.rejects, ...rejects].sort((a, b) => a.row - b.row));
  }

  #take(): CsvBatch {
    if (this.#options.onBadRow !== "skip") {
      const bad = new RejectList();
      bad.add(this.#rejects);
      bad.throwIfAny(this.#source);
    }
    const batch: CsvBatch = {
      table: this.#builder!.take(),
      header: this.#reader.header!,
      schema: this.#schema,
      cells: this.#cells,
      rows: Int32Array.from(this.#rows),
      lines: Int32Array.from(this.#lines),
      rejects: this.#rejects,
    };
    this.#cells = [];
    this.#rows = [];
    this.#lines = [];
    this.#rejects = [];
    this.#batches++;
    return batch;
  }
}
