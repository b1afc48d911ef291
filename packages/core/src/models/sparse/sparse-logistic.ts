// Logistic regression with an l1 penalty, two or more classes.
import { formatNumber } from "../../errors/index.ts";
import type { FitReport } from "../fitted.ts";
import { nullModel, type Problem, valueAndGradient } from "../logistic/problem.ts";
import type { Progress } from "../progress.ts";
import { weightedMeans } from "../weighted-means.ts";
import { acceleratedLogistic } from "./accelerated-logistic.ts";
import type { DescentOptions, DescentResult } from "./coordinate-descent.ts";
import type { Strengths } from "./gap.ts";
import { proximalNewton } from "./proximal-newton.ts";
import type { SparseOptions } from "./sparse-linear.ts";

/** The problem with columns about their means, which takes the correlation with the intercept out. */
export interface CenteredLogistic {
  readonly problem: Problem;
  readonly means: Float64Array;
  /** P of the intercept alone. */
  readonly nullObjective: number;
}

export function centeredLogistic(problem: Problem): CenteredLogistic {
  const { n, d, X, weights, intercept } = problem;
  const means = intercept ? weightedMeans(X, n, d, weights) : new Float64Array(d);
  const centered = { ...problem, X: X.map((x, at) => x - means[at % d]!) };
  const start = nullModel(centered);
  return { problem: centered, means, nullObjective: valueAndGradient(centered, start, new Float64Array(start.length)) };
}

/** θ of the features as they are; intercepts of several classes with sum 0, which changes no probability. */
export function uncentered({ problem, means }: CenteredLogistic, theta: Float64Array): Float64Array {
  const { d, k, intercept } = problem;
  const out = theta.slice();
  if (!intercept) return out;
  let sum = 0;
  for (let c = 0; c < k; c++) {
    for (let j = 0; j < d; j++) out[d * k + c] = out[d * k + c]! - means[j]! * theta[j * k + c]!;
    sum += out[d * k + c]!;
  }
  if (k > 1) for (let c = 0; c < k; c++) out[d * k + c] = out[d * k + c]! - sum / k;
  return out;
}

/** ‖∇_W of the intercept alone‖∞: the smallest l1 that leaves no coefficient. */
export function largestLogisticStrength({ problem }: CenteredLogistic): number {
  const gradient = new Float64Array(nullModel(problem).length);
  valueAndGradient(problem, nullModel(problem), gradient);
  return gradient.subarray(0, problem.d * problem.k).reduce((most, g) => Math.max(most, Math.abs(g)), 0);
}

export function fitSparseLogistic(
  problem: Problem,
  options: SparseOptions,
  progress: Progress,
): { theta: Float64Array; report: Pick<FitReport, "status" | "message" | "objective" | "gap" | "solver"> } {
  const centered = centeredLogistic(problem);
  const { solver, tolerance, maxSteps = solver === "coordinate-descent" ? 200 : 10_000 } = options;
  const theta = nullModel(centered.problem);
  const onPass = (objective: number): boolean => {
    progress.record(objective);
    return progress.aborted();
  };
  const limits = { wanted: tolerance * centered.nullObjective, maxSteps, onPass };
  const solve: SparseLogisticSolver = solver === "coordinate-descent" ? proximalNewton : acceleratedLogistic;
  const result = solve(centered.problem, theta, options, limits);
  return {
    theta: uncentered(centered, theta),
    report: { ...logisticVerdict(result, centered.nullObjective, tolerance), solver },
  };
}

type SparseLogisticSolver = (
  problem: Problem,
  theta: Float64Array,
  strengths: Strengths,
  options: DescentOptions,
) => DescentResult;

export function logisticVerdict(
  { objective, gap, ended }: DescentResult,
  nullObjective: number,
  tolerance: number,
): Pick<FitReport, "status" | "message" | "objective" | "gap"> {
  const size = `the objective is above the optimum by at most ${formatNumber(gap / nullObjective)} of that without features`;
  const asked = `asked for were ${formatNumber(tolerance)}`;
  const said = {
    certified: ["converged", `Converged: ${size}.`],
    aborted: ["aborted", `Stopped by its signal: ${size}.`],
    "max-steps": [
      "max-steps",
      `Not converged within maxSteps: ${size}; ${asked}. Raise maxSteps, or standardize the features.`,
    ],
    "no-progress": ["stalled", `No further progress at working precision: ${size}; ${asked}. Raise tolerance.`],
  } as const;
  const [status, message] = said[ended];
  return { objective, gap, status, message };
}
