// What a result is worth: objective, gap and status, from the data alone, so that no solver can fake them.
import { formatNumber } from "../../errors/index.ts";
import type { Outcome } from "../descend.ts";
import type { FitReport } from "../fitted.ts";
import { dualityGap, gradientGap } from "./gap.ts";
import { nullModel, type Problem, smallestMargin, valueAndGradient } from "./problem.ts";
import { type Scaled, scaledProblem, toScaled } from "./scaling.ts";

export class Judge {
  readonly problem: Problem;
  readonly scaling: Scaled;
  readonly penalized: boolean;
  /** Of the gap, relative to `nullObjective`. */
  readonly tolerance: number;
  /** P₀: intercept alone. */
  readonly nullObjective: number;

  constructor(problem: Problem, l2: number, tolerance: number) {
    this.problem = problem;
    this.scaling = scaledProblem(problem);
    this.penalized = l2 > 0;
    this.tolerance = tolerance;
    this.nullObjective = this.#objective(nullModel(this.scaling.scaled));
  }

  /** Whether θ of the scaled problem is good enough. Without penalty a point that separates the classes never is. */
  certifies(theta: Float64Array): boolean {
    return this.#gap(theta) <= this.tolerance * this.nullObjective && !this.#separates(theta);
  }

  /** Whether θ of the scaled problem shows that there is no optimum, and is far on the way. */
  hopeless(theta: Float64Array): boolean {
    return this.#separates(theta) && this.#objective(theta) < 1e-3 * this.nullObjective;
  }

  /** θ of the outcome is that of the features as they are. */
  verdict({ theta, ended, note }: Outcome): Pick<FitReport, "status" | "message" | "objective" | "gap"> {
    const scaled = toScaled(this.scaling, theta);
    const objective = valueAndGradient(this.problem, theta, new Float64Array(theta.length));
    const gap = this.#gap(scaled);
    const numbers = { objective, gap };
    const share = formatNumber(gap / this.nullObjective);
    const reached = this.penalized
      ? `the duality gap is ${share} of the objective without features`
      : `one parameter alone is sure to lower the objective by ${share} of that without features`;
    const asked = `asked for were ${formatNumber(this.tolerance)}`;
    if (ended === "aborted") return { ...numbers, status: "aborted", message: `Stopped by its signal: ${reached}.` };
    if (ended === "diverged") return { ...numbers, status: "stalled", message: `Diverged: ${note}.` };
    if (ended === "unbounded" || this.#separates(scaled)) {
      return { ...numbers, status: "stalled", message: this.#withoutOptimum(scaled) };
    }
    if (this.certifies(scaled)) return { ...numbers, status: "converged", message: `Converged: ${reached}.` };
    if (ended === "max-steps") {
      const limit = note ?? "maxSteps";
      const message = `Not converged within ${limit}: ${reached}; ${asked}. Raise ${limit}, or standardize the features.`;
      return { ...numbers, status: "max-steps", message };
    }
    const message = `No further progress at working precision: ${reached}; ${asked}. Raise tolerance, or standardize the features.`;
    return { ...numbers, status: "stalled", message: note === undefined ? message : `${message} ${note}` };
  }

  #objective(theta: Float64Array): number {
    return valueAndGradient(this.scaling.scaled, theta, new Float64Array(theta.length));
  }

  #gap(theta: Float64Array): number {
    return (this.penalized ? dualityGap : gradientGap)(this.scaling.scaled, theta);
  }

  /** All margins positive: a larger multiple of θ is always better, so no optimum exists. */
  #separates(theta: Float64Array): boolean {
    return !this.penalized && smallestMargin(this.scaling.scaled, theta) > 0;
  }

  #withoutOptimum(theta: Float64Array): string {
    const { d, k } = this.problem;
    let largest = 0;
    for (let at = 0; at < d * k; at++) if (Math.abs(theta[at]!) > Math.abs(theta[largest]!)) largest = at;
    const what = this.#separates(theta)
      ? "The classes are separated without error by the direction found"
      : "Some rows are separated without error along a direction";
    return (
      `${what} (largest standardized coefficient: column ${Math.floor(largest / k)}), so the loss falls for ever while the coefficients grow: ` +
      "without penalty there is no optimum. Give a penalty, such as l2: 1e-3."
    );
  }
}
