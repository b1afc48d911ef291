import type { NDArray } from "../array/index.ts";
import { OptionChecker, OptionError } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import { fold, type Key, key as keyOf, permutation } from "../random/index.ts";
import { planSplits } from "./plan-splits.ts";
import type { RowSource, Targets } from "./rows.ts";
import type { Split, Splitter } from "./splitter.ts";
import type { Summary } from "./summary.ts";
import { type Abortable, drain, type FoldResult, validateFolds } from "./validate-folds.ts";

/** One point of a curve: what was varied, and the score over folds. */
export interface CurvePoint {
  readonly x: number;
  /** On the rows that the models were trained on. */
  readonly train: Summary;
  /** On the rows that they have not seen. */
  readonly test: Summary;
}

export interface LearningCurveOptions<M, Y, X = NDArray> {
  /** Numbers of training rows; below 1, shares of the smallest training part. */
  sizes: readonly number[];
  /** A number means: stratified for labels, plain for numbers, without shuffling. */
  folds: number | Splitter;
  groups?: readonly Label[];
  fit: (X: X, y: Y) => M;
  score: (fold: FoldResult<M, Y, X>) => number;
  /** Which rows come first. Default key(0). */
  key?: Key;
  /** Looked at before each fit; when aborted its `reason` is thrown. */
  signal?: Abortable;
}

/**
 * Score against the number of training rows: does more data help, and how far are training and test scores apart?
 *
 * The test folds are the same for all sizes, and smaller training sets are parts of larger ones (the first rows of one
 * permutation per fold), so that the curve is not jittered by drawing anew. `x` is the number of rows. A class may be
 * missing from a small part; the model then says so.
 * Cost: one fit per size and fold.
 * @throws OptionError when a size is not positive or larger than the smallest training part (says how many rows that has).
 * @throws ShapeError and DataError as `crossValidate`.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { meanSquaredError } from "steepest/metrics";
 * import { learningCurve } from "steepest/select";
 *
 * const X = array([[1], [2], [3], [4], [5], [6]]);
 * const curve = learningCurve(X, array([1, 2, 3, 4, 5, 6]), {
 *   sizes: [2, 4],
 *   folds: 3,
 *   fit: (trainX, trainY) => ({ predict: (rows: typeof X) => rows.flatten().mul(0).add(trainY.mean()) }),
 *   score: ({ actual, predicted }) => meanSquaredError(actual, predicted),
 * });
 * console.log(curve.map(({ x, train }) => [x, train.perFold.length])); // [ [ 2, 3 ], [ 4, 3 ] ]
 * ```
 */
export function learningCurve<X extends RowSource<X>, L extends Label, M extends { predict(X: X): readonly L[] }>(
  X: X,
  y: readonly L[],
  options: LearningCurveOptions<M, readonly L[], X>,
): readonly CurvePoint[];
export function learningCurve<X extends RowSource<X>, M extends { predict(X: X): NDArray }>(
  X: X,
  y: NDArray,
  options: LearningCurveOptions<M, NDArray, X>,
): readonly CurvePoint[];
export function learningCurve<X extends RowSource<X>, Y extends Targets, M extends { predict(X: X): Y }>(
  X: X,
  y: Y,
  options: LearningCurveOptions<M, Y, X>,
): readonly CurvePoint[] {
  const known = ["sizes", "folds", "groups", "fit", "score", "key", "signal"];
  const checker = new OptionChecker("learningCurve", options, known);
  for (const name of ["sizes", "folds", "fit", "score"]) checker.required(name);
  checker.done();
  const { sizes, fit, score, key = keyOf(0), signal } = options;
  const splits = planSplits("learningCurve", X, y, options);
  const most = Math.min(...splits.map(({ train }) => train.length));
  const counts = sizes.map((size) => rowsOfSize(size, most));
  // Fold by fold one order of the training rows, so that each part holds the smaller ones.
  const shuffled = splits.map(({ train }, f) =>
    permutation(fold(key, f), train.length)
      .toArray()
      .map((place) => train[place]!),
  );
  return counts.map((count) => {
    const parts = splits.map(
      ({ test }, f): Split => ({ train: Int32Array.from(shuffled[f]!.slice(0, count)).sort(), test }),
    );
    const folds: Splitter = { name: "learningCurve", split: () => parts };
    const { scores, trainScores } = drain(
      validateFolds("learningCurve", X, y, { folds, fit, scores: { score }, ...(signal && { signal }) }),
    );
    return { x: count, train: trainScores.score, test: scores.score };
  });
}

function rowsOfSize(size: number, most: number): number {
  const count = size > 0 && size < 1 ? Math.max(1, Math.floor(size * most)) : size;
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new OptionError(
    `learningCurve: a size of ${size} is not possible: sizes are numbers of rows from 1 to ${most}, the smallest training part, or shares between 0 and 1.`,
    { code: "size", option: "sizes" },
  );
}
