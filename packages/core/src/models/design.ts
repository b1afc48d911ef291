// What learners are given: rows of features, targets, weights. Every check stands here, before any work is done.
import type { ArrayLike } from "../array/index.ts";
import { DataError, formatShape, type OptionChecker, ShapeError, TraceError } from "../errors/index.ts";
import { isArray, readTensor, type Tensor, tensorFrom } from "../program/index.ts";

/** X "n d" as rows of f64. Nobody writes to `values`: they may be those of the caller's array. */
export interface Design {
  readonly n: number;
  readonly d: number;
  readonly values: Float64Array;
}

/** y as "n t", and whether it was given as "n". */
export interface Targets {
  readonly t: number;
  readonly values: Float64Array;
  readonly vector: boolean;
}

/**
 * X as a design matrix.
 *
 * @throws ShapeError for ragged lists and for anything that is no matrix.
 * @throws DataError with row and column of the first value that is not finite; NaN passes when `missing` is "allow".
 */
export function readDesign(owner: string, X: ArrayLike, missing: "refuse" | "allow" = "refuse"): Design {
  const { shape, data } = tensorOf(owner, "X", X);
  if (shape.length !== 2) throw notAMatrix(owner, shape);
  const [n, d] = shape as [number, number];
  const values = data instanceof Float64Array ? data : Float64Array.from(data);
  if (isModerate(values)) return { n, d, values };
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (Number.isFinite(value) || (missing === "allow" && Number.isNaN(value))) continue;
    throw notFinite(owner, "X", value, Math.floor(at / d), at % d);
  }
  return { n, d, values };
}

/** As `readDesign`, for fitting: at least one row and one column. @throws DataError when there is none. */
export function readTraining(owner: string, X: ArrayLike, missing: "refuse" | "allow" = "refuse"): Design {
  const design = readDesign(owner, X, missing);
  if (design.n === 0) {
    throw new DataError(`${owner}: X has no rows. Fit on at least one row.`, { code: "empty" });
  }
  if (design.d === 0) {
    throw new DataError(`${owner}: X has no columns. A model needs at least one feature.`, { code: "no-features" });
  }
  checkSize(owner, "X", design.values, design.d);
  return design;
}

/** Squares of larger numbers overflow. */
const LARGEST = 1e150;

/** Tables that have been looked through: nobody writes to the numbers of an array. */
const moderate = new WeakSet<Float64Array>();

/** Whether all numbers are finite and have squares. */
function isModerate(values: Float64Array): boolean {
  if (moderate.has(values)) return true;
  for (let at = 0; at < values.length; at++) if (!(Math.abs(values[at]!) <= LARGEST)) return false;
  moderate.add(values);
  return true;
}

function checkSize(owner: string, name: string, values: Float64Array, columns: number): void {
  if (isModerate(values)) return;
  const at = values.findIndex((value) => Math.abs(value) > LARGEST);
  if (at < 0) return;
  const row = Math.floor(at / columns);
  const column = String(at % columns);
  throw new DataError(
    `${owner}: ${name}[${row}, ${column}] is ${values[at]}, whose square overflows. Give the column in another unit.`,
    { code: "too-large", row, column, received: String(values[at]), expected: `at most ${LARGEST}` },
  );
}

/** As `readDesign`, for predicting. @throws ShapeError with both widths when the width differs from the fit. */
export function readRows(
  owner: string,
  X: ArrayLike,
  features: number,
  missing: "refuse" | "allow" = "refuse",
): Design {
  const design = readDesign(owner, X, missing);
  if (design.d === features) return design;
  throw new ShapeError(
    `${owner}: X has ${design.d} columns, but the model was fitted on ${features}. Give the same features, in the same order.`,
    { code: "features-differ", operation: owner, shapes: [[design.n, design.d]] },
  );
}

/** y as numbers. @throws ShapeError when it has not one entry (or row) per row of X; DataError for NaN or ∞. */
export function readTargets(owner: string, y: ArrayLike, n: number): Targets {
  const { shape, data } = tensorOf(owner, "y", y);
  if (shape.length !== 1 && shape.length !== 2) {
    throw new ShapeError(
      `${owner}: y has shape ${formatShape(shape)}. It must be a list of ${n} numbers, or of ${n} rows for several targets.`,
      { code: "targets-shape", operation: owner, shapes: [shape] },
    );
  }
  if (shape[0] !== n) throw lengthsDiffer(owner, "y", shape[0]!, n);
  const t = shape[1] ?? 1;
  if (t === 0) throw new DataError(`${owner}: y has no columns. At least one target is needed.`, { code: "empty" });
  const values = data instanceof Float64Array ? data : Float64Array.from(data);
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw notFinite(owner, "y", values[at]!, Math.floor(at / t), shape.length === 2 ? at % t : undefined);
  checkSize(owner, "y", values, t);
  return { t, values, vector: shape.length === 1 };
}

