// Newton's method for logistic regression with few features.
import { fromTyped, type NDArray } from "../../array/index.ts";
import { DomainError } from "../../errors/index.ts";
import { cholesky, triangularSolve } from "../../linalg/index.ts";
import { readTensor } from "../../program/index.ts";
import type { Outcome } from "../descend.ts";
import type { Progress } from "../progress.ts";
import { hessian, type Problem, smallestMargin, valueAndGradient } from "./problem.ts";

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
    const change = newtonDirection(hessian(problem, theta), gradient);
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

/** −H⁻¹g, with the smallest of H + 1e-12·I, H + 1e-11·I, … (after scaling its diagonal to 1) that has a Cholesky factor. */
function newtonDirection(H: Float64Array, gradient: Float64Array): Float64Array {
  const size = gradient.length;
  const scale = Float64Array.from({ length: size }, (_, i) => {
    const h = H[i * size + i]!;
    return h > 0 ? 1 / Math.sqrt(h) : 1; // a constant column: its gradient is 0 too
  });
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) H[i * size + j] = H[i * size + j]! * scale[i]! * scale[j]!;
    H[i * size + i] = 1;
  }
  const right = fromTyped(
    [size],
    gradient.map((g, i) => -g * scale[i]!),
  ) as NDArray;
  for (let extra = 0; ; extra = Math.max(1e-12, extra * 10)) {
    const damped = H.slice();
    for (let i = 0; i < size; i++) damped[i * size + i] = 1 + extra;
    try {
      const L = cholesky(fromTyped([size, size], damped) as NDArray);
      const x = triangularSolve(L, triangularSolve(L, right), { transposed: true });
      return (readTensor(x)!.data as Float64Array).map((value, i) => value * scale[i]!);
    } catch (error) {
      if (!(error instanceof DomainError) || extra > 1) throw error;
    }
  }
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
