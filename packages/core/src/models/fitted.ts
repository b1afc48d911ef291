// What every learner has in common: options of `fit`, the report, the surface of fitted models.
import type { ArrayLike, NDArray } from "../array/index.ts";
import { ConvergenceError } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import type { NumberLabels } from "./classes.ts";
import type { ModelState, SavedModel } from "./state.ts";

/** What can stop a fit between two steps; an AbortSignal is one. */
export interface StopSignal {
  readonly aborted: boolean;
}

/** One step of an iterative fit. Index 0 is the start. */
export interface FitStep {
  readonly index: number;
  readonly objective: number;
}

export interface FitOptions {
  /** One weight per row, 0 or more. A weight of 2 means the row twice. Default: 1 each. */
  sampleWeight?: ArrayLike;
  /** Checked between steps; the model so far is returned with status "aborted". */
  signal?: StopSignal;
  /** Called at the start and after each step (each epoch when stochastic); never by direct solvers. */
  onStep?: (step: FitStep) => void;
  /** Names of the columns of X, for messages. Models of tables give them by themselves. Default: none. */
  featureNames?: readonly string[];
  /** Throw ConvergenceError instead of returning a model with a status. Default false. */
  strict?: boolean;
}

export type FitStatus = "converged" | "max-steps" | "stalled" | "aborted";

/** How a fit went. Everything but `history` is saved with the model. */
export interface FitReport {
  readonly status: FitStatus;
  /** What the status means here, and what to change. */
  readonly message: string;
  readonly solver: string;
  /** The minimized function at the result, penalty included. */
  readonly objective: number;
  /**
   * Certificate, computed outside of the solver: how far the objective is above the optimum. Penalized: at most so far. Least
   * squares: exactly so far. Logistic regression without penalty: by the curvature at the result. Where none of these is
   * affordable the message says so, and this is what one coefficient alone can gain.
   */
  readonly gap: number;
  /** Objective at the start and after each step (each epoch when stochastic); empty for direct solvers and for loaded models. */
  readonly history: readonly number[];
  readonly steps: number;
}

/** What can be saved: fitted models and fitted transforms. */
export interface Storable {
  readonly kind: string;
  /** Number of columns of X. */
  readonly features: number;
  /** The model as plain settings and arrays: what `saveModel` of `steepest/io` writes. */
  state(): ModelState;
  /** One JSON with the weights inside, so that `JSON.stringify(model)` is enough; `loadModel` of `steepest/io` restores it bit for bit. */
  toJSON(): SavedModel;
}

export interface Fitted extends Storable {
  readonly report: FitReport;
}

export interface FittedRegressor extends Fitted {
  /** X "n d" gives "n", or "n t" for t targets. @throws ShapeError with both widths when d differs from the fit. */
  predict(X: ArrayLike): NDArray;
  /** R², the mean over the targets where there are several. */
  score(X: ArrayLike, y: ArrayLike): number;
}

export interface FittedClassifier<L extends Label> extends Fitted {
  /** In ascending order; the columns of `predictProba`. */
  readonly classes: readonly L[];
  /** Two classes: a tie goes to the later one. Several: to the earlier one. */
  predict(X: ArrayLike): L[];
  /** "n" for two classes (positive: the later class), "n k" otherwise. */
  decisionFunction(X: ArrayLike): NDArray;
  /** Accuracy */
  score(X: ArrayLike, y: readonly L[] | NumberLabels): number;
}

export interface Probabilistic {
  /** "n k", rows sum to 1. */
  predictProba(X: ArrayLike): NDArray;
}

/** What every regression learner is: options inside, data outside. */
export interface Regressor {
  readonly task: "regression";
  fit(X: ArrayLike, y: ArrayLike, options?: FitOptions): FittedRegressor;
}

export interface ProbabilisticClassifier {
  readonly task: "classification";
  fit<L extends Label>(
    X: ArrayLike,
    y: readonly L[] | NumberLabels,
    options?: FitOptions,
  ): FittedClassifier<L> & Probabilistic;
}

/** The model itself. @throws ConvergenceError when `strict` and the report says anything but "converged". */
export function finished<M extends Fitted>(owner: string, model: M, options: FitOptions): M {
  const { status, message } = model.report;
  if (options.strict !== true || status === "converged") return model;
  throw new ConvergenceError(`${owner}: ${message}`, { status });
}

export const FIT_OPTIONS: readonly string[] = [
  "sampleWeight",
  "signal",
  "onStep",
  "featureNames",
  "strict",
] satisfies (keyof FitOptions)[];
