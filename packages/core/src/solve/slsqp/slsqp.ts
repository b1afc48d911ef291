import { formatNumber } from "../../errors/index.ts";
import { clamped } from "../box.ts";
import { type Factor, inverseFactor } from "../dense/dual-active-set.ts";
import { addOuter, rowProducts } from "../dense/rows.ts";
import { noMultipliers, signedWeights, violationOf } from "../kkt.ts";
import { activeSetOf, dependentNormals } from "../multipliers.ts";
import { transposedProduct } from "../problem.ts";
import {
  isStop,
  type Minimizer,
  type MultiplierVectors,
  type Point,
  type Problem,
  type Proposal,
  type Stop,
} from "../solver.ts";
import { difference, dot, euclideanNorm, maxNorm, moved } from "../vector.ts";
import { newtonStep, residualSize } from "./end-game.ts";
import { asTrial, merit, meritRounding, nextWeights, type Trial, trialAt } from "./merit.ts";
import { halfSquaredViolation, restorationStep } from "./restoration.ts";
import { asSubproblem, linearized, relaxed, type Subproblem, violations } from "./subproblem.ts";

interface State {
  /** Positive definite, of the Hessian of the Lagrangian. */
  readonly B: Float64Array;
  /** Of the merit function, one per constraint. */
  readonly weights: Float64Array;
  readonly multipliers: MultiplierVectors;
  /** Pairs that B has seen since it was the identity. */
  readonly pairs: number;
  readonly resets: number;
  /** Steps for which the active set has not changed, and what it is. */
  readonly stable: number;
  readonly active: string;
  /** Steps to wait before exact second derivatives are tried again, and how long the last wait was. */
  readonly wait: number;
  readonly lastWait: number;
  /** The last step was one with exact second derivatives and converged fast: the next one begins with that. */
  readonly exact: boolean;
  /** Half the squared violation to get below before the objective counts again; undefined outside of restoration. */
  readonly restoreBelow: number | undefined;
}

/** A point with what the next quadratic program needs to know. */
type Accepted = Proposal<State>;

const MOST_RESETS = 5;
const SMALLEST_STEP = 1e-10;
/** The share of the residuals that a step of Newton's method leaves where it converges faster than linearly. */
const FAST = 0.1;

/**
 * Sequential least-squares programming, for smooth problems of up to a few hundred variables
 *
 *     minimize f(x)   subject to   g(x) = 0,  h(x) ≥ 0,  lower ≤ x ≤ upper
 *
 * Given:    values, gradients and the Jacobian; exact products with second derivatives, where there are any, for the last steps
 * Returns:  through the loop of `minimize`, with multipliers of all constraints and bounds
 * Method:   per step the quadratic program of the linearized problem with a damped BFGS matrix B of the Lagrangian, solved by
 *           a dual active-set method (`solveStrictQp`); line search on the exact penalty function f + Σν·violation with
 *           ν ← max(|λ|, ½(ν + |λ|)); a second-order correction where the full step fails. Kraft (1988); Powell (1978);
 *           Nocedal & Wright (2006), algorithm 18.3, procedure 18.2, (18.36).
 *           Inconsistent linearization: slacks with a quadratic penalty; where that does not help, steps for the violation
 *           alone, until it has halved or its stationary point is reached ("infeasible").
 *           Near the end (same active set three times, or short steps): Newton on the optimality conditions with the exact
 *           Hessian of the Lagrangian, taken when the residuals halve.
 * Stops:    the loop tests the residuals; "infeasible", "stalled" and "line-search-failed" with their reasons
 * Cost:     per step one value, gradient and Jacobian, and O(n³ + mn²); in the last steps a Hessian
 * Traps:    differences of f are rounding near the optimum, and a line search then fails at a point that is right. The last
 *           steps look at residuals instead, which is why tight tolerances are met.
 *           Dependent normals: the multipliers are one choice among many; without any choice (x³ ≥ y ≥ 0 at 0) it stalls.
 * Tests:    problems of Hock & Schittkowski with residuals recomputed; infeasible problems; Maratos; bounds at every evaluation
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { equality, minimize, slsqp } from "steepest/solve";
 * const product = (p: NDArray) => p.at(0).mul(p.at(1)).sum().neg();
 * const fence = equality((p: NDArray) => p.at(0).mul(2).add(p.at(1)).sub(100));
 * const { x, multipliers } = minimize(product, [10, 10], { solver: slsqp(), constraints: [fence] });
 * console.log(x.toArray().map(Math.round), Math.round(multipliers.equality[0]!)); // [25, 50] 25
 * ```
 */
