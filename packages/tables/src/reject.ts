// Rows that cannot be used: what is wrong with each, and the error that lists them.
import { DataError } from "steepest";

/** One row that was left out. */
export interface RejectedRow {
  /** Counted from 0, header and blank lines not counted. */
  readonly row: number;
  /** Line of the text where the row starts, counted from 1. */
  readonly line: number;
  /** The column, where one cell is to blame. */
  readonly column?: string;
  /** Stable: "ragged-row", "bad-quote", "column-not-numeric", "column-not-date", "not-finite". */
  readonly code: string;
  /** A sentence. */
  readonly reason: string;
  readonly received: string;
  readonly expected: string;
  /** Ways to repair it, as options of the reader. */
  readonly fix: readonly string[];
  /** The row as it stands in the file. */
  readonly text: string;
}

const LISTED = 20;

/** Counts bad rows and keeps the first ones for the message. */
export class RejectList {
  readonly first: RejectedRow[] = [];
  count = 0;

  add(rejects: readonly RejectedRow[]): void {
    this.count += rejects.length;
    if (this.first.length < LISTED) this.first.push(...rejects.slice(0, LISTED - this.first.length));
  }

  /** @throws DataError with the first row in its fields, and up to 20 rows in its text. */
  throwIfAny(source: string): void {
    const [reject] = this.first;
    if (reject === undefined) return;
    const { row, column, code, received, expected, fix } = reject;
    throw new DataError(`${source}: ${this.#message(reject)}`, {
      code,
      row,
      ...(column !== undefined && { column }),
      received,
      expected,
      fix,
    });
  }

  #message(reject: RejectedRow): string {
    const advice = `Correct the file, or leave such rows out with onBadRow: "skip".`;
    const fixes = reject.fix.map((fix) => `${fix}.`).join(" ");
    const head = `${reject.reason} (line ${reject.line}). Expected ${reject.expected}. ${fixes === "" ? "" : `${fixes} `}${advice}`;
    if (this.count === 1) return head;
    const lines = this.first.map(({ line, reason }) => `\n  line ${line}: ${reason}`).join("");
    const more = this.count > this.first.length ? `\n  … and ${this.count - this.first.length} more` : "";
    return `${head} ${this.count} rows cannot be read:${lines}${more}`;
  }
}

/** A text in quotes, cut when it is long. */
export function quoteText(text: string): string {
  return text.length > 60 ? `"${text.slice(0, 57)}…"` : `"${text}"`;
}
