// Labels of classes: which there are, and in what order.
import { DataError } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import { lengthsDiffer } from "./design.ts";

export interface Classes<L extends Label> {
  /** In ascending order: numbers by value, then texts by code units. */
  readonly classes: readonly L[];
  /** Position of each row's label in `classes`. */
  readonly codes: Int32Array;
}

/**
 * The classes of labels y.
 *
 * @throws ShapeError when y has not one label per row of X.
 * @throws DataError when an entry is no label (says the row), or all are equal.
 */
export function readClasses<L extends Label>(owner: string, y: readonly L[], n: number): Classes<L> {
  if (!Array.isArray(y)) {
    throw new DataError(
      `${owner}: y must be a list of labels, such as ["no", "yes"]. For an array of numbers: y.toArray().`,
      {
        code: "not-a-label",
        received: typeof y,
        expected: "a list of labels",
      },
    );
  }
  if (y.length !== n) throw lengthsDiffer(owner, "y", y.length, n);
  const row = y.findIndex((label) => typeof label !== "string" && !Number.isFinite(label));
  if (row >= 0) {
    throw new DataError(
      `${owner}: y[${row}] is ${String(y[row])}, but a label is a text or a finite number. Drop the row, or give missing labels a name.`,
      { code: "not-a-label", row, received: String(y[row]), expected: "a text or a finite number" },
    );
  }
  const classes = [...new Set(y)].sort(compareLabels);
  if (classes.length < 2) {
    throw new DataError(`${owner}: all ${n} labels are ${labelName(classes[0]!)}; at least two classes are needed.`, {
      code: "one-class",
      received: `only ${labelName(classes[0]!)}`,
      expected: "two classes or more",
    });
  }
  const positions = new Map(classes.map((label, position) => [label, position]));
  return { classes, codes: Int32Array.from(y, (label) => positions.get(label)!) };
}

/** Numbers by value, then texts by code units: the same order everywhere. */
export function compareLabels(a: Label, b: Label): number {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1;
  if (typeof b === "number") return 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** "spam" with quotes, 3 without. */
export function labelName(label: Label): string {
  return typeof label === "string" ? `"${label}"` : String(label);
}
