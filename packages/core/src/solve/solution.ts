// What comes out of a solver: the point, what is known of its quality, and how it ended, in words.
import { ConvergenceError } from "../errors/index.ts";

/** Not converging is a value. `message` says what it means, which option to change, then likely causes. */
export type SolveStatus =
  | "converged"
  | "max-steps"
  | "max-seconds"
  | "stalled" // no further progress at working precision; residuals tell how good the point is
  | "nonfinite"
  | "infeasible"
  | "unbounded"
  | "line-search-failed"
  | "aborted";

export interface SolveStats {
  readonly steps: number;
  /** Values of f, with or without a gradient. */
  readonly evaluations: number;
  readonly gradientEvaluations: number;
  /** Products with second derivatives count as one each. */
  readonly hessianEvaluations: number;
  readonly factorizations: number;
  /** `undefined` without a clock: see `now` of the options. */
  readonly seconds: number | undefined;
}

/** Each is a maximum norm, scaled as the tolerances are. All small: first-order optimal. */
export interface KktResiduals {
  /** ‖∇f + Jgᵀλ − Jhᵀμ‖∞ */
  readonly stationarity: number;
  /** max(|g|, max(0, −h)) */
  readonly feasibility: number;
  /** max |μⱼ hⱼ| */
  readonly complementarity: number;
  /** max(0, −μ): wrong signs */
  readonly sign: number;
}

export interface Multipliers<X> {
  /** λ, in the order of the constraints as given, vector constraints unrolled. */
  readonly equality: readonly number[];
  /** μ ≥ 0 */
  readonly inequality: readonly number[];
  /** μ of x ≥ lower and of x ≤ upper, shaped like x, 0 where there is no bound. */
  readonly lower: X;
  readonly upper: X;
}

/** One step as it is seen from outside: the point after it, its value, and how far it went. */
export interface StepReport<X> {
  readonly index: number;
  readonly x: X;
  readonly value: number;
  /** ‖∇f‖∞ */
  readonly gradNorm: number;
  readonly violation: number;
  /** The multiple of the solver's direction that was taken; 0 for the start. */
  readonly stepSize: number;
}

export interface Solution<X> {
  /** The last point when converged; otherwise the point of the lowest value that was seen. */
  readonly x: X;
  readonly value: number;
  readonly status: SolveStatus;
  readonly message: string;
  readonly multipliers: Multipliers<X>;
  /** Computed from `x` again after the solver has ended. */
  readonly kkt: KktResiduals;
  readonly stats: SolveStats;
  /** Filled when `keepHistory` is true; the start is entry 0. */
  readonly history: readonly StepReport<X>[];
}

/**
 * Returns the solution when it converged, and throws its message otherwise.
 *
 * @throws ConvergenceError with the `status` and the message of the solution.
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { assertConverged, minimize } from "steepest/solve";
 * const solution = minimize((x: NDArray) => x.sub([1, 2]).square().sum(), [0, 0]);
 * console.log(assertConverged(solution).x.toArray()); // [1, 2]
 * ```
 */
export function assertConverged<T extends { readonly status: string; readonly message: string }>(
  solution: T,
): T & { readonly status: "converged" } {
  if (solution.status === "converged") return solution as T & { readonly status: "converged" };
  throw new ConvergenceError(solution.message, { status: solution.status });
}
