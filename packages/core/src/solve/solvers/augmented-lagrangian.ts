import { formatNumber, OptionChecker } from "../../errors/index.ts";
import { clamped } from "../box.ts";
import { noMultipliers, violationOf } from "../kkt.ts";
import { drain, runLoop } from "../loop.ts";
import { transposedProduct } from "../problem.ts";
import { newtonStep } from "../slsqp/end-game.ts";
import { restorationStep } from "../slsqp/restoration.ts";
import {
  isStop,
  type Minimizer,
  type MultiplierVectors,
  type Objective,
  type Point,
  type Problem,
  type Proposal,
  type Stop,
} from "../solver.ts";
import { difference, maxNorm, moved } from "../vector.ts";
import { lbfgs } from "./lbfgs.ts";

interface State {
  readonly lambda: Float64Array;
  readonly mu: Float64Array;
  readonly rho: number;
  /** Of the last outer step. */
  readonly violation: number;
  readonly steps: number;
}

const LARGEST_RHO = 1e12;

/**
 * Augmented Lagrangian: constraints become a penalty whose center moves, so that the penalty need not grow without end
 *
 *     minimize f + Σ(λg + ½ρg²) + (1/2ρ)·Σ((μ − ρh)₊² − μ²)  in the box;   λ ← λ + ρg,  μ ← (μ − ρh)₊
 *
 * Given:    value, gradient, Jacobian; an inner solver that takes bounds where there are bounds, default `lbfgs()`
 * Returns:  through the loop of `minimize`; one step is one inner minimization
 * Method:   Nocedal & Wright (2006), framework 17.3, (17.65); ρ ×10 when the violation does not fall by 4
 * Stops:    the loop tests the residuals; "infeasible" at a stationary point of the violation, "unbounded" when the inner solver says so
 * Cost:     tens of values and gradients per step; no matrix is factored, so n may be large
 * Traps:    the inner problem is solved to 0.1ᵏ at step k: exact solutions early are wasted
 * Tests:    the problems of Hock & Schittkowski; multipliers against those of `slsqp`
 *
 * @throws OptionError when `inner` handles constraints itself.
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { augmentedLagrangian, equality, minimize } from "steepest/solve";
 * const onLine = equality((p: NDArray) => p.sum().sub(1));
 * const f = (p: NDArray) => p.square().sum();
 * const { x } = minimize(f, [0, 0], { solver: augmentedLagrangian(), constraints: [onLine] });
 * console.log(x.toArray().map((v) => v.toFixed(6))); // ["0.500000", "0.500000"]
 * ```
 */
export function augmentedLagrangian(options: { inner?: Minimizer } = {}): Minimizer {
  const checker = new OptionChecker("augmentedLagrangian", options, ["inner"]);
  const { inner = lbfgs() } = options;
  if (typeof inner?.step !== "function") checker.fail("inner", "inner must be a solver, such as lbfgs().");
  checker.done();
  return {
    name: "augmentedLagrangian",
    needs: inner.needs,
    handles: ["equality", "inequality", ...(inner.handles.includes("bounds") ? (["bounds"] as const) : [])],
    init: (problem, start): State => ({
      lambda: new Float64Array(problem.equalities),
      mu: new Float64Array(problem.inequalities),
      rho: firstPenalty(problem, start),
      violation: violationOf(start.constraints ?? new Float64Array(0), problem.equalities),
      steps: 0,
    }),
    step: (problem, at, state) => step(problem, at, state as State, inner),
    refine: newtonStep,
  };
}

/** Violation and objective weigh alike: 2|f|/‖violation‖², within [1e-2, 1e2]… Birgin & Martínez (2014), section 12.4. */
function firstPenalty(problem: Problem, { value, constraints = new Float64Array(0) }: Point): number {
  let square = 0;
  for (let k = 0; k < constraints.length; k++) {
    const v = k < problem.equalities ? constraints[k]! : Math.min(0, constraints[k]!);
    square += v * v;
  }
  return Math.min(Math.max((2 * Math.max(1, Math.abs(value))) / Math.max(1e-8, square), 1), 1e2);
}

