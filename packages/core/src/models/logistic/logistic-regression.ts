// Logistic regression for two and more classes.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { DataError, OptionChecker } from "../../errors/index.ts";
import type { Label } from "../../metrics/index.ts";
import { type Classes, labelName, type NumberLabels, readClasses } from "../classes.ts";
import { checkPenalty, type Design, inRange, readTraining, readWeights } from "../design.ts";
import { FIT_OPTIONS, type FitOptions, finished, type ProbabilisticClassifier } from "../fitted.ts";
import type { JsonObject } from "../json.ts";
import { Progress } from "../progress.ts";
import type { SparseSolver } from "../sparse/sparse-linear.ts";
import { fitSparseLogistic } from "../sparse/sparse-logistic.ts";
import { isStochastic, type Stochastic } from "../stochastic.ts";
import { type ClassWeight, classTotals, withClassWeights } from "./class-weight.ts";
import { type FittedLogistic, fittedLogistic, LOGISTIC } from "./fitted-logistic.ts";
import { Judge } from "./judge.ts";
import { leastNorm } from "./least-norm.ts";
import { type Problem, withSumZero } from "./problem.ts";
import { toScaled } from "./scaling.ts";
import { chooseSolver, search } from "./search.ts";

export interface LogisticRegressionOptions {
  /** Strength of the penalty l1·‖w‖₁, which makes coefficients exactly 0; with `l2` the elastic net. Default 0. */
  l1?: number;
  /** Strength of the penalty ½·l2·‖w‖², at most 1e100. Default 0. */
  l2?: number;
  /** Default true. It is not penalized. */
  intercept?: boolean;
  /** Default: every row counts the same. */
  classWeight?: ClassWeight;
  /**
   * "auto" (default): Newton up to 300 parameters, L-BFGS above; with `l1` "coordinate-descent" on Newton's models. That one and
   * "proximal-gradient" are for penalized problems, and the only ones that take `l1`. "gradient-descent": full batch from zero on the features as
   * they are, with the best constant rate; to teach, or to compare. `stochastic(…)`: mini-batches.
   */
  solver?: "auto" | "newton" | "lbfgs" | "coordinate-descent" | "proximal-gradient" | "gradient-descent" | Stochastic;
  /** Gap to reach, relative to the objective of the intercept alone. Default 1e-6. */
  tolerance?: number;
  /** Default 100 for Newton, 200 for coordinate descent, 1000 for L-BFGS, 10000 for gradient steps. */
  maxSteps?: number;
}

export interface LogisticRegression extends ProbabilisticClassifier {
  readonly kind: "logisticRegression";
  fit<L extends Label>(X: ArrayLike, y: readonly L[] | NumberLabels, options?: FitOptions): FittedLogistic<L>;
}

