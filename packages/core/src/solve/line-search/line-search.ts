// Line searches: how far to go along a direction. What they share: points on the line, and the words for finding none.
import { formatNumber } from "../../errors/index.ts";
import { type Point, type Problem, roundingOf, type Stop } from "../solver.ts";
import { dot, moved } from "../vector.ts";

export interface Step {
  readonly point: Point;
  readonly stepSize: number;
}

/** Finds a step along a descent direction; `first` is the step size to try first. */
export interface LineSearch {
  readonly name: string;
  search(problem: Problem, from: Point, direction: Float64Array, first: number): Step | Stop;
}

/** φ(t) = f(x + t·d) at one t, with its slope φ′(t) = ∇f·d. */
export interface Trial extends Step {
  readonly slope: number;
  readonly finite: boolean;
}

export function trialAt(problem: Problem, from: Point, direction: Float64Array, t: number): Trial {
  const point = problem.evaluate(moved(from.x, t, direction));
  const slope = dot(point.gradient, direction);
  return { point, stepSize: t, slope, finite: Number.isFinite(point.value) && Number.isFinite(slope) };
}

/** Why a direction led nowhere: a failure, unless not even the promised decrease could have been seen in f. */
export function noStep(from: Point, slope: number, first: number, sawFinite: boolean): Stop {
  if (!sawFinite) {
    return {
      status: "nonfinite",
      reason: `every point that was tried along the direction has a value or gradient that is not finite (value ${formatNumber(from.value)} at the point itself)`,
    };
  }
  const promised = -slope * first;
  if (promised <= roundingOf(from.value)) {
    return {
      status: "stalled",
      reason: `a step would lower f by about ${formatNumber(promised)}, which is below the rounding of its value ${formatNumber(from.value)}`,
    };
  }
  return {
    status: "line-search-failed",
    reason: `f does not fall along a direction in which its gradient says that it does (slope ${formatNumber(slope)})`,
  };
}

export function notDescent(slope: number): Stop {
  return {
    status: "line-search-failed",
    reason: `the direction does not lead downhill (slope ${formatNumber(slope)})`,
  };
}
