import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import type { RowSource, Targets } from "./rows.ts";
import {
  type CrossValidateOptions,
  type CrossValidation,
  drain,
  type FoldScores,
  validateFolds,
} from "./validate-folds.ts";

/**
 * Cross-validation: fits once per fold on the training rows and scores on the test rows, which the fit has not seen.
 *
 * X is an array "n …", a table of `steepest/data`, or anything with rows that can be taken. With a table, fit the encoder
 * inside of `fit`, and medians, categories and scales come from training rows alone.
 * Scores are means over folds with their spread (n − 1; folds share training data, so it is not a standard error). A
 * score that is NaN in a fold is left out of mean and spread and counted in `undefinedFolds`; a metric that throws there stops.
 * Cost: one fit per fold, two predictions and two rounds of scores. No timings: core reads no clock; drive
 * `crossValidateFolds` and time its steps.
 * @throws ShapeError when X and y have different numbers of rows.
 * @throws OptionError for unknown options, folds out of range, or a score that is no number.
 * @throws DataError as the splitter says, for empty folds, and when a model does not give one prediction per row.
 * Source: Stone (1974), Cross-validatory choice and assessment of statistical predictions.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { accuracy } from "steepest/metrics";
 * import { crossValidate } from "steepest/select";
 *
 * const X = array([[1], [2], [3], [7], [8], [9]]);
 * const y = ["low", "low", "low", "high", "high", "high"];
 * const result = crossValidate(X, y, {
 *   folds: 3,
 *   fit: (trainX) => {
 *     const middle = trainX.mean().item();
 *     return { predict: (rows: typeof X) => rows.toArray().map((x) => (x > middle ? "high" : "low")) };
 *   },
 *   scores: { accuracy: ({ actual, predicted }) => accuracy(actual, predicted) },
 * });
 * console.log(result.scores.accuracy.mean, result.outOfFold); // 1 [ 'low', 'low', 'low', 'high', 'high', 'high' ]
 * ```
 */
export function crossValidate<
  X extends RowSource<X>,
  L extends Label,
  M extends { predict(X: X): readonly L[] },
  N extends string,
>(X: X, y: readonly L[], options: CrossValidateOptions<M, readonly L[], N, X>): CrossValidation<M, readonly L[], N>;
export function crossValidate<X extends RowSource<X>, M extends { predict(X: X): NDArray }, N extends string>(
  X: X,
  y: NDArray,
  options: CrossValidateOptions<M, NDArray, N, X>,
): CrossValidation<M, NDArray, N>;
export function crossValidate<
  X extends RowSource<X>,
  Y extends Targets,
  M extends { predict(X: X): Y },
  N extends string,
>(X: X, y: Y, options: CrossValidateOptions<M, Y, N, X>): CrossValidation<M, Y, N> {
  checkOptions(options);
  return drain(validateFolds("crossValidate", X, y, options));
}

/**
 * The same fold by fold: yields the scores of each as soon as it is done and returns the whole at the end.
 *
 * For progress bars, stop buttons and timings: between two folds the caller may wait, so that events get through.
 * Rows are split at the first step.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { meanSquaredError } from "steepest/metrics";
 * import { crossValidateFolds } from "steepest/select";
 *
 * const X = array([[1], [2], [3], [4]]);
 * const steps = crossValidateFolds(X, array([1, 2, 3, 4]), {
 *   folds: 2,
 *   fit: () => ({ predict: (rows: typeof X) => rows.flatten() }),
 *   scores: { mse: ({ actual, predicted }) => meanSquaredError(actual, predicted) },
 * });
 * console.log(Array.from(steps, ({ fold, scores }) => [fold, scores.mse])); // [ [ 0, 0 ], [ 1, 0 ] ]
 * ```
 */
export function crossValidateFolds<
  X extends RowSource<X>,
  L extends Label,
  M extends { predict(X: X): readonly L[] },
  N extends string,
>(
  X: X,
  y: readonly L[],
  options: CrossValidateOptions<M, readonly L[], N, X>,
): Generator<FoldScores<N>, CrossValidation<M, readonly L[], N>, void>;
export function crossValidateFolds<X extends RowSource<X>, M extends { predict(X: X): NDArray }, N extends string>(
  X: X,
  y: NDArray,
  options: CrossValidateOptions<M, NDArray, N, X>,
): Generator<FoldScores<N>, CrossValidation<M, NDArray, N>, void>;
export function crossValidateFolds<
  X extends RowSource<X>,
  Y extends Targets,
  M extends { predict(X: X): Y },
  N extends string,
>(X: X, y: Y, options: CrossValidateOptions<M, Y, N, X>): Generator<FoldScores<N>, CrossValidation<M, Y, N>, void> {
  checkOptions(options);
  return validateFolds("crossValidate", X, y, options);
}

function checkOptions(options: object): void {
  const known = ["folds", "groups", "fit", "scores", "signal"];
  new OptionChecker("crossValidate", options, known).required("folds").required("fit").required("scores").done();
}
