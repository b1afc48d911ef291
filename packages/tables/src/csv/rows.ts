// From chunks of text to rows of cells under a header; rows that do not fit are set aside.
import { DataError } from "steepest";
import type { RejectedRow } from "../reject.ts";
import { DELIMITERS, type Delimiter, detectDelimiter } from "./delimiter.ts";
import { type CsvRecord, LONGEST_RECORD, RecordScanner } from "./scanner.ts";
import { type FieldSplitter, fieldSplitter } from "./split-fields.ts";

/** Some rows, in file order, as parallel lists. */
export interface RowBlock {
  readonly cells: readonly (readonly string[])[];
  /** The number of each row, counted from 0; rejected rows count too. */
  readonly rows: readonly number[];
  readonly lines: readonly number[];
  readonly texts: readonly string[];
  readonly rejects: readonly RejectedRow[];
}

/** Takes a CSV text in chunks and gives back rows. The first record is the header. */
export class RowReader {
  readonly #source: string;
  #delimiter: Delimiter | undefined;
  #head: string | undefined = "";
  #begun = false;
  #scanner: RecordScanner | undefined;
  #header: readonly string[] | undefined;
  #split: FieldSplitter = () => [];
  #row = 0;

  /** `source` starts the messages: a file name, or the name of the function. */
  constructor(source: string, delimiter: Delimiter | undefined) {
    this.#source = source;
    this.#delimiter = delimiter;
  }

  /** Undefined until the first line has come. */
  get header(): readonly string[] | undefined {
    return this.#header;
  }

  get delimiter(): Delimiter {
    return this.#delimiter ?? ",";
  }

  /** Line of the text that is read at the moment. */
  get line(): number {
    return this.#scanner?.line ?? 1;
  }

  push(chunk: string): RowBlock {
    const text = this.#start(chunk, false);
    if (this.#scanner === undefined) return this.#block([]);
    const records = this.#scanner.push(text);
    if (this.#scanner.pending > LONGEST_RECORD) throw this.#endless(this.#scanner.line);
    return this.#block(records);
  }

  /** @throws DataError when there was no text at all. */
  end(): RowBlock {
    const text = this.#start("", true);
    const scanner = this.#scanner ?? new RecordScanner(this.delimiter);
    const block = this.#block([...scanner.push(text), ...scanner.end()]);
    if (this.#header !== undefined) return block;
    throw new DataError(
      `${this.#source}: the file is empty. Expected a header line with the names of the columns, then one line per row.`,
      { code: "empty-file", received: "no text", expected: "a header line and rows", fix: ["check the path"] },
    );
  }

  /** Holds text back until the delimiter is known; returns the text that can be scanned now. */
  #start(chunk: string, final: boolean): string {
    if (this.#head === undefined) return chunk;
    const first = !this.#begun && chunk.startsWith("\ufeff"); // a byte order mark is no part of the first name
    this.#begun ||= chunk !== "";
    this.#head += first ? chunk.slice(1) : chunk;
    this.#delimiter ??= detectDelimiter(this.#head, final);
    if (this.#delimiter === undefined || this.#head === "") return "";
    this.#scanner = new RecordScanner(this.#delimiter);
    const text = this.#head;
    this.#head = undefined;
    return text;
  }

  #block(records: readonly CsvRecord[]): RowBlock {
    const [first, ...others] = records;
    if (this.#header !== undefined || first === undefined) return this.#rowsOf(records);
    this.#header = this.#readHeader(first);
    return this.#rowsOf(others);
  }

  #readHeader(record: CsvRecord): readonly string[] {
    if (record.problem !== undefined) {
      throw new DataError(
        `${this.#source}: the header (line ${record.line}) holds ${record.problem}. Double the quotes inside of a quoted name.`,
        { code: "bad-quote", received: record.problem, expected: 'names such as a, or "a ""b"" c"' },
      );
    }
    this.#split = fieldSplitter(this.delimiter, record.fields);
    const names = withNames(this.#split([record.text])[0] ?? []);
    const seen = new Set<string>();
    const twice = names.find((name) => seen.size === seen.add(name).size);
    if (twice !== undefined) {
      throw new DataError(
        `${this.#source}: two columns are called "${twice}". Columns are found by name: rename one of them in the header.`,
        { code: "duplicate-column", column: twice, received: `"${twice}" twice`, expected: "names that all differ" },
      );
    }
    return names;
  }

  #rowsOf(records: readonly CsvRecord[]): RowBlock {
    const sound: CsvRecord[] = [];
    const rows: number[] = [];
    const rejects: RejectedRow[] = [];
    for (const record of records) {
      const reject = this.#reject(record, this.#row);
      if (reject === undefined) {
        sound.push(record);
        rows.push(this.#row);
      } else {
        rejects.push(reject);
      }
      this.#row++;
    }
    const texts = sound.map((record) => record.text);
    return { cells: this.#split(texts), rows, lines: sound.map((record) => record.line), texts, rejects };
  }

  #reject(record: CsvRecord, row: number): RejectedRow | undefined {
    const { text, line, fields, problem } = record;
    if (problem !== undefined) {
      return {
        row,
        line,
        code: "bad-quote",
        reason: `the row holds ${problem}`,
        received: problem,
        expected: "quotes around a whole field, and doubled inside of it",
        fix: [],
        text,
      };
    }
    const columns = this.#header?.length ?? fields;
    if (fields === columns) return undefined;
    const others = DELIMITERS.filter((d) => d !== this.#delimiter && text.includes(d));
    return {
      row,
      line,
      code: "ragged-row",
      reason: `the row has ${fields} ${fields === 1 ? "field" : "fields"}, the header ${columns}`,
      received: `${fields} fields`,
      expected: `${columns} fields, as in the header`,
      fix: others.map((d) => `delimiter: ${JSON.stringify(d)} if that separates the fields`),
      text,
    };
  }

  #endless(line: number): DataError {
    return new DataError(
      `${this.#source}: the row that starts on line ${line} does not end within ${LONGEST_RECORD} characters. ` +
        "Probably a quote is opened there and never closed: correct that line.",
      { code: "endless-row", row: this.#row, received: "a row without end", expected: "a closed quote" },
    );
  }
}

/** Two or more columns without a name are told apart by their places, counted from 1: "column 4", "column 7". */
function withNames(names: readonly string[]): readonly string[] {
  if (names.filter((name) => name === "").length < 2) return names;
  const known = new Set(names);
  return names.map((name, i) => {
    if (name !== "") return name;
    let given = `column ${i + 1}`;
    while (known.has(given)) given += "'";
    return given;
  });
}
