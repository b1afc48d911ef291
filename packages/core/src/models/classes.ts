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

/** Numbers as labels, in a typed array. */
export type NumberLabels =
  | Float64Array
  | Float32Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | Uint8ClampedArray;

/**
 * The classes of labels y.
 *
 * @throws ShapeError when y has not one label per row of X.
 * @throws DataError when an entry is no label (says the row), all are equal, or a number and a text look the same.
 */
export function readClasses<L extends Label>(owner: string, y: readonly L[] | NumberLabels, n: number): Classes<L> {
  const labels = labelsOf<L>(owner, y);
  if (labels.length !== n) throw lengthsDiffer(owner, "y", labels.length, n);
  const { found, codes } = inOrderOfRows(owner, labels);
  const classes = [...found].sort(compareLabels);
  if (classes.length < 2) {
    throw new DataError(`${owner}: all ${n} labels are ${labelName(classes[0]!)}; at least two classes are needed.`, {
      code: "one-class",
      received: `only ${labelName(classes[0]!)}`,
      expected: "two classes or more",
    });
  }
  checkNames(owner, classes);
  const positions = new Map(classes.map((label, position) => [label, position]));
  const ordered = found.map((label) => positions.get(label)!);
  return { classes, codes: codes.map((code) => ordered[code]!) };
}

/** The labels that occur, and for each row the position of its own. @throws DataError for the first that is no label. */
function inOrderOfRows<L extends Label>(owner: string, labels: ArrayLike<L>): { found: L[]; codes: Int32Array } {
  const codes = new Int32Array(labels.length);
  const known = new Map<L, number>();
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    let code = known.get(label);
    if (code === undefined) {
      if (typeof label !== "string" && !Number.isFinite(label)) throw notALabel(owner, row, label);
      code = known.size;
      known.set(label, code);
    }
    codes[row] = code;
  }
  return { found: [...known.keys()], codes };
}

function labelsOf<L extends Label>(owner: string, y: readonly L[] | NumberLabels): ArrayLike<L> {
  if (Array.isArray(y)) return y as readonly L[];
  if (ArrayBuffer.isView(y) && !((y as ArrayBufferView) instanceof DataView)) {
    return y as unknown as ArrayLike<L>; // L is number, as the type of y says
  }
  throw new DataError(
    `${owner}: y must be a list of labels, such as ["no", "yes"]. For an array of numbers: y.toArray().`,
    { code: "not-a-label", received: typeof y, expected: "a list of labels" },
  );
}

function notALabel(owner: string, row: number, label: unknown): DataError {
  const advice =
    typeof label === "boolean"
      ? 'Write y.map(String) for the classes "false" and "true", or y.map(Number) for 0 and 1.'
      : "Drop the row, or give missing labels a name.";
  return new DataError(`${owner}: y[${row}] is ${String(label)}, but a label is a text or a finite number. ${advice}`, {
    code: "not-a-label",
    row,
    received: String(label),
    expected: "a text or a finite number",
  });
}

/** 1 and "1" are two classes that no message, file or class weight could tell apart. */
function checkNames(owner: string, classes: readonly Label[]): void {
  const texts = new Set(classes.filter((label) => typeof label === "string"));
  const twice = classes.find((label) => typeof label === "number" && texts.has(String(label)));
  if (twice === undefined) return;
  throw new DataError(
    `${owner}: y holds the number ${twice} and the text "${twice}", which look like one class. Make all labels texts, y.map(String), or all numbers.`,
    { code: "not-a-label", received: `${twice} and "${twice}"`, expected: "texts or numbers" },
  );
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
