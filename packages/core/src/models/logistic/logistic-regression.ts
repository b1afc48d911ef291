// Logistic regression for two and more classes.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { DataError, formatNumber, OptionChecker } from "../../errors/index.ts";
import type { Label } from "../../metrics/index.ts";
import { gradientDescent, lbfgs } from "../../solve/index.ts";
import { type Classes, labelName, readClasses } from "../classes.ts";
import { descend, type Outcome } from "../descend.ts";
import { type Design, readTraining, readWeights } from "../design.ts";
import { FIT_OPTIONS, type FitOptions, type FitReport, finished, type ProbabilisticClassifier } from "../fitted.ts";
import type { JsonObject } from "../json.ts";
import { Progress } from "../progress.ts";
import { isStochastic, type Stochastic, takeRows, trainStochastically } from "../stochastic.ts";
import { type ClassWeight, classTotals, withClassWeights } from "./class-weight.ts";
import { type FittedLogistic, fittedLogistic, LOGISTIC } from "./fitted-logistic.ts";
import { dualityGap, gradientGap } from "./gap.ts";
import { newton } from "./newton.ts";
import { type Problem, parameterCount, smallestMargin, valueAndGradient } from "./problem.ts";
import { type Scaled, scaledProblem, toOriginal, toScaled } from "./scaling.ts";

export interface LogisticRegressionOptions {
  /** Strength of the penalty ½·l2·‖w‖². Default 0. */
  l2?: number;
  /** Default true. It is not penalized. */
  intercept?: boolean;
  /** Default: every row counts the same. */
  classWeight?: ClassWeight;
  /**
   * "auto" (default): Newton up to 300 parameters, L-BFGS above. "gradient-descent": full batch from zero on the features as
   * they are, with the best constant rate; to teach, or to compare. `stochastic(…)`: mini-batches.
   */
  solver?: "auto" | "newton" | "lbfgs" | "gradient-descent" | Stochastic;
  /** Gap to reach, relative to the objective of the intercept alone. Default 1e-6. */
  tolerance?: number;
  /** Default 100 for Newton, 1000 for L-BFGS, 10000 for gradient descent. */
  maxSteps?: number;
}

export interface LogisticRegression extends ProbabilisticClassifier {
  readonly kind: "logisticRegression";
  fit<L extends Label>(X: ArrayLike, y: readonly L[], options?: FitOptions): FittedLogistic<L>;
}

/**
 * Logistic regression: log-odds linear in the features, two or more classes.
 *
 *     minimize  (1/n)·Σ log(1 + exp(−ỹᵢ(xᵢ·w + b))) + ½·l2·‖w‖²        (two classes, ỹ = ±1)
 *     minimize  (1/n)·Σ (log Σ_c exp z_ic − z_i,yᵢ) + ½·l2·‖W‖²         (several, z = XW + b)
 *
 * With weights, (1/Σs)·Σ sᵢ·lossᵢ. `intercept` is not penalized; for several classes coefficients and intercepts sum to 0 over
 * the classes.
 * Shapes: X "n d", y n labels; `coef` is "d", or "d k" for k > 2 classes.
 * Units: coefficients are log-odds per unit of a feature; the penalty sees these units, so standardize first if they differ.
 * Certificate: `report.gap` is the duality gap when l2 > 0. Without penalty no such bound exists: it is then the decrease
 * that the best single parameter is sure to give.
 * A separable problem without penalty has no optimum: `report.status` is "stalled" and the message says so.
 * @throws DataError when y holds one class, or X holds a value that is not finite (says row and column).
 * @throws ShapeError when X has not as many rows as y.
 * Source: Hastie, Tibshirani & Friedman (2009), section 4.4; Liu & Nocedal (1989) for L-BFGS.
 *
 * @example
 * ```ts
 * import { logisticRegression } from "steepest/models";
 * const model = logisticRegression({ l2: 1e-2 }).fit([[0.2], [0.9], [1.4], [2.2]], ["no", "no", "yes", "yes"]);
 * console.log(model.predict([[2]]), model.report.status); // ["yes"] "converged"
 * ```
 */
