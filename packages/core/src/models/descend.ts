// Runs a solver of `steepest/solve` on an objective of a learner, until a certificate says that it is good enough.
import { iterateVector, type Minimizer, type Objective } from "../solve/index.ts";
import type { Progress } from "./progress.ts";

/** Where an iterative solver ended. What it is worth is judged outside. */
export interface Outcome {
  readonly theta: Float64Array;
  readonly ended: "certified" | "max-steps" | "no-progress" | "separated" | "unbounded" | "diverged" | "aborted";
  /** What the solver says of its end; for "max-steps" the option that set the limit, where it is another one. */
  readonly note?: string;
}

export interface DescendOptions {
  readonly solver: Minimizer;
  readonly maxSteps: number;
  /** Divides the objective, so that solvers see numbers near 1. */
  readonly unit: number;
  /** Whether a point is good enough; asked when the gradient has halved since the last time. */
  certified(theta: Float64Array): boolean;
  /** Whether the objective has no minimum; asked with `certified`. */
  separated?(theta: Float64Array): boolean;
  /** The start is the end of an earlier descent, and recorded already. */
  readonly resumed?: boolean;
}

export function descend(
  objective: (theta: Float64Array, gradient: Float64Array) => number,
  start: Float64Array,
  options: DescendOptions,
  progress: Progress,
): Outcome {
  const { solver, maxSteps, unit, certified, separated, resumed = false } = options;
  const gradient = new Float64Array(start.length);
  const scaled: Objective = {
    value: (theta) => objective(theta, gradient) / unit,
    valueAndGradient(theta) {
      const value = objective(theta, gradient) / unit;
      return { value, gradient: gradient.map((g) => g / unit) };
    },
  };
  if (!resumed) progress.record(objective(start, gradient));
  if (certified(start)) return { theta: start, ended: "certified" };
  let asked = Infinity;
  const loop = iterateVector(scaled, start, { solver, maxSteps, rtol: 0, atol: 0 });
  for (;;) {
    const next = loop.next();
    if (next.done === true) {
      const { x, status, message } = next.value;
      return status === "max-steps" ? { theta: x, ended: status } : { theta: x, ended: "no-progress", note: message };
    }
    const { x, value, gradNorm } = next.value;
    progress.record(value * unit);
    if (progress.aborted()) return { theta: x, ended: "aborted" };
    if (gradNorm > 0.5 * asked) continue;
    asked = gradNorm;
    if (certified(x)) return { theta: x, ended: "certified" };
    if (separated?.(x) === true) return { theta: x, ended: "separated" };
  }
}
