// Linear regression, ridge, lasso and elastic net.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { OptionChecker } from "../../errors/index.ts";
import { checkPenalty, type Design, readTargets, readTraining, readWeights, type Targets } from "../design.ts";
import { FIT_OPTIONS, type FitOptions, finished, type Regressor } from "../fitted.ts";
import { Progress } from "../progress.ts";
import { fitSparse, type SparseSolver, sparseSystem } from "../sparse/sparse-linear.ts";
import { isStochastic, type Stochastic } from "../stochastic.ts";
import { type Certificate, certificateOf } from "./certificate.ts";
import { solveByCholesky, solveByQr, solveDirectly, solveNormalEquation } from "./direct.ts";
import { type FittedLinear, fittedLinear, LINEAR } from "./fitted-linear.ts";
import { type IterateOptions, solveByBatches, solveByDescent, solveByLbfgs } from "./iterate.ts";
import { type Found, isCertified, judge, nullObjectiveOf, type Standard } from "./judge.ts";
import type { Problem } from "./problem.ts";
import { bestIntercept, centeredSystem, type System } from "./system.ts";

export interface LinearRegressionOptions {
  /** Strength of the penalty l1·‖w‖₁, which makes coefficients exactly 0: the lasso; with `l2` the elastic net. Default 0. */
  l1?: number;
  /** Strength of the ridge, ½·l2·‖w‖², at most 1e100. Default 0. */
  l2?: number;
  /** Default true. It is not penalized. */
  intercept?: boolean;
  /**
   * - "auto" (default): Cholesky, or QR with column pivoting when the columns are nearly dependent; with `l1` coordinate descent.
   * - "coordinate-descent", "proximal-gradient": for penalized problems; the only ones that take `l1`.
   * - "qr", "cholesky": that one.
   * - "normal-equation": (XᵀX)⁻¹Xᵀy as in the books; squares the condition number, and the report says what that costs.
   * - "lbfgs": for many columns.
   * - "gradient-descent": full batch from zero on the features as they are, with the best constant rate; to teach, or to compare.
   * - `stochastic(…)`: mini-batches.
   */
  solver?:
    | "auto"
    | "qr"
    | "cholesky"
    | "normal-equation"
    | "coordinate-descent"
    | "proximal-gradient"
    | "lbfgs"
    | "gradient-descent"
    | Stochastic;
  /** Gap to reach, relative to the objective of the mean alone. Default 1e-6. */
  tolerance?: number;
  /** Default 1000 for L-BFGS and passes of coordinate descent, 10000 for gradient steps; direct solvers have no steps. */
  maxSteps?: number;
}

export interface LinearRegression extends Regressor {
  readonly kind: "linearRegression";
  fit(X: ArrayLike, y: ArrayLike, options?: FitOptions): FittedLinear;
}

/**
 * Linear regression; with `l2` ridge regression, with `l1` the lasso, with both the elastic net.
 *
 *     minimize  (1/n)·Σ ½(yᵢ − xᵢ·w − b)² + l1·‖w‖₁ + ½·l2·‖w‖²
 *
 * With weights, (1/Σs)·Σ sᵢ·lossᵢ; several targets: the losses of all are added. `intercept` is not penalized.
 * Shapes: X "n d", y "n" or "n t"; `coef` is "d" or "d t".
 * Units: coefficients are units of y per unit of a feature; the penalty sees them, so standardize first if units differ.
 * Rank: where columns depend on each other many coefficients fit alike; without penalty those of least norm are given, and
 * `rank` says how many columns count.
 * Certificate: `report.gap` bounds how far the objective is above the optimum when l2 > 0. Without penalty it is that distance
 * itself; above 1500 rows and columns, for solvers that iterate, only the decrease that the best single coefficient can give,
 * which must then be 10⁻⁴ of the tolerance, and the message says so.
 * Cost: n·d² + d³/3 by Cholesky, about twice that by QR; n²·d for more columns than rows with a penalty.
 * @throws DataError when X or y holds a value that is not finite (says row and column), or there are no rows.
 * @throws ShapeError when X has not as many rows as y.
 * @throws DomainError from "cholesky" and "normal-equation" when columns depend on each other.
 * Source: Hastie, Tibshirani & Friedman (2009), sections 3.2 and 3.4.1.
 *
 * @example
 * ```ts
 * import { linearRegression } from "steepest/models";
 * const model = linearRegression().fit([[1], [2], [3]], [5, 8, 11]);
 * console.log(model.coef.toArray(), model.intercept.item(), model.predict([[4]]).toArray()); // [3] 2 [14]
 * ```
 */
export function linearRegression(options: LinearRegressionOptions = {}): LinearRegression {
  const checker = new OptionChecker(LINEAR, options, OPTIONS)
    .boolean("intercept")
    .number("tolerance", 0)
    .integer("maxSteps", 0);
  checkPenalty(checker, "l1", options.l1);
  checkPenalty(checker, "l2", options.l2);
  if (!isStochastic(options.solver)) checker.oneOf("solver", SOLVERS);
  checkSparse(checker, options);
  checker.done();
  return {
    kind: LINEAR,
    task: "regression",
    fit(X, y, fitOptions = {}) {
      new OptionChecker(`${LINEAR}.fit`, fitOptions, FIT_OPTIONS).boolean("strict").done();
      const design = readTraining(LINEAR, X);
      const targets = readTargets(LINEAR, y, design.n);
      const weights = readWeights(LINEAR, fitOptions.sampleWeight, design.n);
      const sparse = (options.l1 ?? 0) > 0 || SPARSE.includes(options.solver);
      const model = (sparse ? fitWithZeros : fit)(design, targets, weights, options, fitOptions);
      return finished(LINEAR, model, fitOptions);
    },
  };
}

