// Which solver, and how each is run.
import { gradientDescent, lbfgs } from "../../solve/index.ts";
import { descend, type Outcome } from "../descend.ts";
import type { Progress } from "../progress.ts";
import { isStochastic, type Stochastic, takeRows, trainStochastically } from "../stochastic.ts";
import type { Judge } from "./judge.ts";
import { newton } from "./newton.ts";
import { nullModel, type Problem, parameterCount, valueAndGradient } from "./problem.ts";
import { toOriginal, toScaled } from "./scaling.ts";

export type ChosenSolver = "newton" | "lbfgs" | "gradient-descent" | Stochastic;

/** Newton's matrix has the square of this many entries. */
const MOST_NEWTON_PARAMETERS = 300;

export function chooseSolver(solver: "auto" | ChosenSolver, problem: Problem): ChosenSolver {
  if (solver !== "auto") return solver;
  return parameterCount(problem) <= MOST_NEWTON_PARAMETERS ? "newton" : "lbfgs";
}

/** θ of the outcome is that of the features as they are, whatever the solver works with. */
export function search(judge: Judge, solver: ChosenSolver, maxSteps: number | undefined, progress: Progress): Outcome {
  if (solver === "gradient-descent") return byDescent(judge, maxSteps, progress);
  if (isStochastic(solver)) return byBatches(judge.problem, solver, progress);
  const outcome = (solver === "newton" ? byNewton : byLbfgs)(judge, maxSteps, progress);
  return { ...outcome, theta: toOriginal(judge.scaling, outcome.theta) };
}

function byNewton(judge: Judge, maxSteps = 100, progress: Progress): Outcome {
  const { scaled } = judge.scaling;
  const { tolerance, nullObjective, penalized } = judge;
  const certified = (theta: Float64Array) => judge.certifies(theta);
  const limits = { accuracy: 0.1 * tolerance * nullObjective, maxSteps, penalized, nullObjective, certified };
  return newton(scaled, nullModel(scaled), limits, progress);
}

function byLbfgs(judge: Judge, maxSteps = 1000, progress: Progress): Outcome {
  const { scaled } = judge.scaling;
  return descend(
    (theta, gradient) => valueAndGradient(scaled, theta, gradient),
    nullModel(scaled),
    {
      solver: lbfgs(),
      maxSteps,
      unit: judge.nullObjective,
      certified: (theta) => judge.certifies(theta),
      separated: (theta) => judge.hopeless(theta),
    },
    progress,
  );
}

/** On the features as they are, from zero. */
function byDescent(judge: Judge, maxSteps = 10_000, progress: Progress): Outcome {
  const { problem, scaling } = judge;
  return descend(
    (theta, gradient) => valueAndGradient(problem, theta, gradient),
    new Float64Array(parameterCount(problem)),
    {
      solver: gradientDescent({ learningRate: "auto" }),
      maxSteps,
      unit: 1,
      certified: (theta) => judge.certifies(toScaled(scaling, theta)),
      separated: (theta) => judge.hopeless(toScaled(scaling, theta)),
    },
    progress,
  );
}

function byBatches(problem: Problem, solver: Stochastic, progress: Progress): Outcome {
  const { n, d, k, X, codes, weights, totalWeight, intercept } = problem;
  return trainStochastically(
    {
      n,
      coefShape: k === 1 ? [d] : [d, k],
      interceptShape: intercept ? (k === 1 ? [] : [k]) : undefined,
      objective: (theta, gradient) => valueAndGradient(problem, theta, gradient),
      onRows(rows) {
        const batch: Problem = {
          ...problem,
          n: rows.length,
          X: takeRows(X, d, rows),
          codes: Int32Array.from(rows, (row) => codes[row]!),
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
