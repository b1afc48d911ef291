// Learning from batches that pass once: a value that takes a batch and gives the next value.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { OptionChecker, OptionError, ShapeError } from "../../errors/index.ts";
import type { Label } from "../../metrics/index.ts";
import type { Optimizer } from "../../optim/index.ts";
import { readTensor } from "../../program/index.ts";
import { compareLabels, type NumberLabels } from "../classes.ts";
import { checkPenalty, type Design, readTargets, readTraining, readWeights } from "../design.ts";
import { FIT_OPTIONS, type FitOptions, type FitReport } from "../fitted.ts";
import { type FittedLinear, fittedLinear } from "../linear/fitted-linear.ts";
import { type FittedLogistic, fittedLogistic } from "../logistic/fitted-logistic.ts";
import { probabilitiesAndLoss } from "../logistic/problem.ts";
import { type FittedRates, fittedRates } from "../robust/fitted-rates.ts";
import { hingeRow, huberRow, poissonRow, quantileRow, type RowLoss, squaredRow } from "../robust/row-loss.ts";
import { soft } from "../sparse/soft.ts";
import { type FittedLinearClassifier, fittedLinearClassifier } from "../svm/fitted-linear-classifier.ts";

/** A learner in the middle of its data; `partialFit` leaves it as it is and gives the next one. */
export interface Online<M, Y> {
  /** One step of the optimizer on these rows. */
  partialFit(X: ArrayLike, y: Y, options?: FitOptions): Online<M, Y>;
  /** Undefined before the first batch. */
  readonly model: M | undefined;
}

export interface OnlineOptions {
  /** Any of `steepest/optim`. Leave its weight decay out: the penalty is `l2`. */
  optimizer: Optimizer;
  /** Strength of l1·‖w‖₁, by a proximal step with the learning rate; exact for `sgd`. Default 0. */
  l1?: number;
  /** Strength of ½·l2·‖w‖². Default 0. */
  l2?: number;
}

export interface OnlineRegressionOptions extends OnlineOptions {
  /** Default "squared". */
  loss?: "squared" | "huber" | "quantile" | "poisson";
  /** Huber's bend. Default 1.35. */
  delta?: number;
  /** Default 0.5. */
  tau?: number;
}

export interface OnlineClassifierOptions<L extends Label> extends OnlineOptions {
  /** All of them, before the first batch. */
  classes: readonly L[];
  /** "log" (default) gives probabilities, "hinge" margins; several classes: softmax, or one against the rest. */
  loss?: "log" | "hinge";
}

/**
 * Regression of data that pass once: one optimizer step per batch.
 *
 *     g = (1/Σs)·Σ sᵢ·∇lossᵢ + l2·w over the batch
 *
 * @throws OptionError for options out of range; ShapeError when a batch has other columns than the first.
 *
 * @example
 * ```ts
 * import { onlineRegression } from "steepest/models";
 * import { sgd } from "steepest/optim";
 * let learner = onlineRegression({ optimizer: sgd({ learningRate: 0.1 }) });
 * for (let i = 0; i < 500; i++) learner = learner.partialFit([[i % 3], [(i + 1) % 3]], [2 * (i % 3) + 1, 2 * ((i + 1) % 3) + 1]);
 * console.log(learner.model?.predict([[10]]).item().toFixed(3)); // "21.000"
 * ```
 */
export function onlineRegression(
  options: OnlineRegressionOptions & { loss: "poisson" },
): Online<FittedRates, ArrayLike>;
export function onlineRegression(options: OnlineRegressionOptions): Online<FittedLinear, ArrayLike>;
export function onlineRegression(options: OnlineRegressionOptions): Online<FittedLinear | FittedRates, ArrayLike> {
  const KIND = "onlineRegression";
  const checker = new OptionChecker(KIND, options, ["optimizer", "l1", "l2", "loss", "delta", "tau"])
    .oneOf("loss", ["squared", "huber", "quantile", "poisson"])
    .number("delta", 0, Infinity, true)
    .number("tau", 0, 1);
  checkOnline(checker, options);
  checker.done();
  const { loss = "squared", delta = 1.35, tau = 0.5, l1 = 0, l2 = 0 } = options;
  const row: RowLoss = { squared: squaredRow, huber: huberRow(delta), quantile: quantileRow(tau), poisson: poissonRow }[
    loss
  ];
  const saved = { loss, l1, l2 };
  return onlineFrom<FittedLinear | FittedRates, ArrayLike>(KIND, options, 1, undefined, {
    read(y, n) {
      const { values, t } = readTargets(KIND, y, n);
      if (t === 1) return values;
      throw new ShapeError(`${KIND}: y has ${t} columns, expected one.`, { code: "targets-shape", operation: KIND });
    },
    slopes(z, y, i) {
      const score = z[0]!;
      z[0] = row.slope(score, y[i]!);
      return row.value(score, y[i]!);
    },
    model: ({ coef, intercept }, report) =>
      loss === "poisson"
        ? fittedRates(coef, intercept, report, saved)
        : fittedLinear({ coef, intercept, rank: undefined, report, options: saved }),
  });
}