export function slsqp(): Minimizer {
  return {
    name: "slsqp",
    needs: "gradient",
    handles: ["bounds", "equality", "inequality"],
    init: (problem, start): State => ({
      B: identity(problem.size, firstScale(start)),
      weights: new Float64Array(problem.equalities + problem.inequalities),
      multipliers: noMultipliers(problem.size, problem.equalities, problem.inequalities),
      pairs: 0,
      resets: 0,
      stable: 0,
      active: "",
      wait: 0,
      lastWait: 0,
      exact: false,
      restoreBelow: undefined,
    }),
    step: (problem, at, state) => step(problem, at, state as State),
    refine: (problem, at, multipliers) => (problem.exactCurvature ? newtonStep(problem, at, multipliers) : undefined),
  };
}

function step(problem: Problem, at: Point, state: State): Accepted | Stop {
  const { equalities } = problem;
  if (state.restoreBelow !== undefined && halfSquaredViolation(at.constraints!, equalities) > state.restoreBelow) {
    return restore(problem, at, state);
  }
  if (state.exact) {
    const exact = exactStep(problem, at, state, state.multipliers);
    if (exact !== undefined) return exact;
  }
  const current = { ...state, exact: false, restoreBelow: undefined };
  problem.countFactorization();
  const factor = inverseFactor(current.B, problem.size);
  if (factor === undefined) return reset(problem, at, current) ?? stalled(problem, at);
  const result = linearized(problem, at, current.B, factor);
  const consistent = result.status === "solved";
  const sub = consistent ? asSubproblem(problem, result) : relaxed(problem, at, current.B);
  if (sub === undefined) return restore(problem, at, current);
  const signature = consistent ? signatureOf(sub.multipliers) : "";
  const stable = consistent && signature === current.active ? current.stable + 1 : 0;
  const seen: State = { ...current, active: signature, stable, wait: Math.max(0, current.wait - 1) };
  const near = stable >= 2 || maxNorm(sub.d) <= 1e-3 * (1 + maxNorm(at.x));
  if (consistent && problem.exactCurvature && near && seen.wait === 0) {
    const exact = exactStep(problem, at, seen, sub.multipliers);
    if (exact !== undefined) return exact;
    const lastWait = Math.min(16, Math.max(1, 2 * seen.lastWait));
    return search(problem, at, { ...seen, wait: lastWait + 1, lastWait }, sub, factor);
  }
  return search(problem, at, seen, sub, factor);
}

/** Newton's, where the residuals halve. */
function exactStep(problem: Problem, at: Point, state: State, near: MultiplierVectors): Accepted | undefined {
  const found = newtonStep(problem, at, near);
  if (found === undefined) return undefined;
  const { point, multipliers, left } = found;
  const next = learned(problem, state, at, point, multipliers);
  return { point, stepSize: 1, multipliers, state: { ...next, exact: left <= FAST } };
}

