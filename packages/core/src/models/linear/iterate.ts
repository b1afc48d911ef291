// Least squares and ridge by iterations: L-BFGS, gradient descent to teach and to compare, mini-batches.
import { gradientDescent, lbfgs } from "../../solve/index.ts";
import { descend, type Outcome } from "../descend.ts";
import type { Progress } from "../progress.ts";
import { type Stochastic, takeRows, trainStochastically } from "../stochastic.ts";
import { type Problem, valueAndGradient } from "./problem.ts";
import type { System } from "./system.ts";

export interface IterateOptions {
  readonly maxSteps: number | undefined;
  /** P₀: the means alone. */
  readonly nullObjective: number;
  /** Whether W "d t" with b (its best value where undefined) is good enough. */
  certified(W: Float64Array, b: Float64Array | undefined): boolean;
}

/** L-BFGS from w = 0 on the centered columns, each scaled to size 1. θ of the outcome is W. */
export function solveByLbfgs(system: System, l2: number, options: IterateOptions, progress: Progress): Outcome {
  const { n, d, t, A, B, totalWeight } = system;
  const { maxSteps = 1000, nullObjective, certified } = options;
  const squares = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) squares[j]! += A[i * d + j]! ** 2;
  const sizes = squares.map((square) => (square > 0 ? Math.sqrt(square / totalWeight) : 1));
  const scaled: Problem = {
    n,
    d,
    t,
    X: A.map((a, at) => a / sizes[at % d]!),
    Y: B,
    weights: new Float64Array(n).fill(1),
    totalWeight,
    penalties: sizes.map((size) => l2 / size ** 2),
    intercept: false,
  };
  const toW = (theta: Float64Array) => theta.map((w, at) => w / sizes[Math.floor(at / t)]!);
  const outcome = descend(
    (theta, gradient) => valueAndGradient(scaled, theta, gradient),
    new Float64Array(d * t),
    {
      solver: lbfgs(),
      maxSteps,
      unit: nullObjective > 0 ? nullObjective : 1,
      certified: (theta) => certified(toW(theta), undefined),
    },
    progress,
  );
  return { ...outcome, theta: toW(outcome.theta) };
}

/** Full-batch descent from w = 0, b = 0 on the columns as they are, with the best constant rate. θ is W, then b. */
export function solveByDescent(problem: Problem, options: IterateOptions, progress: Progress): Outcome {
  const { d, t, intercept } = problem;
  const { maxSteps = 10_000, certified } = options;
  const split = d * t;
  return descend(
    (theta, gradient) => valueAndGradient(problem, theta, gradient),
    new Float64Array(intercept ? split + t : split),
    {
      solver: gradientDescent({ learningRate: "auto" }),
      maxSteps,
      unit: 1,
      certified: (theta) =>
        certified(theta.subarray(0, split), intercept ? theta.subarray(split) : new Float64Array(t)),
    },
    progress,
  );
}

/** Mini-batches from zero on the columns as they are. θ is W, then b. `vector`: y is a list, so that W is one too. */
export function solveByBatches(problem: Problem, vector: boolean, solver: Stochastic, progress: Progress): Outcome {
  const { n, d, t, X, Y, weights, totalWeight, intercept } = problem;
  return trainStochastically(
    {
      n,
      coefShape: vector ? [d] : [d, t],
      interceptShape: intercept ? (vector ? [] : [t]) : undefined,
      objective: (theta, gradient) => valueAndGradient(problem, theta, gradient),
      onRows(rows) {
        const batch: Problem = {
          ...problem,
          n: rows.length,
          X: takeRows(X, d, rows),
          Y: takeRows(Y, t, rows),
          weights: Float64Array.from(rows, (row) => weights[row]!),
          totalWeight: (totalWeight * rows.length) / n,
        };
        return (theta, gradient) => valueAndGradient(batch, theta, gradient);
      },
    },
    solver,
    progress,
  );
}
