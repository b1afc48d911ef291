// The target of rows that are judged: rows without it, or with a class that training did not have.
import type { Table } from "steepest/data";
import { formatCount, formatList, plural } from "../format.ts";
import type { Problem } from "../problem.ts";
import type { OpenRun } from "../run/open-run.ts";

/** More different classes are not told apart in a message. */
const NAMED = 1000;

/** Finds the rows of a stream that can be judged, and says what is wrong with the others. */
export class Truth {
  readonly #target: OpenRun["predictor"]["encoder"]["target"];
  readonly #classes: ReadonlySet<string> | undefined;
  readonly #unknown = new Set<string>();
  #first: { readonly row: number; readonly label: string | undefined } | undefined;
  /** Rows that cannot be judged. */
  count = 0;

  constructor({ predictor: { encoder } }: OpenRun) {
    this.#target = encoder.target;
    this.#classes = encoder.classes === undefined ? undefined : new Set(encoder.classes);
  }

  /** Positions of the rows that can be judged, or nothing when all can. `rows` are their numbers in the file. */
  known(table: Table, rows: Int32Array): Int32Array | undefined {
    const column = table.column(this.#target.name);
    const before = this.count;
    const kept: number[] = [];
    for (let i = 0; i < table.rows; i++) {
      const code = column.type === "category" ? column.codes[i]! : 0;
      const label = column.type === "category" ? column.categories[code] : numberText(column.values[i]!);
      if (label !== undefined && (this.#classes === undefined || this.#classes.has(label))) kept.push(i);
      else this.#note(rows[i]!, label);
    }
    return this.count === before ? undefined : Int32Array.from(kept);
  }

  problem(file: string): Problem | undefined {
    const first = this.#first;
    if (first === undefined) return undefined;
    const { name, classes } = this.#target;
    const { row, label } = first;
    const unknown = [...this.#unknown].map((text) => `"${text}"`);
    const skip = `--on-bad-row skip  leaves ${this.count === 1 ? "this row" : `these ${formatCount(this.count)} rows`} out`;
    return {
      class: "DataError",
      code: label === undefined ? "target-missing" : "unknown-class",
      message:
        label === undefined
          ? `the target "${name}" is missing in ${plural(this.count, "row")}`
          : `the target "${name}" has classes that training did not have: ${formatList(unknown)}`,
      where: { file, row: row + 1, column: name },
      received: label === undefined ? "an empty cell" : `"${label}"`,
      expected: classes === undefined ? "a number" : formatList(classes.map((c) => `"${c}"`)),
      fix: [skip, ...(label === undefined ? [] : ["train again with rows of these classes"])],
    };
  }

  #note(row: number, label: string | undefined): void {
    this.count++;
    this.#first ??= { row, label };
    if (label !== undefined && this.#unknown.size < NAMED) this.#unknown.add(label);
  }
}

function numberText(value: number): string | undefined {
  return Number.isNaN(value) ? undefined : String(value);
}
