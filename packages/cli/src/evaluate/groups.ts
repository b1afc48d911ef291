// The metrics of each group of rows: of each value of a column.
import { RequestError } from "../failure.ts";
import { plural } from "../format.ts";
import type { Tally } from "../metrics/tally.ts";
import { optionProblem } from "../problem.ts";

const MOST_GROUPS = 1000;

/** A tally for every value of a column. */
export class Groups<T extends Tally> {
  readonly column: string;
  readonly #create: () => T;
  readonly #tallies = new Map<string, T>();

  constructor(column: string, create: () => T) {
    this.column = column;
    this.#create = create;
  }

  /** Calls `add` with the tally and the rows of each value. @throws RequestError when there are too many values. */
  share(values: readonly string[], add: (tally: T, rows: readonly number[]) => void): void {
    const rows = new Map<string, number[]>();
    for (const [row, value] of values.entries()) {
      const known = rows.get(value);
      if (known === undefined) rows.set(value, [row]);
      else known.push(row);
    }
    for (const [value, of] of rows) add(this.#tallyOf(value), of);
  }

  /** In the order of the names, numbers by value. */
  entries(): [string, T][] {
    return [...this.#tallies].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  }

  #tallyOf(value: string): T {
    const known = this.#tallies.get(value);
    if (known !== undefined) return known;
    if (this.#tallies.size === MOST_GROUPS) throw tooMany(this.column);
    const tally = this.#create();
    this.#tallies.set(value, tally);
    return tally;
  }
}

function tooMany(column: string): RequestError {
  const message = `--by: column "${column}" has more than ${plural(MOST_GROUPS, "value")}, and each is a group of its own`;
  return new RequestError([optionProblem("too-many-groups", message, ["--by names a column with fewer values"])]);
}
