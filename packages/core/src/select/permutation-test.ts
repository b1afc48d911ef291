import type { NDArray } from "../array/index.ts";
import { DataError, OptionChecker } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import { fold, type Key, permutation } from "../random/index.ts";
import { type Better, checkBetter } from "./choice.ts";
import { checkRows, type RowSource, type Targets, takeTargets } from "./rows.ts";
import type { Splitter } from "./splitter.ts";
import { type Abortable, drain, type FoldResult, validateFolds } from "./validate-folds.ts";

export interface PermutationTestOptions<M, Y, X = NDArray> {
  /** A number means: stratified for labels, plain for numbers, without shuffling. */
  folds: number | Splitter;
  fit: (X: X, y: Y) => M;
  score: (fold: FoldResult<M, Y, X>) => number;
  /** Whether scores are to be high (accuracy) or low (errors). */
  better: Better;
  /** Number of shuffles, at least 1; the smallest p-value is 1/(repeats + 1). */
  repeats: number;
  key: Key;
  /** Looked at before each fit; when aborted its `reason` is thrown. */
  signal?: Abortable;
}

export interface PermutationTest {
  /** Mean over folds with the targets as they are. */
  readonly score: number;
  /** The same with shuffled targets, one per repeat. */
  readonly permuted: readonly number[];
  /** How often chance does as well. */
  readonly pValue: number;
}

/**
 * Does the model find anything? Shuffles the targets among the rows, which breaks every tie between X and y, and
 * cross-validates again.
 *
 *     p = (k + 1)/(repeats + 1),   k = number of shuffles that score at least as well
 *
 * The 1 counts the data themselves, so that p is never 0 and, when X says nothing of y, P(p ≤ α) ≤ α. Folds are made
 * for the shuffled targets by the same rule. Condition: rows are exchangeable; not for time series or rows in groups.
 * Cost: (repeats + 1)·folds fits.
 * @throws DataError when a score is NaN; ShapeError and DataError as `crossValidate`.
 * @throws OptionError when an option is missing or wrong.
 * Source: Ojala & Garriga (2010), Permutation tests for studying classifier performance, test 1; Phipson & Smyth (2010)
 * for the + 1.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { meanSquaredError } from "steepest/metrics";
 * import { key } from "steepest/random";
 * import { permutationTest } from "steepest/select";
 *
 * const X = array([[1], [2], [3], [4], [5], [6], [7], [8]]);
 * const { score, pValue } = permutationTest(X, X.flatten(), {
 *   folds: 2,
 *   fit: () => ({ predict: (rows: typeof X) => rows.flatten() }),
 *   score: ({ actual, predicted }) => meanSquaredError(actual, predicted),
 *   better: "lower",
 *   repeats: 99,
 *   key: key(0),
 * });
 * console.log(score, pValue); // 0 0.01
 * ```
 */
export function permutationTest<X extends RowSource<X>, L extends Label, M extends { predict(X: X): readonly L[] }>(
  X: X,
  y: readonly L[],
  options: PermutationTestOptions<M, readonly L[], X>,
): PermutationTest;
export function permutationTest<X extends RowSource<X>, M extends { predict(X: X): NDArray }>(
  X: X,
  y: NDArray,
  options: PermutationTestOptions<M, NDArray, X>,
): PermutationTest;
export function permutationTest<X extends RowSource<X>, Y extends Targets, M extends { predict(X: X): Y }>(
  X: X,
  y: Y,
  options: PermutationTestOptions<M, Y, X>,
): PermutationTest {
  const needed = ["folds", "fit", "score", "better", "repeats", "key"];
  const checker = new OptionChecker("permutationTest", options, [...needed, "signal"]);
  for (const name of needed) checker.required(name);
  checker.integer("repeats", 1).done();
  const { folds, fit, score, better, repeats, key, signal } = options;
  checkBetter("permutationTest", better);
  const rows = checkRows("permutationTest", X, y);

  const scoreOf = (targets: Y, which: string): number => {
    const steps = validateFolds("permutationTest", X, targets, {
      folds,
      fit,
      scores: { score },
      ...(signal && { signal }),
    });
    const { mean, undefinedFolds } = drain(steps).scores.score;
    if (undefinedFolds === 0) return mean;
    throw new DataError(
      `permutationTest: the score of ${which} is NaN in ${undefinedFolds} folds, so it cannot be compared. Take a score that is defined in every fold, or larger folds.`,
      { code: "score-nan" },
    );
  };
  const observed = scoreOf(y, "the data");
  const permuted = Array.from({ length: repeats }, (_, r) => {
    const order = Int32Array.from(permutation(fold(key, r), rows).toArray());
    return scoreOf(takeTargets(y, order), `shuffle ${r}`);
  });
  const asGood = permuted.filter((value) => (better === "higher" ? value >= observed : value <= observed)).length;
  return { score: observed, permuted, pValue: (asGood + 1) / (repeats + 1) };
}
