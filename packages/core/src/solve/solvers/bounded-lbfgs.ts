// L-BFGS inside of a box, by projection: the part of `lbfgs` that is used when there are bounds.
import { formatNumber } from "../../errors/index.ts";
import { clamped } from "../box.ts";
import { type Box, type Point, type Problem, type Proposal, roundingOf, type Stop } from "../solver.ts";
import { difference, dot, euclideanNorm, negated } from "../vector.ts";
import { type Pair, pairOf, twoLoop } from "./pairs.ts";

export interface BoundedState {
  readonly pairs: readonly Pair[];
  /** Lowest projected gradient so far, and steps since f or it fell by more than rounding. */
  readonly lowest: number;
  readonly idle: number;
  /** The last step showed no positive curvature. */
  readonly flat: boolean;
}

export const MOST_IDLE = 20;
const MOST_TRIALS = 60;
/** In sizes of x. */
const LONGEST_STEP = 1e6;

/**
 * One step of projected L-BFGS:  x ← P(x + t·d),   d = −H∇f on the free variables, 0 on the held ones
 *
 * Given:    value and gradient, a box, pairs (s, y)
 * Returns:  a point of the box with f lower by 1e-4·∇f·(x⁺ − x), up to rounding
 * Method:   held are variables within min(1e-3, ‖P(x − ∇f) − x‖) of a bound that ∇f pushes against; the two loops run on pairs
 *           cut to the free ones. Bertsekas (1982), section 2 (two-metric projection); Kim, Sra & Dhillon (2010)
 * Traps:    without the band around the bounds the held set zigzags; the step is clamped, so no iterate leaves the box by one ulp
 */
export function boundedStep(
  problem: Problem,
  box: Box,
  at: Point,
  state: BoundedState,
  memory: number,
): Proposal<BoundedState> | Stop {
  const { x, gradient } = at;
  const n = x.length;
  const projected = projectedGradient(at, box);
  const band = Math.min(1e-3, euclideanNorm(projected));
  const free = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const heldBelow = x[i]! - box.lower[i]! <= band && gradient[i]! > 0;
    const heldAbove = box.upper[i]! - x[i]! <= band && gradient[i]! < 0;
    free[i] = heldBelow || heldAbove ? 0 : 1;
  }
  const cut = (v: Float64Array) => v.map((entry, i) => (free[i] === 1 ? entry : 0));
  const pairs = state.pairs.flatMap(({ s, y }) => {
    const part = { s: cut(s), y: cut(y) };
    const sy = dot(part.s, part.y);
    return sy > 1e-10 * euclideanNorm(part.s) * euclideanNorm(part.y) ? [{ ...part, sy }] : [];
  });
  const d = negated(twoLoop(cut(gradient), pairs));
  // held variables go straight to their bound
  for (let i = 0; i < n; i++) if (free[i] === 0) d[i] = (gradient[i]! > 0 ? box.lower[i]! : box.upper[i]!) - x[i]!;
  let t = pairs.length > 0 ? 1 : Math.min(1, 1 / euclideanNorm(projected));
  const rounding = roundingOf(at.value);
  let promised = 0;
  const trialAt = (t: number) =>
    clamped(
      x.map((v, i) => v + (free[i] === 1 ? t : Math.min(1, t)) * d[i]!),
      box,
    );
  for (let count = 0; count < MOST_TRIALS; count++, t *= count < 3 ? 0.5 : 0.2) {
    let trial = trialAt(t);
    const along = dot(gradient, difference(trial, x));
    if (count === 0) promised = -along;
    const value = problem.value(trial);
    if (!(value <= at.value + 1e-4 * along + rounding && value > -Infinity)) continue;
    if (count === 0 && pairs.length === 0 && state.flat) {
      // the last step showed no curvature, so nothing is known of a length: tenfold ones while f falls as its slope says
      const longest = (LONGEST_STEP * (1 + euclideanNorm(x))) / euclideanNorm(d);
      for (let far = 10 * t; far <= longest; far *= 10) {
        const next = trialAt(far);
        const slope = dot(gradient, difference(next, x));
        if (!(slope < dot(gradient, difference(trial, x)) && problem.value(next) <= at.value + 0.5 * slope)) break;
        [trial, t] = [next, far];
      }
    }
    const point = problem.evaluate(trial);
    const size = euclideanNorm(projectedGradient(point, box));
    const progress = point.value < at.value - rounding || size < 0.9 * state.lowest;
    const pair = pairOf(at, point);
    const kept = pair === undefined ? state.pairs : [...state.pairs, pair].slice(-memory);
    const lowest = Math.min(state.lowest, size);
    const next = { pairs: kept, lowest, idle: progress ? 0 : state.idle + 1, flat: pair === undefined };
    return { point, stepSize: t, state: next };
  }
  if (state.pairs.length > 0) return boundedStep(problem, box, at, { ...state, pairs: [] }, memory);
  return promised <= rounding
    ? {
        status: "stalled",
        reason: `a step would lower f by about ${formatNumber(promised)}, which is below its rounding`,
      }
    : { status: "line-search-failed", reason: "f does not fall along its projected gradient" };
}

/** P(x − ∇f) − x */
export function projectedGradient({ x, gradient }: Point, box: Box): Float64Array {
  return difference(
    clamped(
      x.map((v, i) => v - gradient[i]!),
      box,
    ),
    x,
  );
}