/** A step along d that lowers the merit function, or what is left where none does. */
function search(
  problem: Problem,
  at: Point,
  state: State,
  sub: Subproblem,
  factor: Factor | undefined,
): Accepted | Stop {
  const { equalities } = problem;
  const { d, multipliers, left } = sub;
  const weights = nextWeights(state.weights, signedWeights(multipliers));
  const c = at.constraints ?? new Float64Array(0);
  const before = merit(at, equalities, weights);
  // φ′(x; d) ≤ ∇f·d + Σν(violation that is left − violation)
  const slope = dot(at.gradient, d) + dot(weights, left) - dot(weights, violations(c, equalities));
  const rounding = meritRounding(at, weights);
  const enough = (trial: Trial, t: number) => trial.merit <= before + 1e-4 * t * Math.min(0, slope) + rounding;
  const accept = (point: Point, t: number): Accepted => {
    return { point, stepSize: t, multipliers, state: learned(problem, { ...state, weights }, at, point, multipliers) };
  };
  let t = 1;
  for (let first = true; t > SMALLEST_STEP; first = false) {
    // the full step is mostly taken: its derivatives are computed along
    const full = first ? problem.evaluate(clamped(moved(at.x, 1, d), problem.box)) : undefined;
    const trial = full === undefined ? trialAt(problem, at, d, t, weights) : asTrial(full, equalities, weights);
    if (enough(trial, t)) return accept(full ?? problem.evaluate(trial.x), t);
    if (first && c.length > 0 && Number.isFinite(trial.merit)) {
      const corrected = secondOrderCorrection(problem, at, state, d, trial, factor);
      if (corrected !== undefined) {
        const again = trialAt(problem, at, corrected, 1, weights);
        if (enough(again, 1)) return accept(problem.evaluate(again.x), 1);
      }
    }
    // minimum of the parabola through φ, φ′ and the trial, kept within a tenth and a half
    const parabola = Number.isFinite(trial.merit) ? (-slope * t * t) / (2 * (trial.merit - before - slope * t)) : 0;
    t = parabola > 0.1 * t ? Math.min(parabola, 0.5 * t) : Number.isFinite(trial.merit) ? 0.1 * t : 0.5 * t;
  }
  return whenNothingFalls(problem, at, state, sub);
}

/** d such that c(x + d) vanishes to second order: the same program with the constraints as they are at x + d. */
function secondOrderCorrection(
  problem: Problem,
  at: Point,
  state: State,
  d: Float64Array,
  trial: Trial,
  factor: Factor | undefined,
): Float64Array | undefined {
  const n = problem.size;
  const shifted = trial.constraints.map((value, k) => {
    let along = 0;
    for (let j = 0; j < n; j++) along += at.jacobian![k * n + j]! * d[j]!;
    return value - along;
  });
  if (!Number.isFinite(maxNorm(shifted))) return undefined;
  const result = linearized(problem, at, state.B, factor, shifted);
  return result.status === "solved" && euclideanNorm(result.x) <= 2 * euclideanNorm(d) ? result.x : undefined;
}

/** The merit function does not fall along d: rounding, a bad matrix, or constraints in the way. */
function whenNothingFalls(problem: Problem, at: Point, state: State, sub: Subproblem): Accepted | Stop {
  const { d, multipliers } = sub;
  const full = trialAt(problem, at, d, 1, state.weights);
  if (Number.isFinite(full.merit)) {
    const point = problem.evaluate(full.x);
    if (residualSize(problem, point, multipliers) < 0.9 * residualSize(problem, at, multipliers)) {
      return { point, stepSize: 1, multipliers, state: learned(problem, state, at, point, multipliers) };
    }
  }
  const again = reset(problem, at, state);
  if (again !== undefined) return again;
  const violation = violationOf(at.constraints ?? new Float64Array(0), problem.equalities);
  if (violation > 1e-6 && state.restoreBelow === undefined) return restore(problem, at, state);
  return stalled(problem, at, dot(at.gradient, d));
}

/** Starts again with a scaled identity; undefined when B is one already, or too many times. */
function reset(problem: Problem, at: Point, state: State): Accepted | Stop | undefined {
  if (state.pairs === 0 || state.resets >= MOST_RESETS) return undefined;
  const B = identity(problem.size, firstScale(at));
  return step(problem, at, { ...state, B, pairs: 0, resets: state.resets + 1, weights: state.weights.map(() => 0) });
}