const OPTIONS = [
  "l1",
  "l2",
  "intercept",
  "solver",
  "tolerance",
  "maxSteps",
] satisfies (keyof LinearRegressionOptions)[];
const DIRECT = { auto: solveDirectly, qr: solveByQr, cholesky: solveByCholesky };
const SPARSE: readonly unknown[] = ["coordinate-descent", "proximal-gradient"] satisfies SparseSolver[];
const SOLVERS = [...Object.keys(DIRECT), "normal-equation", ...SPARSE.map(String), "lbfgs", "gradient-descent"];

/** An l1 penalty needs a solver that makes zeros, and these need a penalty: without one they have no certificate. */
function checkSparse(checker: OptionChecker, { l1 = 0, l2 = 0, solver = "auto" }: LinearRegressionOptions): void {
  if (l1 > 0 && solver !== "auto" && !SPARSE.includes(solver)) {
    const given = typeof solver === "string" ? `"${solver}"` : solver.kind;
    checker.fail("solver", `solver ${given} cannot take l1. Use "coordinate-descent" or "proximal-gradient".`);
  }
  if (l1 === 0 && l2 === 0 && SPARSE.includes(solver)) {
    checker.fail("solver", `solver "${String(solver)}" needs a penalty: give l1 or l2, or use solver: "auto".`);
  }
}

/** Data and options of one fit, with the defaults filled in. */
interface Task {
  readonly X: Design;
  readonly y: Targets;
  readonly weights: Float64Array;
  /** The same data about their means. */
  readonly system: System;
  readonly l2: number;
  readonly intercept: boolean;
  readonly solver: NonNullable<LinearRegressionOptions["solver"]>;
  readonly tolerance: number;
  readonly maxSteps: number | undefined;
}

function fit(
  X: Design,
  y: Targets,
  weights: Float64Array,
  options: LinearRegressionOptions,
  fitOptions: FitOptions,
): FittedLinear {
  const { l2 = 0, intercept = true, solver = "auto", tolerance = 1e-6, maxSteps } = options;
  const system = centeredSystem(X, y, weights, intercept);
  const progress = new Progress(fitOptions);
  const found = search({ X, y, weights, system, l2, intercept, solver, tolerance, maxSteps }, progress);
  const b = found.b ?? bestIntercept(system, found.W);
  return fittedLinear({
    coef: fromTyped(y.vector ? [X.d] : [X.d, y.t], found.W) as NDArray, // f64
    intercept: fromTyped(y.vector ? [] : [y.t], b) as NDArray,
    rank: found.rank,
    report: {
      ...judge(standardOf(system, l2, tolerance, found.certificate), found, b),
      history: progress.history,
      steps: progress.steps,
    },
    options: { l2, intercept, solver: nameOf(solver) },
  });
}

function fitWithZeros(
  X: Design,
  y: Targets,
  weights: Float64Array,
  options: LinearRegressionOptions,
  fitOptions: FitOptions,
): FittedLinear {
  const { l1 = 0, l2 = 0, intercept = true, solver, tolerance = 1e-6, maxSteps } = options;
  const system = sparseSystem(X, y, weights, intercept);
  const progress = new Progress(fitOptions);
  const chosen = solver === "proximal-gradient" ? solver : "coordinate-descent";
  const { W, b, report } = fitSparse(system, { l1, l2, solver: chosen, tolerance, maxSteps }, progress);
  return fittedLinear({
    coef: fromTyped(y.vector ? [X.d] : [X.d, y.t], W) as NDArray, // f64
    intercept: fromTyped(y.vector ? [] : [y.t], b) as NDArray,
    rank: undefined,
    report: { ...report, history: progress.history, steps: progress.steps },
    options: { l1, l2, intercept, solver: chosen },
  });
}

function standardOf(system: System, l2: number, tolerance: number, certificate: Certificate | undefined): Standard {
  return { system, l2, tolerance, nullObjective: nullObjectiveOf(system), certificate };
}

function search(task: Task, progress: Progress): Found {
  const { X, y, weights, system, l2, intercept, solver, tolerance, maxSteps } = task;
  const ridge = l2 * system.totalWeight;
  if (solver === "auto" || solver === "qr" || solver === "cholesky") return DIRECT[solver](system, ridge);
  const certificate = l2 > 0 ? undefined : certificateOf(system);
  if (solver === "normal-equation") return { ...solveNormalEquation(X, y, weights, ridge, intercept), certificate };
  const standard = standardOf(system, l2, tolerance, certificate);
  const iterate: IterateOptions = {
    maxSteps,
    nullObjective: standard.nullObjective,
    certified: (W, b) => isCertified(standard, W, b ?? bestIntercept(system, W)),
  };
  if (solver === "lbfgs") {
    const { theta, ended, note } = solveByLbfgs(system, l2, iterate, progress);
    return { W: theta, solver, ended, note, certificate };
  }
  const problem = problemOf(task);
  const { theta, ended, note } = isStochastic(solver)
    ? solveByBatches(problem, y.vector, solver, progress)
    : solveByDescent(problem, iterate, progress);
  const split = X.d * y.t;
  const b = intercept ? theta.slice(split) : undefined;
  return { W: theta.slice(0, split), b, solver: nameOf(solver), ended, note, certificate };
}

/** On the features as they are. */
function problemOf({ X, y, weights, system, l2, intercept }: Task): Problem {
  return {
    n: X.n,
    d: X.d,
    t: y.t,
    X: X.values,
    Y: y.values,
    weights,
    totalWeight: system.totalWeight,
    penalties: new Float64Array(X.d).fill(l2),
    intercept,
  };
}

function nameOf(solver: Task["solver"]): string {
  return typeof solver === "string" ? solver : solver.kind;
}
