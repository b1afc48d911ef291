// Which solver, and how each is run.
import { gradientDescent, lbfgs } from "../../solve/index.ts";
import { descend, type Outcome } from "../descend.ts";
import type { Progress } from "../progress.ts";
import { isStochastic, type Stochastic, takeRows, trainStochastically } from "../stochastic.ts";
import { curvatureAt, fromWhitened, squaredDecrement, whitened } from "./curvature.ts";
import type { Judge } from "./judge.ts";
import { newton } from "./newton.ts";
import { nullModel, type Problem, parameterCount, valueAndGradient } from "./problem.ts";
import { startFromSample } from "./sample.ts";
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
  // without penalty the decrement before the last step has told enough; the verdict has the one after it
  const certified = (theta: Float64Array) => (penalized ? judge.certifies(theta) : judge.isPromising(theta));
  const limits = { accuracy: 0.1 * tolerance * nullObjective, maxSteps, penalized, nullObjective, certified };
  return newton(scaled, startFromSample(scaled, limits) ?? nullModel(scaled), limits, progress);
}

/** How often L-BFGS goes on in coordinates without correlation; each time costs a Hessian. */
const MOST_ROUNDS = 10;

/**
 * L-BFGS on the scaled columns. Without penalty correlated columns make it slow, and its small gradients mean little: the
 * Hessian is factored where it seems to be done, and if the optimum is further away the descent goes on in coordinates in
 * which that Hessian is the identity.
 */
function byLbfgs(judge: Judge, maxSteps = 1000, progress: Progress): Outcome {
  const { scaled } = judge.scaling;
  const inSteps = judge.certificate === "newton";
  const common = { solver: lbfgs(), unit: judge.nullObjective };
  let outcome = descend(
    (theta, gradient) => valueAndGradient(scaled, theta, gradient),
    nullModel(scaled),
    {
      ...common,
      maxSteps,
      certified: (theta) => (inSteps ? judge.isPromising(theta) : judge.certifies(theta)),
      separated: (theta) => judge.hopeless(theta),
    },
    progress,
  );
  for (let round = 0; inSteps && round < MOST_ROUNDS; round++) {
    if (outcome.ended !== "certified" && outcome.ended !== "no-progress") break;
    const origin = outcome.theta;
    const curvature = curvatureAt(scaled, origin);
    const thetaOf = (u: Float64Array) => fromWhitened(curvature, u).map((step, at) => origin[at]! + step);
    const small = (gradient: Float64Array) => squaredDecrement(curvature, gradient) <= judge.wanted;
    const gradient = new Float64Array(origin.length);
    valueAndGradient(scaled, origin, gradient);
    if (small(gradient)) return { theta: origin, ended: "certified" };
    if (progress.steps >= maxSteps) return { theta: origin, ended: "max-steps" };
    const next = descend(
      (u, gradientByU) => {
        const value = valueAndGradient(scaled, thetaOf(u), gradient);
        gradientByU.set(whitened(curvature, gradient));
        return value;
      },
      new Float64Array(origin.length),
      {
        ...common,
        maxSteps: maxSteps - progress.steps,
        resumed: true,
        certified(u) {
          valueAndGradient(scaled, thetaOf(u), gradient);
          return small(gradient);
        },
        separated: (u) => judge.hopeless(thetaOf(u)),
      },
      progress,
    );
    const theta = thetaOf(next.theta);
    if (next.ended === "no-progress" && next.theta.every((u) => u === 0)) return { ...next, theta };
    outcome = { ...next, theta };
  }
  return outcome;
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