export function logisticRegression(options: LogisticRegressionOptions = {}): LogisticRegression {
  const checker = new OptionChecker(LOGISTIC, options, OPTIONS)
    .number("l2", 0)
    .boolean("intercept")
    .number("tolerance", 0)
    .integer("maxSteps", 0);
  const { classWeight, solver } = options;
  if (!isStochastic(solver)) checker.oneOf("solver", ["auto", "newton", "lbfgs", "gradient-descent"]);
  if (classWeight !== undefined && classWeight !== "balanced" && typeof classWeight !== "object") {
    checker.fail("classWeight", 'classWeight must be "balanced" or an object such as { yes: 2 }.');
  }
  checker.done();
  return {
    kind: LOGISTIC,
    task: "classification",
    fit(X, y, fitOptions = {}) {
      new OptionChecker(`${LOGISTIC}.fit`, fitOptions, FIT_OPTIONS).boolean("strict").done();
      const design = readTraining(LOGISTIC, X);
      const classes = readClasses(LOGISTIC, y, design.n);
      const sample = readWeights(LOGISTIC, fitOptions.sampleWeight, design.n);
      checkEveryClassCounts(sample, classes);
      const weights = withClassWeights(LOGISTIC, sample, classes.codes, classes.classes, classWeight);
      return finished(LOGISTIC, fit(design, classes, weights, options, fitOptions), fitOptions);
    },
  };
}

const OPTIONS = [
  "l2",
  "intercept",
  "classWeight",
  "solver",
  "tolerance",
  "maxSteps",
] satisfies (keyof LogisticRegressionOptions)[];

/** Newton's matrix has the square of this many entries. */
const MOST_NEWTON_PARAMETERS = 300;

function checkEveryClassCounts(weights: Float64Array, { classes, codes }: Classes<Label>): void {
  const empty = classTotals(weights, codes, classes.length).indexOf(0);
  if (empty < 0) return;
  throw new DataError(
    `${LOGISTIC}: all rows of class ${labelName(classes[empty]!)} have weight 0, so nothing can be learned about it. Leave these rows out, or give them weight.`,
    { code: "one-class", received: `no weight for ${labelName(classes[empty]!)}` },
  );
}

function fit<L extends Label>(
  X: Design,
  { classes, codes }: Classes<L>,
  weights: Float64Array,
  options: LogisticRegressionOptions,
  fitOptions: FitOptions,
): FittedLogistic<L> {
  const { l2 = 0, intercept = true, classWeight, solver = "auto", tolerance = 1e-6 } = options;
  const k = classes.length === 2 ? 1 : classes.length;
  const problem: Problem = {
    n: X.n,
    d: X.d,
    k,
    X: X.values,
    codes,
    weights,
    totalWeight: weights.reduce((sum, s) => sum + s, 0),
    penalties: new Float64Array(X.d).fill(l2),
    intercept,
  };
  const progress = new Progress(fitOptions);
  const chosen = chooseSolver(solver, problem);
  const scaling = scaledProblem(problem);
  const { scaled } = scaling;
  const nullTheta = nullModel(scaled);
  const nullObjective = valueAndGradient(scaled, nullTheta, new Float64Array(nullTheta.length));
  const plan: Plan = { l2, tolerance, maxSteps: options.maxSteps, nullObjective };
  const outcome = run(problem, scaling, chosen, plan, progress);
  const canonical = withSumZero(problem, outcome.theta);
  const report = judge(problem, scaling, canonical, outcome, plan);
  const split = X.d * k;
  const b = intercept ? canonical.slice(split) : new Float64Array(k);
  return fittedLogistic({
    classes,
    coef: fromTyped(k === 1 ? [X.d] : [X.d, k], canonical.slice(0, split)) as NDArray, // f64
    intercept: fromTyped(k === 1 ? [] : [k], b) as NDArray,
    report: { ...report, solver: nameOf(chosen), history: progress.history, steps: progress.steps },
    options: savedOptions({ l2, intercept, classWeight, solver: nameOf(chosen) }),
  });
}

