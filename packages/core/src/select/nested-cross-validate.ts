import type { NDArray } from "../array/index.ts";
import { OptionChecker, OptionError } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import { type Better, bestOf, checkBetter, oneStandardError } from "./choice.ts";
import { gatherOutOfFold } from "./out-of-fold.ts";
import { planSplits } from "./plan-splits.ts";
import { type RowSource, type Targets, takeTargets } from "./rows.ts";
import type { Split, Splitter } from "./splitter.ts";
import { type Summary, summarize } from "./summary.ts";
import { type Abortable, drain, type FoldResult, validateFolds } from "./validate-folds.ts";

export interface NestedOptions<M, Y, C, X = NDArray> {
  /** What is chosen among: strengths, degrees, settings of any kind. */
  candidates: readonly C[];
  /** Folds that judge. A number means: stratified for labels, plain for numbers, without shuffling. */
  outer: number | Splitter;
  /** Folds inside of each training part that choose. */
  inner: number | Splitter;
  /** What must stay together, one name per row; for both kinds of folds. */
  groups?: readonly Label[];
  fit: (X: X, y: Y, candidate: C) => M;
  score: (fold: FoldResult<M, Y, X>) => number;
  /** Whether scores are to be high (accuracy) or low (errors). */
  better: Better;
  /** "best": the best inner mean, ties to the first. "one-standard-error": candidates from simple to complex. Default "best". */
  choice?: "best" | "one-standard-error";
  /** Looked at before each fit; when aborted its `reason` is thrown. */
  signal?: Abortable;
}

/** What happened in one outer fold. */
export interface NestedFold<M, C> {
  readonly candidate: C;
  /** Fitted with it on the whole training part. */
  readonly model: M;
  /** Inner scores, one per candidate. */
  readonly inner: readonly Summary[];
  readonly split: Split;
}

export interface NestedCrossValidation<M, Y, C> {
  /** On outer test rows, which neither the fit nor the choice has seen. */
  readonly score: Summary;
  /** Of the chosen candidates in the inner folds: too kind, by as much as it is better than `score`. */
  readonly innerScore: Summary;
  readonly folds: readonly NestedFold<M, C>[];
  /** One prediction per tested row, ascending by row. */
  readonly outOfFold: Y;
  readonly testedRows: Int32Array;
}

/**
 * Nested cross-validation: chooses a candidate by inner folds of each training part, fits it there, and scores it on the
 * outer test rows. It judges the whole procedure, choice included.
 *
 * A score that was also used to choose is too kind, the more so the more candidates there are. Folds may choose
 * differently; to get one model choose once more on all rows (`validationCurve`) and report the score from here.
 * Cost: outer·(candidates·inner + 1) fits.
 * @throws OptionError when there are no candidates, or an option is wrong.
 * @throws ShapeError and DataError as `crossValidate`.
 * Source: Stone (1974); Cawley & Talbot (2010), On over-fitting in model selection.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { meanSquaredError } from "steepest/metrics";
 * import { nestedCrossValidate } from "steepest/select";
 *
 * const X = array([[1], [2], [3], [4], [5], [6]]);
 * const { score, folds } = nestedCrossValidate(X, array([2, 4, 6, 8, 10, 12]), {
 *   candidates: [1, 2, 3],
 *   outer: 3,
 *   inner: 2,
 *   fit: (trainX, trainY, slope) => ({ predict: (rows: typeof X) => rows.flatten().mul(slope) }),
 *   score: ({ actual, predicted }) => meanSquaredError(actual, predicted),
 *   better: "lower",
 * });
 * console.log(score.mean, folds.map(({ candidate }) => candidate)); // 0 [ 2, 2, 2 ]
 * ```
 */
export function nestedCrossValidate<
  X extends RowSource<X>,
  L extends Label,
  M extends { predict(X: X): readonly L[] },
  C,
>(X: X, y: readonly L[], options: NestedOptions<M, readonly L[], C, X>): NestedCrossValidation<M, readonly L[], C>;
export function nestedCrossValidate<X extends RowSource<X>, M extends { predict(X: X): NDArray }, C>(
  X: X,
  y: NDArray,
  options: NestedOptions<M, NDArray, C, X>,
): NestedCrossValidation<M, NDArray, C>;
export function nestedCrossValidate<X extends RowSource<X>, Y extends Targets, M extends { predict(X: X): Y }, C>(
  X: X,
  y: Y,
  options: NestedOptions<M, Y, C, X>,
): NestedCrossValidation<M, Y, C> {
  checkOptions(options);
  const { candidates, outer, inner, groups, fit, score, better, choice, signal } = options;
  const abortable = signal && { signal };

  /** Scores of all candidates on the same folds of these rows. */
  const judge = (partX: X, partY: Y, partGroups: readonly Label[] | undefined): Summary[] => {
    const splits = planSplits("nestedCrossValidate", partX, partY, {
      folds: inner,
      ...(partGroups && { groups: partGroups }),
    });
    return candidates.map((candidate) => {
      const validated = validateFolds("nestedCrossValidate", partX, partY, {
        folds: fixed(splits),
        fit: (trainX: X, trainY: Y) => fit(trainX, trainY, candidate),
        scores: { score },
        ...abortable,
      });
      return drain(validated).scores.score;
    });
  };

  const splits = planSplits("nestedCrossValidate", X, y, { folds: outer, ...(groups && { groups }) });
  const results = splits.map((split) => {
    const trainGroups = groups && Array.from(split.train, (row) => groups[row]!);
    const summaries = judge(X.take([...split.train]), takeTargets(y, split.train), trainGroups);
    const place =
      choice === "one-standard-error"
        ? oneStandardError(summaries, better)
        : bestOf("nestedCrossValidate", summaries, better);
    const candidate = candidates[place]!;
    const validated = validateFolds("nestedCrossValidate", X, y, {
      folds: fixed([split]),
      fit: (trainX: X, trainY: Y) => fit(trainX, trainY, candidate),
      scores: { score },
      ...abortable,
    });
    const { models, outOfFold, scores } = drain(validated);
    return {
      fold: { candidate, model: models[0]!, inner: summaries, split },
      predicted: outOfFold,
      score: scores.score.mean,
      innerScore: summaries[place]!.mean,
    };
  });
  const parts = results.map(({ predicted }) => predicted);
  const { values: outOfFold, rows: testedRows } = gatherOutOfFold(splits, parts);
  return {
    score: summarize(results.map((each) => each.score)),
    innerScore: summarize(results.map((each) => each.innerScore)),
    folds: results.map(({ fold }) => fold),
    outOfFold,
    testedRows,
  };
}

function fixed(splits: readonly Split[]): Splitter {
  return { name: "nestedCrossValidate", split: () => splits };
}

function checkOptions(options: { better: Better; candidates: readonly unknown[] }): void {
  const needed = ["candidates", "outer", "inner", "fit", "score", "better"];
  const checker = new OptionChecker("nestedCrossValidate", options, [...needed, "groups", "choice", "signal"]);
  for (const name of needed) checker.required(name);
  checker.oneOf("choice", ["best", "one-standard-error"]).done();
  checkBetter("nestedCrossValidate", options.better);
  if (options.candidates.length > 0) return;
  throw new OptionError("nestedCrossValidate: there are no candidates to choose among.", {
    code: "no-candidates",
    option: "candidates",
  });
}
