// What a splitter is, and the pieces that all of them are made of.
import { DataError } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import { type Key, permutation } from "../random/index.ts";

/** Rows to learn from and rows to judge by; both ascending, and no row in both. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** What a splitter may know of the data. */
export interface SplitContext {
  /** Number of rows. */
  readonly samples: number;
  /** Class of each row. */
  readonly labels?: readonly Label[];
  /** What must stay together, for each row: a patient, a customer, a session. */
  readonly groups?: readonly Label[];
}

/** Every row is in exactly one test set, except for shuffleSplit, timeSeriesSplit and repeated. */
export interface Splitter {
  readonly name: string;
  split(context: SplitContext): readonly Split[];
}

/** The test rows, ascending, and all others. */
export function splitAt(samples: number, testRows: Iterable<number>): Split {
  const isTest = new Uint8Array(samples);
  for (const row of testRows) isTest[row] = 1;
  const rows = Int32Array.from(isTest, (_, row) => row);
  return { train: rows.filter((row) => isTest[row] === 0), test: rows.filter((row) => isTest[row] === 1) };
}

/** The rows in data order without a key, in its random order with one. */
export function rowOrder(samples: number, key: Key | undefined): readonly number[] {
  if (key === undefined) return Array.from({ length: samples }, (_, row) => row);
  return permutation(key, samples).toArray();
}

/** How many of n things each of `parts` gets when the first n mod parts get one more. */
export function evenSizes(n: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, part) => Math.floor(n / parts) + (part < n % parts ? 1 : 0));
}

/** Rows of each class or group in the given order of rows; classes by first appearance in the data. */
export function rowsByLabel(labels: readonly Label[], order: readonly number[]): Map<Label, number[]> {
  const rows = new Map<Label, number[]>(labels.map((label) => [label, []]));
  for (const row of order) rows.get(labels[row]!)!.push(row);
  return rows;
}

/**
 * Labels or groups that a splitter cannot do without.
 *
 * @throws DataError when they are missing or not as many as rows.
 */
export function requireLabels(
  owner: string,
  name: "labels" | "groups",
  { samples, [name]: values }: SplitContext,
): readonly Label[] {
  if (values === undefined) {
    throw new DataError(
      `${owner}: needs ${name}, one for each of the ${samples} rows, but there are none. ${advice[name]}`,
      { code: `no-${name}`, expected: name },
    );
  }
  if (values.length === samples) return values;
  throw new DataError(`${owner}: there are ${values.length} ${name} but ${samples} rows. Each row needs one.`, {
    code: "lengths",
    received: String(values.length),
    expected: String(samples),
  });
}

const advice = {
  labels: "For numbers as targets take kFold or shuffleSplit without stratify.",
  groups: "Pass groups: one name per row of what must stay together.",
} as const;

/** `"spam"` with quotes, `3` without. */
export function labelName(label: Label): string {
  return typeof label === "string" ? `"${label}"` : String(label);
}
