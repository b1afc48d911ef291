// Newton's method for logistic regression with few features.
import type { Outcome } from "../descend.ts";
import type { Progress } from "../progress.ts";
import { curvatureAt, newtonDirection } from "./curvature.ts";
import { type Problem, smallestMargin, valueAndGradient } from "./problem.ts";

export interface NewtonLimits {
  /** P − P* to reach. */
  readonly accuracy: number;
  readonly maxSteps: number;
  readonly penalized: boolean;
  /** P₀: intercept alone. */
  readonly nullObjective: number;
  certified(theta: Float64Array): boolean;
}

/**
 * min P(θ)
 *
 * Given:    a problem with columns of about unit size, a start, the accuracy wanted, a limit of steps
 * Returns:  θ, and why it ended
 * Method:   Cholesky of ∇²P; a Levenberg term only when that fails; steps halved until P falls by 1e-4 of what the slope
 *           promises. Half the squared Newton decrement estimates P − P*: below the accuracy one more full step is taken,
 *           which squares the error, and the certificate is asked. Boyd & Vandenberghe (2004), section 9.5.2
 * Cost:     n·m²/2 + m³/3 per step, m = number of parameters; 5 to 10 steps
 * Traps:    separable classes without penalty: P falls for ever along a direction. All margins positive proves it; when
 *           some are 0, steps that stay large while P no longer changes show it
 * Tests:    reference/linear-models.json; separable and quasi-separable sets; collinear columns
 */
export function newton(problem: Problem, start: Float64Array, limits: NewtonLimits, progress: Progress): Outcome {
  const { accuracy, maxSteps, penalized, nullObjective, certified } = limits;
  let theta = start.slice();
  let gradient = new Float64Array(theta.length);
  let value = valueAndGradient(problem, theta, gradient);
  progress.record(value);
  for (let step = 0; step < maxSteps; step++) {
    if (progress.aborted()) return { theta, ended: "aborted" };
    const change = newtonDirection(curvatureAt(problem, theta), gradient);
    const decrement = -dot(gradient, change);
    const settled = penalized || largest(change) <= 1e-3 * Math.max(1, largest(theta));
    const small = 0.5 * decrement <= accuracy && settled;
    const next = lineSearch(problem, theta, change, value, largest(gradient), decrement);
    if (next === undefined) return { theta, ended: settled ? "no-progress" : "unbounded" };
    const fell = value - next.value;
    ({ theta, gradient, value } = next);
    progress.record(value);
    if (small && certified(theta)) return { theta, ended: "certified" };
    if (penalized) continue;
    if (value < 1e-3 * nullObjective && smallestMargin(problem, theta) > 0) return { theta, ended: "separated" };
    if (!settled && fell <= 1e-15 * value) return { theta, ended: "unbounded" };
  }
  return { theta, ended: "max-steps" };
}

interface Point {
  readonly theta: Float64Array<ArrayBuffer>;
  readonly gradient: Float64Array<ArrayBuffer>;
  readonly value: number;
}

/** Halves the step until P falls enough; undefined when neither P nor its gradient (largest entry `slope`) falls any more. */
function lineSearch(
  problem: Problem,
  theta: Float64Array,
  change: Float64Array,
  value: number,
  slope: number,
  decrement: number,
): Point | undefined {
  for (let scale = 1; scale > 1e-10; scale /= 2) {
    const next = theta.map((at, i) => at + scale * change[i]!) as Float64Array<ArrayBuffer>;
    const gradient = new Float64Array(theta.length);
    const nextValue = valueAndGradient(problem, next, gradient);
    const enough = value - 1e-4 * scale * decrement;
    if (nextValue <= enough) return { theta: next, gradient, value: nextValue };
    // within rounding P no longer tells which point is better, but the gradient does
    const level = Math.abs(nextValue - value) <= 4 * Number.EPSILON * value;
    if (level) return largest(gradient) < slope ? { theta: next, gradient, value: nextValue } : undefined;
  }
  return undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function largest(x: Float64Array): number {
  let most = 0;
  for (const value of x) most = Math.max(most, Math.abs(value));
  return most;
}
