// Linear regression and ridge.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { formatNumber, OptionChecker } from "../../errors/index.ts";
import { type Design, readTargets, readTraining, readWeights, type Targets } from "../design.ts";
import { FIT_OPTIONS, type FitOptions, type FitReport, finished, type Regressor } from "../fitted.ts";
import { type DirectSolution, solveByCholesky, solveByQr, solveDirectly, solveNormalEquation } from "./direct.ts";
import { type FittedLinear, fittedLinear, LINEAR } from "./fitted-linear.ts";
import { centeredSystem, gapAt, objectiveAt, type System, sumOfSquares } from "./system.ts";

export interface LinearRegressionOptions {
  /** Strength of the ridge, ½·l2·‖w‖². Default 0. */
  l2?: number;
  /** Default true. It is not penalized. */
  intercept?: boolean;
  /**
   * "auto" (default): Cholesky, or QR with column pivoting when the columns are nearly dependent. "qr", "cholesky": that one.
   * "normal-equation": (XᵀX)⁻¹Xᵀy as in the books; squares the condition number, and the report says what that costs.
   */
  solver?: "auto" | "qr" | "cholesky" | "normal-equation";
  /** Gap to reach, relative to the objective of the mean alone. Default 1e-6. */
  tolerance?: number;
}

export interface LinearRegression extends Regressor {
  readonly kind: "linearRegression";
  fit(X: ArrayLike, y: ArrayLike, options?: FitOptions): FittedLinear;
}

export function linearRegression(options: LinearRegressionOptions = {}): LinearRegression {
  new OptionChecker(LINEAR, options, ["l2", "intercept", "solver", "tolerance"])
    .number("l2", 0)
    .boolean("intercept")
    .oneOf("solver", ["auto", "qr", "cholesky", "normal-equation"])
    .number("tolerance", 0)
    .done();
  return {
    kind: LINEAR,
    task: "regression",
    fit(X, y, fitOptions = {}) {
      new OptionChecker(`${LINEAR}.fit`, fitOptions, FIT_OPTIONS).boolean("strict").done();
      const design = readTraining(LINEAR, X);
      const targets = readTargets(LINEAR, y, design.n);
      const weights = readWeights(LINEAR, fitOptions.sampleWeight, design.n);
      return finished(LINEAR, fit(design, targets, weights, options), fitOptions);
    },
  };
}

function fit(X: Design, y: Targets, weights: Float64Array, options: LinearRegressionOptions): FittedLinear {
  const { l2 = 0, intercept = true, solver = "auto", tolerance = 1e-6 } = options;
  const system = centeredSystem(X, y, weights, intercept);
  const ridge = l2 * system.totalWeight;
  const solution =
    solver === "normal-equation" ? solveNormalEquation(X, y, weights, ridge, intercept) : DIRECT[solver](system, ridge);
  const b = solution.b ?? bestIntercept(system, solution.W);
  return fittedLinear({
    coef: fromTyped(y.vector ? [X.d] : [X.d, y.t], solution.W) as NDArray, // f64
    intercept: fromTyped(y.vector ? [] : [y.t], b) as NDArray,
    rank: solution.rank,
    report: { ...judge(system, solution, b, l2, tolerance), solver: solution.solver, history: [], steps: 0 },
    options: { l2, intercept, solver },
  });
}

const DIRECT = { auto: solveDirectly, qr: solveByQr, cholesky: solveByCholesky };

/** ȳ − x̄·W */
function bestIntercept({ d, t, xMeans, yMeans }: System, W: Float64Array): Float64Array {
  return yMeans.map((mean, c) => {
    let b = mean;
    for (let j = 0; j < d; j++) b -= xMeans[j]! * W[j * t + c]!;
    return b;
  });
}

/** Objective and gap at the result, from the data alone: no solver can fake them. */
function judge(
  system: System,
  { W, message }: DirectSolution,
  b: Float64Array,
  l2: number,
  tolerance: number,
): Pick<FitReport, "status" | "message" | "objective" | "gap"> {
  const best = bestIntercept(system, W);
  const shift = 0.5 * sumOfSquares(b.map((value, c) => value - best[c]!)); // P(W, b) − P(W, best b)
  const objective = objectiveAt(system, W, l2) + shift;
  const gap = gapAt(system, W, l2) + shift;
  const nullObjective = sumOfSquares(system.B) / (2 * system.totalWeight);
  if (gap <= tolerance * nullObjective) return { status: "converged", message, objective, gap };
  return {
    status: "stalled",
    message:
      `${message} The result misses the tolerance: the gap is ${formatNumber(gap)}, asked for were ${formatNumber(tolerance * nullObjective)}. ` +
      'The columns of X depend on each other: use solver: "qr", or add a ridge (l2).',
    objective,
    gap,
  };
}
