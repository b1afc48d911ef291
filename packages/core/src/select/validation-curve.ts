import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import type { CurvePoint } from "./learning-curve.ts";
import { planSplits } from "./plan-splits.ts";
import type { RowSource, Targets } from "./rows.ts";
import type { Splitter } from "./splitter.ts";
import { type Abortable, drain, type FoldResult, validateFolds } from "./validate-folds.ts";

export interface ValidationCurveOptions<M, Y, X = NDArray> {
  /** The values of one hyperparameter. */
  values: readonly number[];
  /** A number means: stratified for labels, plain for numbers, without shuffling. */
  folds: number | Splitter;
  groups?: readonly Label[];
  fit: (X: X, y: Y, value: number) => M;
  score: (fold: FoldResult<M, Y, X>) => number;
  /** Looked at before each fit; when aborted its `reason` is thrown. */
  signal?: Abortable;
}

/**
 * Score against one hyperparameter, on the same folds for all values: where does it underfit, where overfit?
 *
 * The best value was chosen with the test folds in view: its score is too kind. Judge it on rows held out before, or by
 * nesting.
 * Cost: one fit per value and fold.
 * @throws OptionError, ShapeError and DataError as `crossValidate`.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { meanSquaredError } from "steepest/metrics";
 * import { validationCurve } from "steepest/select";
 *
 * const X = array([[1], [2], [3], [4]]);
 * const curve = validationCurve(X, array([2, 4, 6, 8]), {
 *   values: [1, 2],
 *   folds: 2,
 *   fit: (trainX, trainY, slope) => ({ predict: (rows: typeof X) => rows.flatten().mul(slope) }),
 *   score: ({ actual, predicted }) => meanSquaredError(actual, predicted),
 * });
 * console.log(curve.map(({ x, test }) => [x, test.mean])); // [ [ 1, 7.5 ], [ 2, 0 ] ]
 * ```
 */
export function validationCurve<X extends RowSource<X>, L extends Label, M extends { predict(X: X): readonly L[] }>(
  X: X,
  y: readonly L[],
  options: ValidationCurveOptions<M, readonly L[], X>,
): readonly CurvePoint[];
export function validationCurve<X extends RowSource<X>, M extends { predict(X: X): NDArray }>(
  X: X,
  y: NDArray,
  options: ValidationCurveOptions<M, NDArray, X>,
): readonly CurvePoint[];
export function validationCurve<X extends RowSource<X>, Y extends Targets, M extends { predict(X: X): Y }>(
  X: X,
  y: Y,
  options: ValidationCurveOptions<M, Y, X>,
): readonly CurvePoint[] {
  const checker = new OptionChecker("validationCurve", options, [
    "values",
    "folds",
    "groups",
    "fit",
    "score",
    "signal",
  ]);
  for (const name of ["values", "folds", "fit", "score"]) checker.required(name);
  checker.done();
  const { values, fit, score, signal } = options;
  const splits = planSplits("validationCurve", X, y, options);
  const folds: Splitter = { name: "validationCurve", split: () => splits };
  return values.map((value) => {
    const fitted = (trainX: X, trainY: Y) => fit(trainX, trainY, value);
    const { scores, trainScores } = drain(
      validateFolds("validationCurve", X, y, { folds, fit: fitted, scores: { score }, ...(signal && { signal }) }),
    );
    return { x: value, train: trainScores.score, test: scores.score };
  });
}
