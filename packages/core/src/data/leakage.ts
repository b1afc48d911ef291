// Does one column alone tell the target? Then it was probably made from the target, or known only after it.
import { formatNumber } from "../errors/index.ts";
import { correlation } from "./statistics.ts";
import { type Column, isMissing, lengthOf } from "./table.ts";

/** Share of the rows outside of the largest class that a column may misplace and still count as giving the target away. */
const MISPLACED_SHARE = 0.01;
/** |r| with a number target from which a column counts as giving it away. */
const SUSPICIOUS_R = 0.999;
/** With fewer rows, a perfect column is too likely by chance. */
const FEWEST_ROWS = 20;
/** A number target with at most so many values, all integers, is read as classes. */
const MOST_NUMBER_CLASSES = 20;
/** A target with more texts is no target of classes. */
const MOST_CLASSES = 100;
/** So many rows are looked at, which bounds the cost on long tables. */
const MOST_ROWS = 20_000;

/** Why this column gives the target away, or undefined when it does not. */
export function leak(column: Column, target: Column): string | undefined {
  if (lengthOf(target) < FEWEST_ROWS) return undefined;
  if (isCopy(column, target)) return "gives the target away: a copy of it. Drop it.";
  if (looksLikeClasses(target)) return leakOfClasses(column, target);
  return column.type === "category" ? undefined : leakOfNumbers(column.values, valuesOf(target));
}

/** Whether a target means classes: texts, or few integers. */
export function looksLikeClasses(target: Column): boolean {
  if (target.type !== "number") return target.type === "category";
  const distinct = new Set<number>();
  for (const x of target.values) {
    if (Number.isNaN(x)) continue;
    if (!Number.isInteger(x) || distinct.add(x).size > MOST_NUMBER_CLASSES) return false;
  }
  return true;
}

function valuesOf(column: Column): Float64Array {
  return column.type === "category" ? new Float64Array(0) : column.values;
}

function isCopy(column: Column, target: Column): boolean {
  const rows = lengthOf(target);
  for (let row = 0; row < rows; row++) {
    if (textAt(column, row) !== textAt(target, row)) return false;
  }
  return true;
}

function textAt(column: Column, row: number): string | undefined {
  if (isMissing(column, row)) return undefined;
  return column.type === "category" ? column.categories[column.codes[row]!] : String(column.values[row]);
}

function leakOfNumbers(values: Float64Array, target: Float64Array): string | undefined {
  const present = (_: number, row: number) => Number.isFinite(values[row]) && Number.isFinite(target[row]);
  const x = values.filter(present);
  const r = x.length < FEWEST_ROWS ? undefined : correlation(x, target.filter(present));
  if (r === undefined || Math.abs(r) < SUSPICIOUS_R) return undefined;
  return `gives the target away: its correlation with it is ${r.toFixed(4)}. Drop it unless it is known before the target.`;
}

function leakOfClasses(column: Column, target: Column): string | undefined {
  const { labels, classCount } = classCodes(target);
  if (classCount > MOST_CLASSES) return undefined;
  const rows = sampledRows(labels.length).filter((row) => labels[row]! >= 0);
  const counts = new Int32Array(classCount);
  for (const row of rows) counts[labels[row]!]!++;
  const outside = rows.length - Math.max(...counts);
  if (outside === 0) return undefined;
  const misplaced = misplacedRows(column, rows, labels, classCount);
  if (misplaced > MISPLACED_SHARE * outside) return undefined;
  const share = formatNumber((100 * (rows.length - misplaced)) / rows.length);
  return `gives the target away: alone it tells ${share} % of the rows. Drop it unless it is known before the target.`;
}

/** Class of each row as 0, 1, …; −1 where the target is missing. */
function classCodes(target: Column): { labels: Int32Array; classCount: number } {
  if (target.type === "category") return { labels: target.codes, classCount: target.categories.length };
  const codeOf = new Map<number, number>();
  const labels = Int32Array.from(target.values, (x) => {
    if (Number.isNaN(x)) return -1;
    const code = codeOf.get(x) ?? codeOf.size;
    codeOf.set(x, code);
    return code;
  });
  return { labels, classCount: codeOf.size };
}

/** All rows, or `MOST_ROWS` of them, evenly spaced. */
function sampledRows(rows: number): Int32Array {
  const count = Math.min(rows, MOST_ROWS);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
}

/**
 * Rows that the best simple rule on one column gets wrong: the minority of every group of equal values, and, for numbers,
 * half of the runs of one class beyond one per class (a row on the wrong side of a cut makes two runs more).
 * Infinity for categories with hardly more rows than texts, which tell every row apart without meaning anything.
 */
function misplacedRows(column: Column, rows: Int32Array, labels: Int32Array, classCount: number): number {
  const keys: ArrayLike<number> = column.type === "category" ? column.codes : column.values;
  const rank = (row: number) => (isMissing(column, row) ? Infinity : keys[row]!); // missing values are the last group
  const order = rows.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
  const votes = new Int32Array(classCount);
  let groups = 0;
  let misplaced = 0;
  let runs = 0;
  let previous = -1;
  for (let start = 0, stop = 0; start < order.length; start = stop) {
    votes.fill(0);
    while (stop < order.length && rank(order[stop]!) === rank(order[start]!)) votes[labels[order[stop++]!]!]!++;
    const most = Math.max(...votes);
    const winner = votes.indexOf(most);
    groups++;
    misplaced += stop - start - most;
    if (winner !== previous) runs++;
    previous = winner;
  }
  if (column.type !== "category") return misplaced + Math.ceil(Math.max(0, runs - classCount) / 2);
  return groups * 5 > order.length ? Infinity : misplaced;
}