function step(problem: Problem, at: Point, state: State, inner: Minimizer): Proposal<State> | Stop {
  const { rho, lambda, mu } = state;
  if (state.steps >= 3 && state.violation <= 1e-4 && problem.exactCurvature) {
    // near the end Newton is worth more than another inner minimization to ever tighter tolerances
    const exact = newtonStep(problem, at, multipliersOf(problem, at, lambda, mu));
    if (exact !== undefined) {
      const { equality, inequality } = exact.multipliers;
      return { ...exact, stepSize: 1, state: { ...state, lambda: equality, mu: inequality, steps: state.steps + 1 } };
    }
  }
  const objective = augmented(problem, lambda, mu, rho);
  const { gradient } = objective.valueAndGradient(at.x);
  const left = difference(clamped(moved(at.x, -1, gradient), problem.box), at.x);
  const atol = Math.max(1e-9, Math.min(0.1 ** (state.steps + 1), 0.1 * maxNorm(left)));
  const solution = drain(
    runLoop({
      owner: "augmentedLagrangian",
      objective,
      start: at.x,
      solver: inner,
      options: { maxSteps: 500, atol, rtol: 0 },
      box: problem.box,
      present: (x) => x,
    }),
  );
  if (solution.status === "unbounded") {
    const left = violationOf(problem.values(solution.x).constraints, problem.equalities);
    if (rho < 1e8 && !(left <= 1e-6 * maxNorm(solution.x)))
      return step(problem, at, { ...state, rho: 10 * rho }, inner);
    return { status: "unbounded", reason: `the value of the inner problem fell to ${formatNumber(solution.value)}` };
  }
  const x = solution.status === "nonfinite" ? at.x : solution.x;
  const point = problem.evaluate(x);
  const c = point.constraints ?? new Float64Array(0);
  const violation = violationOf(c, problem.equalities);
  if (violation > 1e-7 && (rho >= LARGEST_RHO || hasNoPull(problem, point))) {
    const restored = restorationStep(problem, point);
    if (isStop(restored)) return restored;
    if (hasNoPull(problem, point)) return { point: restored, stepSize: 1, state: { ...state, steps: state.steps + 1 } };
  }
  if (rho >= LARGEST_RHO && maxNorm(difference(x, at.x)) === 0) {
    return { status: "stalled", reason: "neither the point nor its multipliers move any more" };
  }
  const nextLambda = lambda.map((v, k) => v + rho * c[k]!);
  const nextMu = mu.map((v, k) => Math.max(0, v - rho * c[problem.equalities + k]!));
  const enough = violation <= 0.25 * state.violation || violation <= 1e-10;
  return {
    point,
    stepSize: 1,
    multipliers: multipliersOf(problem, point, nextLambda, nextMu),
    state: {
      lambda: nextLambda,
      mu: nextMu,
      rho: enough ? rho : Math.min(LARGEST_RHO, 10 * rho),
      violation,
      steps: state.steps + 1,
    },
  };
}

/** The violation has no slope (x² ≥ 1 at 0): no multiplier, however large, moves the point. */
function hasNoPull({ equalities, size }: Problem, { constraints, jacobian }: Point): boolean {
  if (constraints === undefined || jacobian === undefined) return false;
  const violated = constraints.map((v, k) => (k < equalities ? v : Math.min(0, v)));
  return maxNorm(transposedProduct(jacobian, violated, size)) <= 1e-10 * maxNorm(violated);
}

function augmented(problem: Problem, lambda: Float64Array, mu: Float64Array, rho: number): Objective {
  const { equalities } = problem;
  const worth = (value: number, c: Float64Array): number => {
    let sum = value;
    for (let k = 0; k < equalities; k++) sum += c[k]! * (lambda[k]! + 0.5 * rho * c[k]!);
    for (let k = 0; k < mu.length; k++) {
      const pushed = Math.max(0, mu[k]! - rho * c[equalities + k]!);
      sum += (pushed * pushed - mu[k]! * mu[k]!) / (2 * rho);
    }
    return sum;
  };
  return {
    value(x) {
      const { value, constraints } = problem.values(x);
      return worth(value, constraints);
    },
    valueAndGradient(x) {
      const {
        value,
        gradient,
        constraints = new Float64Array(0),
        jacobian = new Float64Array(0),
      } = problem.evaluate(x);
      const weights = constraints.map((c, k) =>
        k < equalities ? lambda[k]! + rho * c : -Math.max(0, mu[k - equalities]! - rho * c),
      );
      const pull = transposedProduct(jacobian, weights, x.length);
      return { value: worth(value, constraints), gradient: gradient.map((g, i) => g + pull[i]!) };
    },
  };
}

/** Those of the bounds balance what is left of the gradient. */
function multipliersOf(
  problem: Problem,
  point: Point,
  equality: Float64Array,
  inequality: Float64Array,
): MultiplierVectors {
  const { size, box } = problem;
  const result = { ...noMultipliers(size), equality, inequality };
  if (box === undefined) return result;
  const weights = Float64Array.of(...equality, ...inequality.map((v) => -v));
  const pull = transposedProduct(point.jacobian ?? new Float64Array(0), weights, size);
  for (let i = 0; i < size; i++) {
    const slope = point.gradient[i]! + pull[i]!;
    if (point.x[i] === box.lower[i]) result.lower[i] = Math.max(0, slope);
    if (point.x[i] === box.upper[i]) result.upper[i] = Math.max(0, -slope);
  }
  return result;
}
