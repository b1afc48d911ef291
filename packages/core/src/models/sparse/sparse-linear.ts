// Linear regression with an l1 penalty: one problem per target, each to its duality gap.

import { formatNumber } from "../../errors/index.ts";
import type { Design, Targets } from "../design.ts";
import type { FitReport } from "../fitted.ts";
import type { Progress } from "../progress.ts";
import { weightedMeans } from "../weighted-means.ts";
import { type Columns, centeredColumns } from "./columns.ts";
import { CoordinateDescent, type DescentResult } from "./coordinate-descent.ts";
import type { Strengths } from "./gap.ts";
import { GramCache } from "./gram-cache.ts";
import { proximalGradient } from "./proximal-gradient.ts";

/** Data of one fit, with the intercept taken out: at its best it is ȳ − x̄·w. */
export interface SparseSystem {
  readonly columns: Columns;
  /** √s∘(y − ȳ), one vector per target. */
  readonly targets: readonly Float64Array[];
  readonly xMeans: Float64Array;
  readonly yMeans: Float64Array;
  /** P of w = 0 with the best intercept, all targets. */
  readonly nullObjective: number;
}

export function sparseSystem(X: Design, y: Targets, weights: Float64Array, intercept: boolean): SparseSystem {
  const { n, d } = X;
  const xMeans = intercept ? weightedMeans(X.values, n, d, weights) : new Float64Array(d);
  const yMeans = intercept ? weightedMeans(y.values, n, y.t, weights) : new Float64Array(y.t);
  const columns = centeredColumns(X, weights, xMeans);
  const targets = Array.from({ length: y.t }, (_, c) =>
    Float64Array.from(weights, (s, i) => Math.sqrt(s) * (y.values[i * y.t + c]! - yMeans[c]!)),
  );
  const squares = targets.reduce((sum, target) => sum + target.reduce((all, value) => all + value * value, 0), 0);
  return { columns, targets, xMeans, yMeans, nullObjective: squares / (2 * columns.totalWeight) };
}

/** ȳ − x̄·w of one target. */
export function interceptOf({ xMeans, yMeans }: SparseSystem, w: Float64Array, target: number): number {
  return w.reduce((b, coefficient, j) => b - xMeans[j]! * coefficient, yMeans[target]!);
}

export type SparseSolver = "coordinate-descent" | "proximal-gradient";

export interface SparseFit {
  /** "d t" */
  readonly W: Float64Array;
  /** "t" */
  readonly b: Float64Array;
  readonly report: Pick<FitReport, "status" | "message" | "solver" | "objective" | "gap">;
}

export interface SparseOptions extends Strengths {
  readonly solver: SparseSolver;
  readonly tolerance: number;
  readonly maxSteps: number | undefined;
}

export function fitSparse(system: SparseSystem, options: SparseOptions, progress: Progress): SparseFit {
  const { columns, targets, nullObjective } = system;
  const { solver, tolerance, maxSteps = solver === "coordinate-descent" ? 1000 : 10_000 } = options;
  const t = targets.length;
  const wanted = (tolerance * nullObjective) / t;
  const gram = new GramCache(columns);
  const W = new Float64Array(columns.d * t);
  const b = new Float64Array(t);
  const results: DescentResult[] = [];
  let done = 0;
  targets.forEach((target, c) => {
    const rest = nullOf(columns, targets.slice(c + 1));
    const onPass = (objective: number): boolean => {
      progress.record(done + objective + rest);
      return progress.aborted();
    };
    const w = new Float64Array(columns.d);
    const limits = { wanted, maxSteps, onPass };
    let result: DescentResult;
    if (solver === "coordinate-descent") {
      const descent = new CoordinateDescent(columns, gram, target);
      result = descent.solve(options, limits);
      w.set(descent.w);
    } else {
      result = proximalGradient(columns, target, w, options, limits);
    }
    for (let j = 0; j < columns.d; j++) W[j * t + c] = w[j]!;
    b[c] = interceptOf(system, w, c);
    done += result.objective;
    results.push(result);
  });
  return { W, b, report: { ...sparseVerdict(results, nullObjective, tolerance), solver } };
}

function nullOf({ totalWeight }: Columns, targets: readonly Float64Array[]): number {
  return targets.reduce((sum, y) => sum + y.reduce((all, value) => all + value * value, 0), 0) / (2 * totalWeight);
}

/** Status and message, from the gaps alone. */
export function sparseVerdict(
  results: readonly DescentResult[],
  nullObjective: number,
  tolerance: number,
): Pick<FitReport, "status" | "message" | "objective" | "gap"> {
  const objective = results.reduce((sum, result) => sum + result.objective, 0);
  const gap = results.reduce((sum, result) => sum + result.gap, 0);
  const share = formatNumber(nullObjective > 0 ? gap / nullObjective : gap);
  const size = `the objective is above the optimum by at most ${share} of that of the means`;
  const has = (ended: DescentResult["ended"]) => results.some((result) => result.ended === ended);
  const asked = `asked for were ${formatNumber(tolerance)}`;
  if (has("aborted")) return { objective, gap, status: "aborted", message: `Stopped by its signal: ${size}.` };
  if (has("max-steps")) {
    const message = `Not converged within maxSteps: ${size}; ${asked}. Raise maxSteps, or standardize the features.`;
    return { objective, gap, status: "max-steps", message };
  }
  if (has("no-progress")) {
    const message = `No further progress at working precision: ${size}; ${asked}. Raise tolerance.`;
    return { objective, gap, status: "stalled", message };
  }
  return { objective, gap, status: "converged", message: `Converged: ${size}.` };
}