/**
 * Classification of data that pass once: one optimizer step per batch.
 *
 * @throws OptionError for fewer than two classes; DataError for a label that is none of them.
 *
 * @example
 * ```ts
 * import { onlineClassifier } from "steepest/models";
 * import { sgd } from "steepest/optim";
 * let learner = onlineClassifier({ classes: ["no", "yes"], optimizer: sgd({ learningRate: 0.5 }) });
 * for (let i = 0; i < 200; i++) learner = learner.partialFit([[0], [1], [3], [4]], ["no", "no", "yes", "yes"]);
 * console.log(learner.model?.predict([[0.5], [3.5]])); // ["no", "yes"]
 * ```
 */
export function onlineClassifier<L extends Label>(
  options: OnlineClassifierOptions<L> & { loss?: "log" },
): Online<FittedLogistic<L>, readonly L[] | NumberLabels>;
export function onlineClassifier<L extends Label>(
  options: OnlineClassifierOptions<L>,
): Online<FittedLogistic<L> | FittedLinearClassifier<L>, readonly L[] | NumberLabels>;
export function onlineClassifier<L extends Label>(
  options: OnlineClassifierOptions<L>,
): Online<FittedLogistic<L> | FittedLinearClassifier<L>, readonly L[] | NumberLabels> {
  const KIND = "onlineClassifier";
  const checker = new OptionChecker(KIND, options, ["optimizer", "l1", "l2", "loss", "classes"])
    .required("classes")
    .oneOf("loss", ["log", "hinge"]);
  checkOnline(checker, options);
  const { loss = "log", l1 = 0, l2 = 0 } = options;
  const classes = Array.isArray(options.classes) ? sortedClasses(options.classes) : [];
  if (classes.length < 2) checker.fail("classes", "classes must name at least two labels.");
  checker.done();
  const k = classes.length === 2 ? 1 : classes.length;
  const positions = new Map<Label, number>(classes.map((label, c) => [label, c]));
  const saved = { loss, l1, l2 };
  return onlineFrom<FittedLogistic<L> | FittedLinearClassifier<L>, readonly L[] | NumberLabels>(
    KIND,
    options,
    k,
    classes.length === 2 ? undefined : classes.length,
    {
      read(y, n) {
        if (y.length !== n) {
          throw new ShapeError(`${KIND}: X has ${n} rows, but y has ${y.length}.`, {
            code: "lengths-differ",
            operation: KIND,
          });
        }
        return Float64Array.from(Array.from<Label>(y), (label, i) => {
          const code = positions.get(label);
          if (code !== undefined) return code;
          throw new OptionError(
            `${KIND}: y[${i}] is ${String(label)}, which is none of the classes given at the start.`,
            {
              code: "unknown-class",
              option: "classes",
            },
          );
        });
      },
      slopes(z, y, i) {
        const code = y[i]!;
        if (loss === "log") {
          const value = probabilitiesAndLoss(z, k, code);
          if (k === 1) z[0] = z[0]! - code;
          else z[code] = z[code]! - 1;
          return value;
        }
        let value = 0;
        for (let c = 0; c < k; c++) {
          const sign = (k === 1 ? code === 1 : c === code) ? 1 : -1;
          value += hingeRow.value(z[c]!, sign);
          z[c] = hingeRow.slope(z[c]!, sign);
        }
        return value;
      },
      model({ coef, intercept }, report) {
        const parts = { classes, coef, intercept, report, options: saved };
        return loss === "log" ? fittedLogistic(parts) : fittedLinearClassifier({ kind: KIND, ...parts });
      },
    },
  );
}

/** What the learners differ in. `slopes` turns the scores of a row into ∂loss/∂score, in place, and gives the loss. */
interface Kind<M, Y> {
  read(y: Y, n: number): Float64Array;
  slopes(z: Float64Array, y: Float64Array, i: number): number;
  model(weights: Weights, report: FitReport): M;
}

interface Weights {
  readonly coef: NDArray;
  readonly intercept: NDArray;
}

interface Progressed {
  readonly params: Weights;
  readonly state: ReturnType<Optimizer["init"]>;
  readonly rows: number;
  readonly batches: number;
  readonly objective: number;
}

