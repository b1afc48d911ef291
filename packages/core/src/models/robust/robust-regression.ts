// Linear regression that outliers do not pull: Huber's loss, absolute errors, quantiles.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { formatNumber, OptionChecker, ShapeError } from "../../errors/index.ts";
import { checkPenalty, type Design, readTargets, readTraining, readWeights } from "../design.ts";
import { FIT_OPTIONS, type FitOptions, type FitReport, finished, type Regressor } from "../fitted.ts";
import { type FittedLinear, fittedLinear } from "../linear/fitted-linear.ts";
import { Progress } from "../progress.ts";
import { gramByRule, pointsOf } from "../svm/kernel-rows.ts";
import { smo } from "../svm/smo.ts";
import { weightedMeans } from "../weighted-means.ts";
import { rowVerdict } from "./judge.ts";
import { huberRow } from "./row-loss.ts";
import { rowNewton } from "./row-newton.ts";

export interface RobustRegressionOptions {
  /** "huber": squares up to delta, absolute values beyond. "mae": absolute errors. "quantile": the tau-quantile of y given x. */
  loss: "huber" | "mae" | "quantile";
  /** Huber's bend, in units of y. Default 1.35. */
  delta?: number;
  /** Default 0.5, which is half of "mae". */
  tau?: number;
  /** Strength of the ridge. Default 0 for "huber", 1e-6 of the spread of X for the others, which need one. */
  l2?: number;
  /** Gap to reach, relative to the objective without features. Default 1e-6. */
  tolerance?: number;
  /** Default 100 for "huber", 10⁶ for the others. */
  maxSteps?: number;
}

export interface RobustRegression extends Regressor {
  readonly kind: "robustRegression";
  fit(X: ArrayLike, y: ArrayLike, options?: FitOptions): FittedLinear;
}

const KIND = "robustRegression";

/**
 * Linear regression with a robust loss: outliers count by their distance, not by its square.
 *
 *     minimize  (1/n)·Σ loss(yᵢ − xᵢ·w − b) + ½·l2·‖w‖²
 *     huber: ½r² up to |r| = delta, then delta·|r| − ½·delta²;  mae: |r|;  quantile: τr for r > 0, (τ − 1)r for r < 0
 *
 * Shapes: X "n d", y "n". With weights, (1/Σs)·Σ sᵢ·lossᵢ. The intercept is not penalized.
 * Solvers: Newton with reweighting for "huber"; the dual by sequential minimal optimization for the others, whose
 * `report.gap` is a duality gap.
 * @throws OptionError for a loss that is none of these, or delta, tau, l2 out of range; ShapeError for several targets.
 * Source: Huber & Ronchetti (2009), section 7.8; Koenker & Bassett (1978).
 *
 * @example
 * ```ts
 * import { robustRegression } from "steepest/models";
 * const X = [[0], [1], [2], [3], [4]];
 * const model = robustRegression({ loss: "huber", delta: 0.1 }).fit(X, [0, 1, 2, 3, 100]);
 * console.log(model.predict([[3]]).item().toFixed(1)); // "3.1"
 * ```
 */
export function robustRegression(options: RobustRegressionOptions): RobustRegression {
  const checker = new OptionChecker(KIND, options, ["loss", "delta", "tau", "l2", "tolerance", "maxSteps"])
    .required("loss")
    .oneOf("loss", ["huber", "mae", "quantile"])
    .number("delta", 0, Infinity, true)
    .number("tolerance", 0)
    .integer("maxSteps", 0);
  const { loss, delta = 1.35, tau = 0.5, tolerance = 1e-6 } = options;
  if (!(tau > 0 && tau < 1)) checker.fail("tau", `tau must be between 0 and 1, got ${formatNumber(tau)}.`);
  checkPenalty(checker, "l2", options.l2);
  checker.done();
  return {
    kind: KIND,
    task: "regression",
    fit(X, y, fitOptions = {}) {
      new OptionChecker(`${KIND}.fit`, fitOptions, FIT_OPTIONS).boolean("strict").done();
      const design = readTraining(KIND, X);
      const { values, t } = readTargets(KIND, y, design.n);
      if (t !== 1)
        throw new ShapeError(`${KIND}: y has ${t} columns, expected one.`, { code: "targets-shape", operation: KIND });
      const weights = readWeights(KIND, fitOptions.sampleWeight, design.n);
      const progress = new Progress(fitOptions);
      const l2 = options.l2 ?? 0;
      const found =
        loss === "huber"
          ? byNewton(design, values, weights, delta, l2, options, progress)
          : byDual(
              design,
              values,
              weights,
              loss === "mae" ? { low: -1, high: 1 } : { low: tau - 1, high: tau },
              options,
              fitOptions,
            );
      const model = fittedLinear({
        coef: fromTyped([design.d], found.w) as NDArray, // f64
        intercept: fromTyped([], Float64Array.of(found.b)) as NDArray,
        rank: undefined,
        report: found.report,
        options: { loss, delta, tau, l2: found.l2, tolerance },
      });
      return finished(KIND, model, fitOptions);
    },
  };
}