type ChosenSolver = "newton" | "lbfgs" | "gradient-descent" | Stochastic;

function chooseSolver(solver: NonNullable<LogisticRegressionOptions["solver"]>, problem: Problem): ChosenSolver {
  if (solver !== "auto") return solver;
  return parameterCount(problem) <= MOST_NEWTON_PARAMETERS ? "newton" : "lbfgs";
}

function nameOf(solver: ChosenSolver): string {
  return typeof solver === "string" ? solver : solver.kind;
}

/** θ of the outcome is that of the features as they are, whatever the solver works with. */
function run(problem: Problem, scaling: Scaled, solver: ChosenSolver, plan: Plan, progress: Progress): Outcome {
  if (solver === "gradient-descent") return byDescent(problem, plan, progress);
  if (isStochastic(solver)) return byBatches(problem, solver, progress);
  const start = nullModel(scaling.scaled);
  const outcome = (solver === "newton" ? byNewton : byLbfgs)(scaling.scaled, start, plan, progress);
  return { ...outcome, theta: toOriginal(scaling, outcome.theta) };
}

interface Plan {
  readonly l2: number;
  readonly tolerance: number;
  readonly maxSteps: number | undefined;
  /** P₀: intercept alone. */
  readonly nullObjective: number;
}

function byNewton(scaled: Problem, start: Float64Array, plan: Plan, progress: Progress): Outcome {
  const { l2, tolerance, maxSteps = 100, nullObjective } = plan;
  return newton(scaled, start, { accuracy: tolerance / 10, maxSteps, penalized: l2 > 0, nullObjective }, progress);
}

function byLbfgs(scaled: Problem, start: Float64Array, plan: Plan, progress: Progress): Outcome {
  const { maxSteps = 1000, nullObjective } = plan;
  const options = { solver: lbfgs(), maxSteps, unit: nullObjective, ...tests(scaled, plan) };
  return descend((theta, gradient) => valueAndGradient(scaled, theta, gradient), start, options, progress);
}

function byDescent(problem: Problem, plan: Plan, progress: Progress): Outcome {
  const { maxSteps = 10_000 } = plan;
  const options = { solver: gradientDescent({ learningRate: "auto" }), maxSteps, unit: 1, ...tests(problem, plan) };
  const start = new Float64Array(parameterCount(problem));
  return descend((theta, gradient) => valueAndGradient(problem, theta, gradient), start, options, progress);
}

function byBatches(problem: Problem, solver: Stochastic, progress: Progress): Outcome {
  const { n, d, k, X, codes, weights, totalWeight, intercept } = problem;
  return trainStochastically(
    {
      n,
      coefShape: k === 1 ? [d] : [d, k],
      interceptShape: intercept ? (k === 1 ? [] : [k]) : undefined,
      objective: (theta, gradient) => valueAndGradient(problem, theta, gradient),
      onRows(rows) {
        const batch: Problem = {
          ...problem,
          n: rows.length,
          X: takeRows(X, d, rows),
          codes: Int32Array.from(rows, (row) => codes[row]!),
          weights: Float64Array.from(rows, (row) => weights[row]!),
          totalWeight: (totalWeight * rows.length) / n,
        };
        return (theta, gradient) => valueAndGradient(batch, theta, gradient);
      },
    },
    solver,
    progress,
  );
}

function tests(problem: Problem, { l2, tolerance, nullObjective }: Plan) {
  const gap = l2 > 0 ? dualityGap : gradientGap;
  const gradient = new Float64Array(parameterCount(problem));
  return {
    certified: (theta: Float64Array) => gap(problem, theta) <= tolerance * nullObjective && !separates(theta),
    separated: (theta: Float64Array) =>
      separates(theta) && valueAndGradient(problem, theta, gradient) < 1e-3 * nullObjective,
  };
  function separates(theta: Float64Array): boolean {
    return l2 === 0 && smallestMargin(problem, theta) > 0;
  }
}

