// Mini-batch training as a solver of the same objective: any optimizer, any schedule.
import { fromTyped, type NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import type { Optimizer } from "../optim/index.ts";
import { readTensor } from "../program/index.ts";
import { fold, type Key, permutation } from "../random/index.ts";
import type { Outcome } from "./descend.ts";
import type { Progress } from "./progress.ts";

export interface StochasticOptions {
  /** Any of `steepest/optim`. Leave its weight decay out: the penalty is `l2` of the learner. */
  optimizer: Optimizer;
  /** Rows per step: 1 is single-sample descent, n or more is full-batch descent. */
  batchSize: number;
  /** Passes over all rows. */
  epochs: number;
  /** Draws the order of the rows, anew for each epoch. */
  key: Key;
  /** The result is the mean of the parameters over the second half of the epochs, which takes out most of the noise. Default false. */
  average?: boolean;
}

/** A solver made by `stochastic`. */
export interface Stochastic {
  readonly kind: "stochastic";
  readonly options: StochasticOptions;
}

/**
 * Mini-batch descent as a `solver`: from zero, on the features as they are, one step per batch.
 *
 *     g = (n/|B|)·Σ_{i∈B} (sᵢ/S)·∇lossᵢ + l2·w        its mean over all batches of one size is the gradient of the objective
 *
 * All epochs are run; `report.history` holds the objective at the start and after each.
 * With a constant rate the parameters keep moving by the noise of the batches: let the rate fall (a schedule), or use `average`.
 * @throws OptionError for a missing option, or one out of range.
 *
 * @example
 * ```ts
 * import { linearRegression, stochastic } from "steepest/models";
 * import { sgd } from "steepest/optim";
 * import { key } from "steepest/random";
 * const solver = stochastic({ optimizer: sgd({ learningRate: 0.05 }), batchSize: 1, epochs: 200, key: key(0), average: true });
 * const { coef, report } = linearRegression({ solver }).fit([[1], [2], [3]], [5, 8, 11]);
 * console.log(coef.toArray(), report.history.length); // [3.01…] 201
 * ```
 */
export function stochastic(options: StochasticOptions): Stochastic {
  const checker = new OptionChecker("stochastic", options, ["optimizer", "batchSize", "epochs", "key", "average"])
    .required("optimizer")
    .required("batchSize")
    .integer("batchSize", 1)
    .required("epochs")
    .integer("epochs", 0)
    .required("key")
    .boolean("average");
  if (options.optimizer !== undefined && typeof options.optimizer.step !== "function") {
    checker.fail("optimizer", "optimizer must be an optimizer, such as sgd({ learningRate: 0.1 }).");
  }
  checker.done();
  return { kind: "stochastic", options };
}

export function isStochastic(solver: unknown): solver is Stochastic {
  return typeof solver === "object" && solver !== null && (solver as Partial<Stochastic>).kind === "stochastic";
}

/** ∇ of an objective into `gradient`; returns its value. */
export type Pass = (theta: Float64Array, gradient: Float64Array) => number;

export interface StochasticProblem {
  readonly n: number;
  /** θ is the coefficients of this shape, then the intercept of that one, where there is one. */
  readonly coefShape: readonly number[];
  readonly interceptShape: readonly number[] | undefined;
  readonly objective: Pass;
  /** The objective estimated from some rows. */
  onRows(rows: Int32Array): Pass;
}

export function trainStochastically(problem: StochasticProblem, { options }: Stochastic, progress: Progress): Outcome {
  const { n, objective, onRows } = problem;
  const { optimizer, batchSize, epochs, key, average = false } = options;
  const toTree = treeOf(problem);
  let params = toTree(new Float64Array(sizeOf(problem)));
  let state = optimizer.init(params);
  const scratch = new Float64Array(sizeOf(problem));
  let best: Float64Array = new Float64Array(sizeOf(problem));
  progress.record(objective(best, scratch));
  const mean = new Float64Array(sizeOf(problem));
  let averaged = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (progress.aborted()) return { theta: best, ended: "aborted" };
    const order = Int32Array.from(permutation(fold(key, epoch), n).toArray());
    for (let start = 0; start < n; start += batchSize) {
      const pass = onRows(order.subarray(start, start + batchSize));
      const gradient = new Float64Array(sizeOf(problem));
      pass(flat(optimizer.gradParams(params, state)), gradient);
      [params, state] = optimizer.step(params, toTree(gradient), state);
      if (!average || epoch < Math.floor(epochs / 2)) continue;
      averaged++;
      flat(optimizer.evalParams(params, state)).forEach((value, i) => {
        mean[i] = mean[i]! + (value - mean[i]!) / averaged;
      });
    }
    const theta = averaged > 0 ? mean.slice() : flat(optimizer.evalParams(params, state));
    const value = objective(theta, scratch);
    if (!Number.isFinite(value)) {
      const note = `the objective became ${value} in epoch ${epoch}: lower the learning rate, or standardize the features`;
      return { theta: best, ended: "diverged", note };
    }
    progress.record(value);
    best = theta;
  }
  return { theta: best, ended: "max-steps", note: "epochs" };
}

/** Rows of d numbers. */
export function takeRows(values: Float64Array, d: number, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length * d);
  rows.forEach((row, i) => {
    out.set(values.subarray(row * d, (row + 1) * d), i * d);
  });
  return out;
}

interface Weights {
  readonly coef: NDArray;
  readonly intercept?: NDArray;
}

function sizeOf({ coefShape, interceptShape }: StochasticProblem): number {
  const product = (shape: readonly number[]) => shape.reduce((size, extent) => size * extent, 1);
  return product(coefShape) + (interceptShape === undefined ? 0 : product(interceptShape));
}

/** θ as the tree that optimizers take: coefficients are a matrix to them, the intercept a vector. */
function treeOf({
  coefShape,
  interceptShape,
}: StochasticProblem): (theta: Float64Array) => { coef: NDArray; intercept: NDArray } | { coef: NDArray } {
  const split = coefShape.reduce((size, extent) => size * extent, 1);
  return (theta) => {
    const coef = fromTyped(coefShape, theta.slice(0, split)) as NDArray; // f64
    return interceptShape === undefined
      ? { coef }
      : { coef, intercept: fromTyped(interceptShape, theta.slice(split)) as NDArray };
  };
}

function flat({ coef, intercept }: Weights): Float64Array {
  const parts = intercept === undefined ? [coef] : [coef, intercept];
  const out = new Float64Array(parts.reduce((size, part) => size + part.size, 0));
  out.set(readTensor(coef)!.data);
  if (intercept !== undefined) out.set(readTensor(intercept)!.data, coef.size);
  return out;
}