interface Found {
  readonly w: Float64Array;
  readonly b: number;
  readonly l2: number;
  readonly report: FitReport;
}

function byNewton(
  X: Design,
  y: Float64Array,
  weights: Float64Array,
  delta: number,
  l2: number,
  { tolerance = 1e-6, maxSteps = 100 }: RobustRegressionOptions,
  progress: Progress,
): Found {
  const problem = { X, y, weights, loss: huberRow(delta), l1: 0, l2, intercept: true };
  const result = rowNewton(problem, { tolerance, maxSteps }, progress);
  const verdict = rowVerdict(result, tolerance);
  const report = { ...verdict, solver: "newton", history: progress.history, steps: progress.steps };
  return { w: result.w, b: result.b, l2, report };
}

/**
 * max Σ βᵢyᵢ − ½‖Σ βᵢxᵢ‖²,  Σβ = 0,  βᵢ between low·cᵢ and high·cᵢ, cᵢ = sᵢ/(S·l2); w = Σ βᵢxᵢ: a support vector regression without tube.
 */
function byDual(
  X: Design,
  y: Float64Array,
  weights: Float64Array,
  { low, high }: { low: number; high: number },
  { l2: given, tolerance = 1e-6, maxSteps = 1_000_000 }: RobustRegressionOptions,
  { signal }: FitOptions,
): Found {
  const { d } = X;
  const rows = Int32Array.from(weights.keys()).filter((i) => weights[i]! > 0);
  const means = weightedMeans(X.values, X.n, d, weights);
  const values = new Float64Array(rows.length * d);
  let spread = 0;
  rows.forEach((row, i) => {
    for (let j = 0; j < d; j++) {
      const x = X.values[row * d + j]! - means[j]!;
      values[i * d + j] = x;
      spread += x * x;
    }
  });
  const l2 = given !== undefined && given > 0 ? given : 1e-6 * Math.max(spread / values.length, 1e-12);
  const total = weights.reduce((sum, s) => sum + s, 0);
  const c = Float64Array.from(rows, (row) => weights[row]! / (total * l2));
  const q = Float64Array.from(rows, (row) => y[row]!);
  const gram = gramByRule({ kind: "linear", gamma: 1, degree: 1, offset: 0 }, pointsOf(values, d));
  const beta = new Float64Array(rows.length);
  const bounds = { low: c.map((v) => low * v), high: c.map((v) => high * v) };
  const size = q.reduce((most, v) => Math.max(most, Math.abs(v)), Number.MIN_VALUE);
  const stopped = () => signal?.aborted === true;
  const options = { tolerance: tolerance * size, maxSteps, cacheMiB: 200, shrinking: true, stopped };
  const { F, ended, steps, violation } = smo({ gram, q, ...bounds, beta }, options);
  const w = new Float64Array(d);
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < d; j++) w[j] = w[j]! + beta[i]! * values[i * d + j]!;
  }
  const centered = interceptOf(F, c, low, high);
  const share = (i: number) => c[i]! * l2; // s/S
  let loss = 0;
  let dual = 0;
  for (let i = 0; i < rows.length; i++) {
    const r = F[i]! - centered;
    loss += share(i) * Math.max(high * r, low * r);
    dual += l2 * beta[i]! * q[i]!;
  }
  const half = (l2 / 2) * w.reduce((sum, value) => sum + value * value, 0);
  const objective = loss + half;
  const gap = Math.max(0, objective - (dual - half));
  const sizeText = `the objective is above the optimum by at most ${formatNumber(gap)}`;
  const status = ended === "converged" ? "converged" : ended;
  const message =
    status === "converged"
      ? `Converged: ${sizeText}.`
      : `Not converged (${ended}): ${sizeText}, violation ${formatNumber(violation)}. Raise maxSteps, or l2.`;
  const b = w.reduce((sum, value, j) => sum - means[j]! * value, centered);
  return { w, b, l2, report: { status, message, solver: "smo", objective, gap, history: [], steps } };
}

/** The b of least Σ c·loss(F − b): a weighted quantile of F, the middle where an interval does. */
function interceptOf(F: Float64Array, c: Float64Array, low: number, high: number): number {
  const order = [...F.keys()].sort((a, b) => F[a]! - F[b]!);
  const share = (high / (high - low)) * c.reduce((sum, v) => sum + v, 0);
  let sum = 0;
  for (let k = 0; k < order.length; k++) {
    sum += c[order[k]!]!;
    if (Math.abs(sum - share) <= 1e-12 * share && k + 1 < order.length) return (F[order[k]!]! + F[order[k + 1]!]!) / 2;
    if (sum > share) return F[order[k]!]!;
  }
  return F[order.at(-1)!]!;
}
