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
  const labels = classCodes(target);
  const classCount = Math.max(-1, ...new Set(labels)) + 1;
  const counts = new Int32Array(classCount);
  for (const label of labels) if (label >= 0) counts[label]!++;
  const total = counts.reduce((a, b) => a + b, 0);
  const outside = total - Math.max(0, ...counts);
  if (outside === 0) return undefined;
  const misplaced = misplacedRows(groupsOf(column), labels, classCount, column.type === "category");
  if (misplaced === undefined || misplaced > MISPLACED_SHARE * outside) return undefined;
  const share = formatNumber((100 * (total - misplaced)) / total);
  return `gives the target away: alone it tells ${share} % of the rows. Drop it unless it is known before the target.`;
}

/** Class of each row as 0, 1, …; −1 where the target is missing. */
function classCodes(target: Column): Int32Array {
  if (target.type === "category") return target.codes;
  const codeOf = new Map<number, number>();
  return Int32Array.from(target.values, (x) => {
    if (Number.isNaN(x)) return -1;
    const code = codeOf.get(x) ?? codeOf.size;
    codeOf.set(x, code);
    return code;
  });
}

/** Rows with equal values, groups in ascending order; missing values are the last group. */
function groupsOf(column: Column): readonly (readonly number[])[] {
  const keys: ArrayLike<number> = column.type === "category" ? column.codes : column.values;
  const order = Array.from({ length: keys.length }, (_, row) => row);
  const rank = (row: number) => (isMissing(column, row) ? Infinity : keys[row]!);
  order.sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
  const groups: number[][] = [];
  for (const row of order) {
    const last = groups.at(-1);
    if (last !== undefined && rank(last[0]!) === rank(row)) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

/**
 * Rows that the best simple rule on one column gets wrong: the minority of every group of equal values, and, for numbers,
 * half of the runs of one class beyond one per class (a row on the wrong side of a cut makes two runs more).
 * Undefined for categories with hardly more rows than texts, which tell every row apart without meaning anything.
 */
function misplacedRows(
  groups: readonly (readonly number[])[],
  labels: Int32Array,
  classCount: number,
  unordered: boolean,
): number | undefined {
  if (unordered && groups.length * 5 > labels.length) return undefined;
  const votes = new Int32Array(classCount);
  let misplaced = 0;
  let runs = 0;
  let previous = -1;
  for (const group of groups) {
    votes.fill(0);
    let best = -1;
    let present = 0;
    for (const row of group) {
      const label = labels[row]!;
      if (label < 0) continue;
      present++;
      votes[label]!++;
      if (best < 0 || votes[label]! > votes[best]!) best = label;
    }
    if (best < 0) continue;
    misplaced += present - votes[best]!;
    if (best !== previous) runs++;
    previous = best;
  }
  return unordered ? misplaced : misplaced + Math.ceil(Math.max(0, runs - classCount) / 2);
}