/** One weight per row; ones when none are given. @throws DataError for a weight that is negative or not finite, or for zeros only. */
export function readWeights(owner: string, weights: ArrayLike | undefined, n: number): Float64Array {
  if (weights === undefined) return new Float64Array(n).fill(1);
  const { shape, data } = tensorOf(owner, "sampleWeight", weights);
  if (shape.length !== 1) {
    throw new ShapeError(
      `${owner}: sampleWeight has shape ${formatShape(shape)}. It must be a list of ${n} weights, one per row of X.`,
      { code: "weights-shape", operation: owner, shapes: [shape] },
    );
  }
  if (data.length !== n) throw lengthsDiffer(owner, "sampleWeight", data.length, n);
  let total = 0;
  for (let row = 0; row < n; row++) {
    const weight = data[row]!;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new DataError(
        `${owner}: sampleWeight[${row}] is ${weight}; weights are finite and 0 or more. 0 leaves a row out.`,
        { code: "weight", row, received: String(weight), expected: "0 or more" },
      );
    }
    total += weight;
  }
  if (!(total > 0)) {
    throw new DataError(`${owner}: all weights are 0, so no row is left to learn from.`, { code: "weight" });
  }
  return inRange(Float64Array.from(data));
}

/** Weights times a power of 4, which is exact for their roots too, where squares would leave the range of numbers: only ratios count. */
export function inRange(weights: Float64Array): Float64Array {
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  if (largest >= 1e-12 && largest <= 1e12) return weights;
  const power = 2 * Math.floor(Math.log2(largest) / 2);
  const half = 2 ** (power / 2); // 2^power may be no number
  return weights.map((weight) => weight / half / half);
}

/** The strength of a penalty: 0 or more, and not so large that products with the data overflow. */
export function checkPenalty(checker: OptionChecker, name: string, value: number | undefined): void {
  checker.number(name, 0);
  if (value === undefined || !(value > LARGEST_PENALTY && value < Infinity)) return;
  checker.fail(
    name,
    `${name} must be at most ${LARGEST_PENALTY}, got ${value}, whose products with the data overflow.`,
  );
}

const LARGEST_PENALTY = 1e100;

export function lengthsDiffer(owner: string, name: string, length: number, n: number): ShapeError {
  return new ShapeError(
    `${owner}: X has ${n} rows, but ${name} has ${length}. Each row needs one entry, in the same order.`,
    { code: "lengths-differ", operation: owner, shapes: [[n], [length]] },
  );
}

/** The numbers of an argument. @throws TraceError where only its shape is known. */
function tensorOf(owner: string, name: string, x: ArrayLike): Tensor {
  if (!isArray(x)) return tensorFrom(`${owner}: ${name}`, x);
  const tensor = readTensor(x);
  if (tensor !== undefined) return tensor;
  throw new TraceError(
    `${owner}: ${name} has no values yet, only a shape ${formatShape(x.shape)}, because it belongs to a function that is being traced. Fit and predict outside of it.`,
    { code: "value-read" },
  );
}

function notAMatrix(owner: string, shape: readonly number[]): ShapeError {
  const advice =
    shape.length === 1
      ? ` For one feature write one list per row: [[1], [2]]; for one row, [[1, 2]].`
      : " Give one list of features per row.";
  return new ShapeError(
    `${owner}: X has shape ${formatShape(shape)}, but it must be a matrix, rows × features.${advice}`,
    {
      code: "not-a-matrix",
      operation: owner,
      shapes: [shape],
    },
  );
}

function notFinite(owner: string, name: string, value: number, row: number, column: number | undefined): DataError {
  const place = column === undefined ? `${row}` : `${row}, ${column}`;
  const way =
    name === "y" ? "Drop the row, or correct the value." : 'Impute or drop the row: impute({ strategy: "median" }).';
  return new DataError(`${owner}: ${name}[${place}] is ${value}. ${way}`, {
    code: "not-finite",
    row,
    ...(column !== undefined && { column: String(column) }),
    received: String(value),
    expected: "a finite number",
    fix: name === "y" ? ["drop the row"] : ['impute({ strategy: "median" })', "drop the row"],
  });
}
