// Labels of classes: what they may be, their order, how they appear in messages.
import { DataError } from "../errors/index.ts";

/** The name of a class. Numbers and strings are told apart: `1` is not `"1"`. */
export type Label = string | number;

/** Numbers by value, then strings by code units: the same order on every platform and in every language. */
export function compareLabels(a: Label, b: Label): number {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1;
  if (typeof b === "number") return 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Every label that occurs in the lists, once, in ascending order. */
export function sortedLabels<L extends Label>(...lists: readonly (readonly L[])[]): L[] {
  const distinct = new Set<L>();
  for (const list of lists) for (const label of list) distinct.add(label);
  return [...distinct].sort(compareLabels);
}

/** `"spam"` with quotes, `3` without. */
export function labelName(label: Label): string {
  return typeof label === "string" ? `"${label}"` : String(label);
}

/** `"ham", "spam", 3 more` */
export function labelNames(labels: readonly Label[], most = 5): string {
  const shown = labels.slice(0, most).map(labelName).join(", ");
  return labels.length > most ? `${shown}, ${labels.length - most} more` : shown;
}

/** @throws DataError when the list is empty or holds something that is no label (says the row). */
export function checkLabels(owner: string, name: string, labels: readonly Label[]): void {
  if (labels.length === 0) {
    throw new DataError(`${owner}: ${name} is empty; at least one row is needed.`, { code: "empty" });
  }
  for (let row = 0; row < labels.length; row++) {
    const label: unknown = labels[row];
    if (typeof label === "string" || (typeof label === "number" && !Number.isNaN(label))) continue;
    throw new DataError(
      `${owner}: ${name}[${row}] is ${String(label)}, but a label is a string or a number. Drop the row, or give missing labels a name.`,
      { code: "not-a-label", row, received: String(label), expected: "a string or a number" },
    );
  }
}

/** @throws DataError when the two lists differ in length. */
export function checkLengths(owner: string, actual: number, name: string, length: number): void {
  if (actual === length) return;
  throw new DataError(
    `${owner}: actual has ${actual} rows but ${name} has ${length}. Both must come from the same rows, in the same order.`,
    { code: "lengths", received: String(length), expected: String(actual) },
  );
}