/** w = 0, b the log-odds of the classes: with all columns about their means the best model without features. */
function nullModel(problem: Problem): Float64Array {
  const { d, k, codes, weights, intercept } = problem;
  const theta = new Float64Array(parameterCount(problem));
  if (!intercept) return theta;
  const logs = classTotals(weights, codes, k === 1 ? 2 : k).map(Math.log);
  if (k === 1) theta[d] = logs[1]! - logs[0]!;
  else theta.set(logs, d * k);
  return withSumZero(problem, theta);
}

/** Several classes: the same loss with coefficients and intercepts that sum to 0 over the classes. */
function withSumZero({ k }: Problem, theta: Float64Array): Float64Array {
  if (k === 1) return theta;
  const out = theta.slice();
  for (let start = 0; start < out.length; start += k) {
    let sum = 0;
    for (let c = 0; c < k; c++) sum += out[start + c]!;
    for (let c = 0; c < k; c++) out[start + c] = out[start + c]! - sum / k;
  }
  return out;
}

/** Objective, gap and status at the result, from the data alone: no solver can fake them. */
function judge(
  problem: Problem,
  scaling: Scaled,
  theta: Float64Array,
  { ended, note }: Outcome,
  { l2, tolerance, nullObjective }: Plan,
): Pick<FitReport, "status" | "message" | "objective" | "gap"> {
  const objective = valueAndGradient(problem, theta, new Float64Array(theta.length));
  const gap = (l2 > 0 ? dualityGap : gradientGap)(scaling.scaled, toScaled(scaling, theta));
  const wanted = tolerance * nullObjective;
  const size = l2 > 0 ? "duality gap" : "certain decrease";
  const reached = `${size} ${formatNumber(gap)}, ${formatNumber(gap / nullObjective)} of the objective without features`;
  if (ended === "separated" || ended === "unbounded")
    return { status: "stalled", message: separable(problem, theta, ended), objective, gap };
  if (ended === "aborted") return { status: "aborted", message: `Stopped by its signal: ${reached}.`, objective, gap };
  if (ended === "diverged") return { status: "stalled", message: `Diverged: ${note}.`, objective, gap };
  if (gap <= wanted) return { status: "converged", message: `Converged: ${reached}.`, objective, gap };
  if (ended === "max-steps") {
    const limit = note ?? "maxSteps";
    return {
      status: "max-steps",
      message: `Not converged within ${limit}: ${reached}; asked for were ${formatNumber(tolerance)}. Raise ${limit}, or standardize the features.`,
      objective,
      gap,
    };
  }
  return {
    status: "stalled",
    message: `No further progress at working precision: ${reached}; asked for were ${formatNumber(tolerance)}. Raise tolerance, or standardize the features.${note === undefined ? "" : ` ${note}`}`,
    objective,
    gap,
  };
}

function separable({ d, k }: Problem, theta: Float64Array, ended: "separated" | "unbounded"): string {
  let largest = 0;
  for (let at = 0; at < d * k; at++) if (Math.abs(theta[at]!) > Math.abs(theta[largest]!)) largest = at;
  const column = Math.floor(largest / k);
  const what =
    ended === "separated"
      ? "The classes are separated without error by the direction found"
      : "Some rows are separated without error along a direction";
  return `${what} (largest coefficient: column ${column}), so the loss falls for ever while the coefficients grow: without penalty there is no optimum. Give a penalty, such as l2: 1e-3.`;
}

function savedOptions(options: {
  l2: number;
  intercept: boolean;
  classWeight: ClassWeight | undefined;
  solver: string;
}): JsonObject {
  const { classWeight, ...rest } = options;
  return classWeight === undefined ? rest : { ...rest, classWeight };
}
