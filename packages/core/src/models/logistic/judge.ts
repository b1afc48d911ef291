// What a result is worth: objective, gap and status, from the data alone, so that no solver can fake them.
import { formatNumber } from "../../errors/index.ts";
import type { Outcome } from "../descend.ts";
import type { FitReport } from "../fitted.ts";
import { type Curvature, curvatureAt, isSingular } from "./curvature.ts";
import { coordinateGap, dualityGap, newtonGap } from "./gap.ts";
import { isLarge } from "./large.ts";
import { nullModel, type Problem, parameterCount, smallestMargin, valueAndGradient } from "./problem.ts";
import { type Scaled, scaledProblem, toScaled } from "./scaling.ts";

/** Up to this many parameters the Hessian is factored to learn how far a point is above the optimum. */
const MOST_FACTORED = 1500;

/** Without a certificate the bound from below must be so much smaller than the tolerance: the gradient 100 times. */
const WITHOUT_CERTIFICATE = 1e-4;

export class Judge {
  readonly problem: Problem;
  readonly scaling: Scaled;
  readonly penalized: boolean;
  /** How the gap is found. */
  readonly certificate: "duality" | "newton" | "none";
  /** Of the gap, relative to `nullObjective`. */
  readonly tolerance: number;
  /** P₀: intercept alone. */
  readonly nullObjective: number;

  #last: { readonly theta: Float64Array; readonly curvature: Curvature } | undefined;
  readonly #names: readonly string[] | undefined;

  /** `names` of the columns are for messages. */
  constructor(problem: Problem, l2: number, tolerance: number, names?: readonly string[]) {
    this.#names = names;
    this.problem = problem;
    this.scaling = scaledProblem(problem);
    this.penalized = l2 > 0;
    this.certificate = this.penalized ? "duality" : parameterCount(problem) <= MOST_FACTORED ? "newton" : "none";
    this.tolerance = tolerance;
    this.nullObjective = this.#objective(nullModel(this.scaling.scaled));
  }

  /** Whether θ of the scaled problem is good enough. Without penalty a point that separates the classes never is. */
  certifies(theta: Float64Array): boolean {
    return this.isPromising(theta) && this.#gap(theta) <= this.wanted;
  }

  /** Whether a cheap bound leaves it open that θ of the scaled problem is good enough. */
  isPromising(theta: Float64Array): boolean {
    const { scaled } = this.scaling;
    if (this.penalized && !isLarge(scaled)) return true; // the gap costs no more than the bound
    return coordinateGap(scaled, theta) <= this.wanted && !this.#separates(theta);
  }

  /** Whether other coefficients may do as well as θ of the scaled problem. */
  isAmbiguous(theta: Float64Array): boolean {
    return this.certificate === "newton" && isSingular(this.#curvature(theta));
  }

  /** The gap that is small enough. */
  get wanted(): number {
    return this.tolerance * this.nullObjective * (this.certificate === "none" ? WITHOUT_CERTIFICATE : 1);
  }

  /** Whether θ of the scaled problem shows that there is no optimum, and is far on the way. */
  hopeless(theta: Float64Array): boolean {
    return this.#separates(theta) && this.#objective(theta) < 1e-3 * this.nullObjective;
  }

  /** θ of the outcome is that of the features as they are. */
  verdict({ theta, ended, note }: Outcome): Pick<FitReport, "status" | "message" | "objective" | "gap"> {
    const scaled = toScaled(this.scaling, theta);
    const objective = this.#objectiveOf(theta, scaled);
    const gap = this.#gap(scaled);
    const numbers = { objective, gap };
    const share = formatNumber(gap / this.nullObjective);
    const reached = `${REACHED[this.certificate]} ${share} of that without features`;
    const asked = `asked for were ${formatNumber(this.wanted / this.nullObjective)}`;
    if (ended === "aborted") return { ...numbers, status: "aborted", message: `Stopped by its signal: ${reached}.` };
    if (ended === "diverged") return { ...numbers, status: "stalled", message: `Diverged: ${note}.` };
    if (ended === "unbounded" || this.#separates(scaled)) {
      return { ...numbers, status: "stalled", message: this.#withoutOptimum(scaled) };
    }
    if (gap <= this.wanted) return { ...numbers, status: "converged", message: `Converged: ${reached}.` };
    if (ended === "max-steps") {
      const limit = note ?? "maxSteps";
      const message = `Not converged within ${limit}: ${reached}; ${asked}. Raise ${limit}, or standardize the features.`;
      return { ...numbers, status: "max-steps", message };
    }
    const message = `No further progress at working precision: ${reached}; ${asked}. Raise tolerance, or standardize the features.`;
    return { ...numbers, status: "stalled", message: note === undefined ? message : `${message} ${note}` };
  }

  /** Of the features as they are; units of a table that is not copied are those features already. */
  #objectiveOf(theta: Float64Array, scaled: Float64Array): number {
    if (this.scaling.scaled.units !== undefined) return this.#objective(scaled);
    return valueAndGradient(this.problem, theta, new Float64Array(theta.length));
  }

  #objective(theta: Float64Array): number {
    return valueAndGradient(this.scaling.scaled, theta, new Float64Array(theta.length));
  }

  #gap(theta: Float64Array): number {
    const { scaled } = this.scaling;
    if (this.certificate === "newton") return newtonGap(scaled, theta, this.#curvature(theta));
    return (this.certificate === "duality" ? dualityGap : coordinateGap)(scaled, theta);
  }

  /** Remembered for the last θ: the verdict and `isAmbiguous` ask for the same. */
  #curvature(theta: Float64Array): Curvature {
    const last = this.#last;
    if (last !== undefined && theta.every((value, at) => value === last.theta[at])) return last.curvature;
    const curvature = curvatureAt(this.scaling.scaled, theta);
    this.#last = { theta: theta.slice(), curvature };
    return curvature;
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
      `${what} (largest standardized coefficient: ${this.#columnName(Math.floor(largest / k))}), so the loss falls for ever while the coefficients grow: ` +
      "without penalty there is no optimum. Give a penalty, such as l2: 1e-3."
    );
  }

  #columnName(column: number): string {
    const name = this.#names?.[column];
    return name === undefined ? `column ${column}` : `"${name}"`;
  }
}

const REACHED = {
  duality: "the objective is above the optimum by at most",
  newton: "by its curvature the objective is above the optimum by about",
  none: "no certificate is affordable for so many parameters; one alone is sure to lower the objective by",
};
