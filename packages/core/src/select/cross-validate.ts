import type { NDArray } from "../array/index.ts";
import { DataError, OptionChecker, OptionError } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import { kFold } from "./k-fold.ts";
import { checkPredictions, gatherOutOfFold } from "./out-of-fold.ts";
import { checkRows, labelsOf, type RowSource, type Targets, takeTargets } from "./rows.ts";
import type { Split, Splitter } from "./splitter.ts";
import { stratifiedKFold } from "./stratified-k-fold.ts";
import { type Summary, summarize } from "./summary.ts";

/** What a score sees of one fold: its rows, what they are and what the model says. */
export interface FoldResult<M, Y, X = NDArray> {
  readonly model: M;
  readonly X: X;
  readonly actual: Y;
  readonly predicted: Y;
}

/** Something that can be asked to stop; an AbortSignal is one. */
export interface Abortable {
  readonly aborted: boolean;
  /** What is thrown. */
  readonly reason?: unknown;
}

export interface CrossValidateOptions<M, Y, N extends string, X = NDArray> {
  /** A number means: stratified for labels, plain for numbers, without shuffling. */
  folds: number | Splitter;
  /** What must stay together, one name per row; for `groupKFold`. */
  groups?: readonly Label[];
  /** Everything that learns from data belongs in here: encoders, scaling, imputation, selection, the model. */
  fit: (X: X, y: Y) => M;
  /** Numbers by name; NaN where a score is undefined for a fold. */
  scores: { readonly [K in N]: (fold: FoldResult<M, Y, X>) => number };
  /** Looked at before each fold; when aborted its `reason` is thrown. */
  signal?: Abortable;
}

/** The scores of one fold, as soon as it is done. */
export interface FoldScores<N extends string> {
  /** 0 for the first. */
  readonly fold: number;
  /** How many there are. */
  readonly folds: number;
  readonly scores: Readonly<Record<N, number>>;
  readonly trainScores: Readonly<Record<N, number>>;
}

export interface CrossValidation<M, Y, N extends string> {
  /** On the test rows of each fold. */
  readonly scores: Readonly<Record<N, Summary>>;
  /** On the rows that each model was trained on; far better than `scores` means overfitting. */
  readonly trainScores: Readonly<Record<N, Summary>>;
  readonly models: readonly M[];
  /** One prediction per tested row, each from a model that has not seen it, ascending by row. */
  readonly outOfFold: Y;
  /** The row of each entry of `outOfFold`: 0, 1, 2, … unless the splitter tests rows several times or never. */
  readonly testedRows: Int32Array;
  readonly splits: readonly Split[];
}

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
  const folds = validateFolds(X, y, options);
  for (;;) {
    const step = folds.next();
    if (step.done) return step.value;
  }
}

/**
 * The same fold by fold: yields the scores of each as soon as it is done and returns the whole at the end.
 *
 * For progress bars, stop buttons and timings: between two folds the caller may wait, so that events get through.
 * Options are checked and rows are split at the first step.
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
 * for (const { fold, folds, scores } of steps) console.log(`${fold + 1} of ${folds}: ${scores.mse}`); // 1 of 2: 0
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
  return validateFolds(X, y, options);
}

function* validateFolds<X extends RowSource<X>, Y extends Targets, M extends { predict(X: X): Y }, N extends string>(
  X: X,
  y: Y,
  options: CrossValidateOptions<M, Y, N, X>,
): Generator<FoldScores<N>, CrossValidation<M, Y, N>, void> {
  checkOptions(options);
  const samples = checkRows("crossValidate", X, y);
  const { folds, groups, fit, scores, signal } = options;
  const labels = labelsOf(y);
  const splitter = typeof folds === "object" ? folds : labels ? stratifiedKFold({ folds }) : kFold({ folds });
  const context = { samples, ...(labels && { labels }), ...(groups && { groups }) };
  const splits = splitter.split(context);
  checkSplits(splitter.name, splits, samples);

  const names = Object.keys(scores) as N[];
  const done: FoldScores<N>[] = [];
  const models: M[] = [];
  const predictions: Y[] = [];
  for (const [fold, { train, test }] of splits.entries()) {
    if (signal?.aborted) throw signal.reason;
    const trainX = X.take([...train]);
    const model = fit(trainX, takeTargets(y, train));
    const judge = (rowsX: X, rows: Int32Array): { predicted: Y; values: Record<N, number> } => {
      const predicted = model.predict(rowsX);
      checkPredictions("crossValidate", predicted, rows.length, fold);
      const result = { model, X: rowsX, actual: takeTargets(y, rows), predicted };
      return { predicted, values: byName(names, (name) => checkScore(name, scores[name](result))) };
    };
    const tested = judge(X.take([...test]), test);
    models.push(model);
    predictions.push(tested.predicted);
    done.push({ fold, folds: splits.length, scores: tested.values, trainScores: judge(trainX, train).values });
    yield done[fold]!;
  }
  const { values: outOfFold, rows: testedRows } = gatherOutOfFold(splits, predictions);
  return {
    scores: byName(names, (name) => summarize(done.map((each) => each.scores[name]))),
    trainScores: byName(names, (name) => summarize(done.map((each) => each.trainScores[name]))),
    models,
    outOfFold,
    testedRows,
    splits,
  };
}

function byName<N extends string, T>(names: readonly N[], make: (name: N) => T): Record<N, T> {
  // Object.fromEntries forgets which names it was given.
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<N, T>;
}

function checkOptions(options: object): void {
  const known = ["folds", "groups", "fit", "scores", "signal"];
  new OptionChecker("crossValidate", options, known).required("folds").required("fit").required("scores").done();
}

function checkScore(name: string, value: unknown): number {
  if (typeof value === "number") return value;
  throw new OptionError(
    `crossValidate: the score "${name}" returned ${value === null ? "null" : typeof value}, but a score is one number. Return NaN where it is undefined.`,
    { code: "score", option: "scores" },
  );
}

/** Splitters may come from users. */
function checkSplits(name: string, splits: readonly Split[], samples: number): void {
  if (splits.length === 0) {
    throw new DataError(`crossValidate: ${name} gave no splits of ${samples} rows.`, { code: "no-splits" });
  }
  for (const [fold, split] of splits.entries()) {
    for (const side of ["train", "test"] as const) {
      const rows = split[side];
      if (rows.length === 0) {
        throw new DataError(`crossValidate: fold ${fold} of ${name} has no ${side} rows; both sides need some.`, {
          code: "empty-fold",
        });
      }
      const wrong = rows.find((row) => row < 0 || row >= samples);
      if (wrong === undefined) continue;
      throw new DataError(
        `crossValidate: fold ${fold} of ${name} holds row ${wrong}, but rows go from 0 to ${samples - 1}. The splitter was made for other data.`,
        { code: "row-out-of-range", row: wrong, expected: `0 to ${samples - 1}` },
      );
    }
  }
}