/**
 * Logistic regression: log-odds linear in the features, two or more classes.
 *
 *     minimize  (1/n)·Σ log(1 + exp(−ỹᵢ(xᵢ·w + b))) + l1·‖w‖₁ + ½·l2·‖w‖²        (two classes, ỹ = ±1)
 *     minimize  (1/n)·Σ (log Σ_c exp z_ic − z_i,yᵢ) + l1·‖W‖₁ + ½·l2·‖W‖²         (several, z = XW + b)
 *
 * With weights, (1/Σs)·Σ sᵢ·lossᵢ. `intercept` is not penalized; for several classes intercepts, and without `l1`
 * coefficients too, sum to 0 over the classes.
 * Shapes: X "n d", y n labels; `coef` is "d", or "d k" for k > 2 classes.
 * Units: coefficients are log-odds per unit of a feature; the penalty sees these units, so standardize first if they differ.
 * Certificate: `report.gap` is the duality gap when l1 > 0 or l2 > 0. Without penalty no such bound exists: it is then the squared Newton
 * decrement, one to two times the distance to the optimum near it; above 1500 parameters only the decrease that the best
 * single one is sure to give, which must then be 10⁻⁴ of the tolerance, and the message says so.
 * Where columns depend on each other many coefficients fit alike; without penalty those of least norm are given.
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
    .boolean("intercept")
    .number("tolerance", 0)
    .integer("maxSteps", 0);
  const { classWeight, solver } = options;
  checkPenalty(checker, "l1", options.l1);
  checkPenalty(checker, "l2", options.l2);
  if (!isStochastic(solver)) checker.oneOf("solver", ["auto", "newton", "lbfgs", ...SPARSE, "gradient-descent"]);
  checkSparse(checker, options);
  if (classWeight !== undefined && classWeight !== "balanced" && typeof classWeight !== "object") {
    checker.fail("classWeight", 'classWeight must be "balanced" or an object such as { yes: 2 }.');
  }
  checker.done();
  return {
    kind: LOGISTIC,
    task: "classification",
    fit<L extends Label>(X: ArrayLike, y: readonly L[] | NumberLabels, fitOptions: FitOptions = {}) {
      new OptionChecker(`${LOGISTIC}.fit`, fitOptions, FIT_OPTIONS).boolean("strict").done();
      const design = readTraining(LOGISTIC, X);
      const classes = readClasses<L>(LOGISTIC, y, design.n);
      const sample = readWeights(LOGISTIC, fitOptions.sampleWeight, design.n);
      checkEveryClassCounts(sample, classes);
      const weights = withClassWeights(LOGISTIC, sample, classes.codes, classes.classes, classWeight);
      return finished(LOGISTIC, fit(design, classes, inRange(weights), options, fitOptions), fitOptions);
    },
  };
}

const SPARSE: readonly string[] = ["coordinate-descent", "proximal-gradient"] satisfies SparseSolver[];

function isSparse({ l1 = 0, solver }: LogisticRegressionOptions): boolean {
  return l1 > 0 || (typeof solver === "string" && SPARSE.includes(solver));
}

/** An l1 penalty needs a solver that makes zeros, and these need a penalty: without one they have no certificate. */
function checkSparse(checker: OptionChecker, options: LogisticRegressionOptions): void {
  const { l1 = 0, l2 = 0, solver = "auto" } = options;
  const name = typeof solver === "string" ? `"${solver}"` : solver.kind;
  const makesZeros = typeof solver === "string" && (solver === "auto" || SPARSE.includes(solver));
  if (l1 > 0 && !makesZeros) {
    checker.fail("solver", `solver ${name} cannot take l1. Use "coordinate-descent" or "proximal-gradient".`);
  }
  if (l1 === 0 && l2 === 0 && isSparse(options)) {
    checker.fail("solver", `solver ${name} needs a penalty: give l1 or l2, or use solver: "auto".`);
  }
}

const OPTIONS = [
  "l1",
  "l2",
  "intercept",
  "classWeight",
  "solver",
  "tolerance",
  "maxSteps",
] satisfies (keyof LogisticRegressionOptions)[];

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
  const { l1 = 0, l2 = 0, intercept = true, classWeight, solver = "auto", tolerance = 1e-6, maxSteps } = options;
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
  if (isSparse(options) || solver === "coordinate-descent" || solver === "proximal-gradient") {
    const chosen = solver === "proximal-gradient" ? solver : "coordinate-descent";
    const { theta, report } = fitSparseLogistic(problem, { l1, l2, solver: chosen, tolerance, maxSteps }, progress);
    return fittedLogistic({
      classes,
      ...logisticWeights(problem, theta),
      report: { ...report, history: progress.history, steps: progress.steps },
      options: savedOptions({ l1, l2, intercept, classWeight, solver: chosen }),
    });
  }
  const judge = new Judge(problem, l2, tolerance, fitOptions.featureNames);
  const chosen = chooseSolver(solver, problem);
  const outcome = search(judge, chosen, maxSteps, progress);
  const found = withSumZero(problem, outcome.theta);
  const theta = judge.isAmbiguous(toScaled(judge.scaling, found)) ? leastNorm(problem, found) : found;
  const name = typeof chosen === "string" ? chosen : chosen.kind;
  return fittedLogistic({
    classes,
    ...logisticWeights(problem, theta),
    report: {
      ...judge.verdict({ ...outcome, theta }),
      solver: name,
      history: progress.history,
      steps: progress.steps,
    },
    options: savedOptions({ l2, intercept, classWeight, solver: name }),
  });
}

/** θ as the arrays of a fitted model. */
export function logisticWeights(
  { d, k, intercept }: Problem,
  theta: Float64Array,
): { coef: NDArray; intercept: NDArray } {
  const split = d * k;
  const b = intercept ? theta.slice(split) : new Float64Array(k);
  return {
    coef: fromTyped(k === 1 ? [d] : [d, k], theta.slice(0, split)) as NDArray, // f64
    intercept: fromTyped(k === 1 ? [] : [k], b) as NDArray,
  };
}

function savedOptions(options: {
  l1?: number;
  l2: number;
  intercept: boolean;
  classWeight: ClassWeight | undefined;
  solver: string;
}): JsonObject {
  const { classWeight, ...rest } = options;
  return classWeight === undefined ? rest : { ...rest, classWeight };
}