function stalled(problem: Problem, at: Point, slope: number = 0): Stop {
  const active = activeSetOf(at, problem.equalities, problem.box, 1e-6);
  const dependent =
    problem.equalities + problem.inequalities === 0 ? [] : dependentNormals(at, problem.equalities, active);
  const rows = dependent.map((k) => normalName(k, problem.equalities, active)).join(", ");
  const because =
    dependent.length > 0
      ? `; the normals of the active constraints depend on each other (${rows}), so there may be no multipliers`
      : "";
  return {
    status:
      Math.abs(slope) <= 1e-8 * (1 + Math.abs(at.value)) || dependent.length > 0 ? "stalled" : "line-search-failed",
    reason: `no step lowers f and the violation any more (slope ${formatNumber(slope)})${because}`,
  };
}

function normalName(k: number, equalities: number, active: ReturnType<typeof activeSetOf>): string {
  if (k < equalities) return `equality ${k}`;
  const inequality = active.inequalities[k - equalities];
  if (inequality !== undefined) return `inequality ${inequality}`;
  const left = k - equalities - active.inequalities.length;
  const lower = active.lower[left];
  return lower !== undefined ? `lower bound ${lower}` : `upper bound ${active.upper[left - active.lower.length]}`;
}

function restore(problem: Problem, at: Point, state: State): Accepted | Stop {
  if (at.constraints === undefined) return stalled(problem, at);
  const point = restorationStep(problem, at);
  if (isStop(point)) return point;
  const restoreBelow = state.restoreBelow ?? 0.25 * halfSquaredViolation(at.constraints, problem.equalities);
  const multipliers = noMultipliers(problem.size, problem.equalities, problem.inequalities);
  return { point, stepSize: 1, multipliers, state: { ...state, restoreBelow, stable: 0 } };
}

/** Damped BFGS, Nocedal & Wright (2006), procedure 18.2: y ← θy + (1 − θ)Bs where sᵀy < 0.2·sᵀBs. */
function learned(problem: Problem, state: State, before: Point, after: Point, multipliers: MultiplierVectors): State {
  const n = problem.size;
  const s = difference(after.x, before.x);
  const next = { ...state, multipliers };
  const y = difference(lagrangianGradient(after, multipliers), lagrangianGradient(before, multipliers));
  const ss = dot(s, s);
  if (!(ss > 0) || !Number.isFinite(maxNorm(y))) return next;
  let B = state.B;
  const curvature = dot(s, y) / ss;
  if (state.pairs === 0 && curvature > 0) B = identity(n, Math.min(Math.max(curvature, 1e-6), 1e8));
  const Bs = new Float64Array(n);
  rowProducts(B, n, 0, n, s, 0, Bs);
  const sBs = dot(s, Bs);
  const sy = dot(s, y);
  const theta = sy >= 0.2 * sBs ? 1 : (0.8 * sBs) / (sBs - sy);
  const r = y.map((v, i) => theta * v + (1 - theta) * Bs[i]!);
  const sr = dot(s, r);
  if (!(sr > 0 && sBs > 0)) return next;
  const updated = B.slice();
  addOuter(updated, n, 0, n, 1 / sr, r, r);
  addOuter(updated, n, 0, n, -1 / sBs, Bs, Bs);
  return { ...next, B: updated, pairs: state.pairs + 1 };
}

function lagrangianGradient({ x, gradient, jacobian }: Point, multipliers: MultiplierVectors): Float64Array {
  if (jacobian === undefined) return gradient;
  const pull = transposedProduct(jacobian, signedWeights(multipliers), x.length);
  return gradient.map((g, i) => g + pull[i]!);
}

/** Which inequalities and bounds carry a multiplier. */
function signatureOf({ inequality, lower, upper }: MultiplierVectors): string {
  return [inequality, lower, upper].map((mu) => mu.reduce((text, v) => text + (v > 0 ? "1" : "0"), "")).join("|");
}

/** The first step then is no longer than a tenth of x, where gradients are large. */
function firstScale({ x, gradient }: Point): number {
  return Math.max(1, euclideanNorm(gradient) / (10 * Math.max(1, euclideanNorm(x))));
}

function identity(n: number, scale: number): Float64Array {
  const to = new Float64Array(n * n);
  for (let i = 0; i < n; i++) to[i * n + i] = scale;
  return to;
}
