import type { ArrayLike } from "../array/index.ts";
import { ConvergenceError, OptionError, ShapeError } from "../errors/index.ts";
import type { Matrix } from "../linalg/index.ts";
import { type DataMatrix, dataMatrix, denseMatrix, shiftedGramSolver, smallerSquare } from "./data-matrix.ts";
import { arrayLike, checkSize, numbersOf, vectorOf } from "./numbers.ts";
import type { Proximable } from "./proximable.ts";

/**
 * Σ log(1 + exp(−yᵢ·aᵢᵀx)), the loss of logistic regression, with labels ±1.
 *
 * The proximal step is found by Newton's method with a line search, to working precision: it is strictly convex.
 * Shapes: A "m n", y "m". Cost: per Newton step one Cholesky factorization of the smaller of n × n and m × m.
 * @throws OptionError for labels other than −1 and 1. @throws ShapeError when y has not one entry per row of A.
 * Source: Hastie, Tibshirani & Friedman (2009), section 4.4.1.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { logisticLoss } from "steepest/prox";
 * logisticLoss([[1]], [1]).prox(array([-0.5]), 1).toArray(); // [0]
 * ```
 */
export function logisticLoss(A: Matrix, y: ArrayLike): Proximable {
  const data = dataMatrix("logisticLoss", A);
  const labels = vectorOf("logisticLoss", "y", y);
  if (labels.length !== data.m) {
    throw new ShapeError(`logisticLoss: A has ${data.m} rows and y ${labels.length} entries.`, {
      code: "rows-differ",
      operation: "logisticLoss",
      shapes: [[data.m, data.n], [labels.length]],
    });
  }
  const strange = labels.findIndex((label) => Math.abs(label) !== 1);
  if (strange !== -1) {
    throw new OptionError(`logisticLoss: labels are -1 and 1, but entry ${strange} of y is ${labels[strange]}.`, {
      code: "invalid-option",
      option: "y",
    });
  }
  const rows = rowsOf(data);
  let factorizations = 0;
  return {
    name: "logisticLoss",
    convex: true,
    size: data.n,
    factorizations: () => factorizations,
    value(x) {
      checkSize("logisticLoss", x, data.n);
      return lossOf(data.times(numbersOf(x)), labels);
    },
    prox(v, t) {
      checkSize("logisticLoss", v, data.n);
      const { x, steps } = newton(data, rows, labels, numbersOf(v), t);
      factorizations += steps;
      return arrayLike(v, x);
    },
  };
}

/** Σ log(1 + exp(−yᵢsᵢ)), without overflow. */
function lossOf(scores: Float64Array, labels: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const margin = labels[i]! * scores[i]!;
    sum += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)));
  }
  return sum;
}

/**
 * argmin Σ log(1 + exp(−yᵢaᵢᵀx)) + ‖x − v‖²/(2t)
 *
 * Method:   Newton with the Hessian AᵀDA + I/t, D = p(1 − p), from x = v; halving until the value falls by Armijo's rule
 * Stops:    after a full step of 1e-8 relative: its square is the error that is left
 * Cost:     about 6 steps
 */
function newton(
  data: DataMatrix,
  rows: Float64Array,
  labels: Float64Array,
  v: Float64Array,
  t: number,
): { x: Float64Array; steps: number } {
  const { m, n } = data;
  const objective = (x: Float64Array, scores: Float64Array) => {
    let square = 0;
    for (let j = 0; j < n; j++) square += (x[j]! - v[j]!) ** 2;
    return lossOf(scores, labels) + square / (2 * t);
  };
  let x = v.slice();
  let scores = data.times(x);
  let value = objective(x, scores);
  for (let steps = 0; steps < 100; steps++) {
    const slope = new Float64Array(m);
    const weighted = rows.slice();
    for (let i = 0; i < m; i++) {
      const wrong = 1 / (1 + Math.exp(labels[i]! * scores[i]!));
      slope[i] = -labels[i]! * wrong;
      const root = Math.sqrt(wrong * (1 - wrong));
      for (let j = 0; j < n; j++) weighted[i * n + j]! *= root;
    }
    const gradient = data.transposedTimes(slope).map((g, j) => g + (x[j]! - v[j]!) / t);
    const scaled = denseMatrix(weighted, m, n);
    const step = shiftedGramSolver("logisticLoss", scaled, smallerSquare(scaled), 1 / t)(gradient);
    const fall = step.reduce((sum, s, j) => sum + s * gradient[j]!, 0);
    const length = Math.sqrt(step.reduce((sum, s) => sum + s * s, 0));
    const size = Math.sqrt(x.reduce((sum, s) => sum + s * s, 0));
    let factor = 1;
    let next = x.map((s, j) => s - step[j]!);
    let nextScores = data.times(next);
    let nextValue = objective(next, nextScores);
    while (nextValue > value - 1e-4 * factor * fall + 1e-14 * Math.abs(value) && factor > 1e-10) {
      factor /= 2;
      next = x.map((s, j) => s - factor * step[j]!);
      nextScores = data.times(next);
      nextValue = objective(next, nextScores);
    }
    [x, scores, value] = [next, nextScores, nextValue];
    if (!Number.isFinite(value)) break;
    if (factor === 1 && length <= 1e-8 * (1 + size)) return { x, steps: steps + 1 };
  }
  throw new ConvergenceError("logisticLoss: Newton's method found no proximal step. Scale the columns of A.", {
    status: "max-steps",
  });
}

function rowsOf({ m, n, transposedTimes }: DataMatrix): Float64Array {
  const rows = new Float64Array(m * n);
  const unit = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    unit[i] = 1;
    rows.set(transposedTimes(unit), i * n);
    unit[i] = 0;
  }
  return rows;
}