function onlineFrom<M, Y>(
  kind: string,
  options: OnlineOptions,
  k: number,
  tail: number | undefined,
  how: Kind<M, Y>,
  at?: Progressed,
): Online<M, Y> {
  const { optimizer, l1 = 0, l2 = 0 } = options;
  return {
    model: at && how.model(optimizer.evalParams(at.params, at.state as never), reportOf(kind, at)),
    partialFit(X, y, fitOptions = {}) {
      new OptionChecker(`${kind}.partialFit`, fitOptions, FIT_OPTIONS).done();
      const design = readTraining(kind, X);
      checkWidth(kind, design, at);
      const targets = how.read(y, design.n);
      const weights = readWeights(kind, fitOptions.sampleWeight, design.n);
      const params = at?.params ?? zeros(design.d, tail);
      const state = at?.state ?? optimizer.init(params as never);
      const point = optimizer.gradParams(params as never, state as never) as Weights;
      const { gradient, objective } = gradientOf(design, targets, weights, point, k, l2, how);
      const [next, after] = optimizer.step(params as never, gradient as never, state as never);
      const rate = optimizer.values(state as never)["learningRate"] ?? 0;
      const rows = (at?.rows ?? 0) + design.n;
      const batches = (at?.batches ?? 0) + 1;
      const moved = { params: thresholded(next, l1 * rate), state: after, rows, batches, objective };
      return onlineFrom(kind, options, k, tail, how, moved);
    },
  };
}

function gradientOf<M, Y>(
  { n, d, values }: Design,
  y: Float64Array,
  weights: Float64Array,
  { coef, intercept }: Weights,
  k: number,
  l2: number,
  how: Kind<M, Y>,
): { gradient: Weights; objective: number } {
  const W = readTensor(coef)!.data;
  const b = readTensor(intercept)!.data;
  const total = weights.reduce((sum, s) => sum + s, 0);
  const gW = Float64Array.from(W, (w) => l2 * w);
  const gb = new Float64Array(k);
  const z = new Float64Array(k);
  let objective = 0;
  for (let i = 0; i < n; i++) {
    const s = weights[i]! / total;
    if (s === 0) continue;
    for (let c = 0; c < k; c++) {
      let score = b[c]!;
      for (let j = 0; j < d; j++) score += values[i * d + j]! * W[j * k + c]!;
      z[c] = score;
    }
    objective += s * how.slopes(z, y, i);
    for (let c = 0; c < k; c++) {
      gb[c] = gb[c]! + s * z[c]!;
      for (let j = 0; j < d; j++) gW[j * k + c] = gW[j * k + c]! + s * z[c]! * values[i * d + j]!;
    }
  }
  const gradient = { coef: fromTyped(coef.shape, gW) as NDArray, intercept: fromTyped(intercept.shape, gb) as NDArray };
  return { gradient, objective };
}

function zeros(d: number, tail: number | undefined): Weights {
  const extents = tail === undefined ? [] : [tail];
  return {
    coef: fromTyped([d, ...extents], new Float64Array(d * (tail ?? 1))) as NDArray, // f64
    intercept: fromTyped(extents, new Float64Array(tail ?? 1)) as NDArray,
  };
}

function thresholded(params: Weights, t: number): Weights {
  if (t === 0) return params;
  const data = readTensor(params.coef)!.data as Float64Array;
  return {
    ...params,
    coef: fromTyped(
      params.coef.shape,
      data.map((w) => soft(w, t)),
    ) as NDArray,
  };
}

function reportOf(kind: string, { rows, batches, objective }: Progressed): FitReport {
  return {
    status: "max-steps",
    message: `${kind} has seen ${rows} rows in ${batches} batches; data that pass once give no certificate. The objective is the loss of the last batch.`,
    solver: "stochastic",
    objective,
    gap: Number.NaN,
    history: [],
    steps: batches,
  };
}

function checkWidth(kind: string, { n, d }: Design, at: Progressed | undefined): void {
  const first = at?.params.coef.shape[0];
  if (first === undefined || first === d) return;
  throw new ShapeError(`${kind}: this batch has ${d} columns, the ones before had ${first}. Give the same features.`, {
    code: "features-differ",
    operation: kind,
    shapes: [[n, d]],
  });
}

function checkOnline(checker: OptionChecker, options: OnlineOptions): void {
  checker.required("optimizer");
  if (options.optimizer !== undefined && typeof options.optimizer.step !== "function") {
    checker.fail("optimizer", "optimizer must be an optimizer, such as sgd({ learningRate: 0.1 }).");
  }
  checkPenalty(checker, "l1", options.l1);
  checkPenalty(checker, "l2", options.l2);
}

function sortedClasses<L extends Label>(classes: readonly L[]): readonly L[] {
  return [...new Set(classes)].sort(compareLabels);
}
