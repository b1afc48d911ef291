// Fits and judges fold by fold. Knows models only as something with `predict`.
import type { NDArray } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import { checkPredictions, gatherOutOfFold } from "./out-of-fold.ts";
import { planSplits } from "./plan-splits.ts";
import { type RowSource, type Targets, takeTargets } from "./rows.ts";
import type { Split, Splitter } from "./splitter.ts";
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

/** Scores and predictions fold by fold; what `crossValidate` and the curves are made of. */
export function* validateFolds<
  X extends RowSource<X>,
  Y extends Targets,
  M extends { predict(X: X): Y },
  N extends string,
>(
  owner: string,
  X: X,
  y: Y,
  options: CrossValidateOptions<M, Y, N, X>,
): Generator<FoldScores<N>, CrossValidation<M, Y, N>, void> {
  const splits = planSplits(owner, X, y, options);
  const { fit, scores, signal } = options;
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
      checkPredictions(owner, predicted, rows.length, fold);
      const result = { model, X: rowsX, actual: takeTargets(y, rows), predicted };
      return { predicted, values: byName(names, (name) => checkScore(owner, name, scores[name](result))) };
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

/** All steps at once. */
export function drain<T>(steps: Generator<unknown, T, void>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function checkScore(owner: string, name: string, value: unknown): number {
  if (typeof value === "number") return value;
  throw new OptionError(
    `${owner}: the score "${name}" returned ${value === null ? "null" : typeof value}, but a score is one number. Return NaN where it is undefined.`,
    { code: "score", option: "scores" },
  );
}
