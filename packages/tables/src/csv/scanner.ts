// Finds where the records of a CSV text end, how many fields each has, and on which line it starts. Knows nothing of values.
//
// Why not leave this to udsv: it is fast because it trusts its input. Rows that are too short are read across the line break,
// rows that are too long end up in the last column, one-column rows are dropped once a quote occurs, and text after a closing
// quote disappears (udsv.test.ts shows each). Nothing in its output tells these apart from quoted line breaks. So records are
// cut and counted here, and udsv splits only those that have the right number of fields.

/** One line of a CSV text, or several where a quoted field holds line breaks. */
export interface CsvRecord {
  /** Without the line break at its end. */
  readonly text: string;
  /** Where it starts, counted from 1. */
  readonly line: number;
  readonly fields: number;
  /** What is wrong with its quotes, in words. */
  readonly problem?: string;
  /** A quote inside of a field that is not quoted: legal here, but a sign of a wrong delimiter. */
  readonly strayQuote: boolean;
}

/** A record may have so many characters; more means a quote that is never closed, and would fill the memory. */
export const LONGEST_RECORD: number = 16 * 1024 * 1024;

const QUOTE = 34;
const LF = 10;
const CR = 13;

type State = "field-start" | "plain" | "quoted" | "closed";

/** Takes a text in chunks, cut anywhere, and gives back complete records. Lines end with LF, CRLF or CR. */
export class RecordScanner {
  readonly #delimiter: number;
  /** The record that is not complete yet, and how much of it has been seen. */
  #rest = "";
  #seen = 0;
  #line = 1;
  #state: State = "field-start";
  #fields = 1;
  #problem: string | undefined;
  #strayQuote = false;

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** The line on which the record that is not complete yet starts. */
  get line(): number {
    return this.#line;
  }

  /** The length of the record that is not complete yet. */
  get pending(): number {
    return this.#rest.length;
  }

  /** The records that `chunk` completes; blank lines, also those of spaces, are left out. */
  push(chunk: string): CsvRecord[] {
    return this.#scan(this.#rest + chunk, false);
  }

  /** The last record, when the text does not end with a line break. */
  end(): CsvRecord[] {
    const records = this.#scan(this.#rest, true);
    if (this.#rest === "") return records;
    if (this.#state === "quoted") this.#problem ??= "a quote that is not closed";
    this.#emit(records, this.#rest);
    this.#rest = "";
    return records;
  }

  #scan(text: string, final: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    const delimiter = this.#delimiter;
    let start = 0;
    let at = this.#seen;
    while (at < text.length) {
      if (this.#state === "quoted") {
        const quote = text.indexOf('"', at);
        if (quote < 0) {
          at = text.length;
          break;
        }
        this.#state = "closed";
        at = quote + 1;
        continue;
      }
      const c = text.charCodeAt(at);
      if (c === delimiter) {
        this.#fields++;
        this.#state = "field-start";
      } else if (c === LF || c === CR) {
        if (c === CR && at + 1 === text.length && !final) break; // the LF of a CRLF may be in the next chunk
        this.#emit(records, text.slice(start, at));
        if (c === CR && text.charCodeAt(at + 1) === LF) at++;
        start = at + 1;
      } else if (c === QUOTE && this.#state !== "plain") {
        this.#state = "quoted"; // opened, or the second half of a doubled quote
      } else {
        if (c === QUOTE) this.#strayQuote = true;
        if (this.#state === "closed") this.#problem ??= "text after a closing quote";
        this.#state = "plain";
      }
      at++;
    }
    this.#rest = text.slice(start);
    this.#seen = at - start;
    return records;
  }

  #emit(records: CsvRecord[], text: string): void {
    if (this.#fields > 1 || text.trim() !== "") {
      const problem = this.#problem;
      const record = { text, line: this.#line, fields: this.#fields, strayQuote: this.#strayQuote };
      records.push(problem === undefined ? record : { ...record, problem });
    }
    this.#line += 1 + lineBreaks(text);
    this.#state = "field-start";
    this.#fields = 1;
    this.#problem = undefined;
    this.#strayQuote = false;
  }
}

function lineBreaks(text: string): number {
  if (!text.includes("\n") && !text.includes("\r")) return 0;
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
