import { formatNumber, OptionChecker } from "../../errors/index.ts";
import { ldlInPlace, solveLdl } from "../dense/cholesky.ts";
import { noMultipliers, signedWeights, stationarityVector, violationOf } from "../kkt.ts";
import { estimateMultipliers } from "../multipliers.ts";
import { newtonStep, residualSize } from "../slsqp/end-game.ts";
import { restorationStep } from "../slsqp/restoration.ts";
import {
  type Box,
  isStop,
  type Minimizer,
  type MultiplierVectors,
  type Point,
  type Problem,
  type Proposal,
  type Stop,
} from "../solver.ts";
import { dot, maxNorm, moved } from "../vector.ts";

interface State {
  /** Slacks: h(x) − s = 0, s > 0. */
  readonly s: Float64Array;
  /** λ, μ of h, μ of bounds. */
  readonly dual: MultiplierVectors;
  /** Weight of the logarithms. */
  readonly barrier: number;
  /** Of the violation in the merit function. */
  readonly nu: number;
  /** Last shift of the Hessian. */
  readonly shift: number;
  readonly failures: number;
  /** The least violation so far, and steps since it last fell by a tenth. */
  readonly least: number;
  readonly idle: number;
}

interface Direction {
  readonly dx: Float64Array;
  readonly ds: Float64Array;
  /** Multipliers after a full step. */
  readonly next: MultiplierVectors;
  readonly shift: number;
}

const LARGEST_SHIFT = 1e20;
const MOST_IDLE = 15;
const LONGEST_STEP = 1e6;

/**
 * Primal-dual interior point, for problems with many inequalities and for starts far from the solution
 *
 *     minimize f − β·(Σ log s + Σ log(x − lower) + Σ log(upper − x))   subject to   g(x) = 0,  h(x) − s = 0,     β → 0
 *
 * Given:    values, gradients, the Jacobian, the Hessian of the Lagrangian
 * Returns:  through the loop of `minimize`, with multipliers of all constraints and bounds
 * Method:   Newton on the perturbed optimality conditions, slacks and bounds eliminated; [W + Σ + δI, J_gᵀ; J_g, −ε] = LDLᵀ with δ
 *           raised until the inertia is (n, number of equalities); fraction to the boundary max(.99, 1 − β); line search on
 *           barrier function + ν·violation; β ← min(β/5, β^1.5) when the conditions hold to 10β.
 *           Nocedal & Wright (2006), algorithms 19.1–19.3; Wächter & Biegler (2006), sections 2.1, 3.1.
 * Stops:    the loop tests the residuals, which end with Newton on the active set; "infeasible" at a stationary violation
 * Cost:     one Hessian and (n + equalities)³/3 per step
 * Traps:    the start is pushed inside of its bounds; variables whose bounds are equal stay where they are
 * Tests:    the problems of Hock & Schittkowski; infeasible problems; iterates strictly inside
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { inequality, interiorPoint, minimize } from "steepest/solve";
 * const inDisk = inequality((p: NDArray) => p.square().sum().neg().add(1));
 * const { x } = minimize((p: NDArray) => p.sum(), [0, 0], { solver: interiorPoint(), constraints: [inDisk] });
 * console.log(x.toArray().map((v) => v.toFixed(6))); // ["-0.707107", "-0.707107"]
 * ```
 */
export function interiorPoint(options: Record<string, never> = {}): Minimizer {
  new OptionChecker("interiorPoint", options, []).done();
  return {
    name: "interiorPoint",
    needs: "hessian",
    handles: ["bounds", "equality", "inequality"],
    init: (problem, start): State => initial(problem, start),
    step: (problem, at, state) => step(problem, at, state as State),
    refine: newtonStep,
  };
}

function initial(problem: Problem, start: Point): State {
  const { size, equalities, inequalities, box } = problem;
  const dual = noMultipliers(size, equalities, inequalities);
  if (equalities > 0) {
    const { equality } = estimateMultipliers(start, equalities, { inequalities: [], lower: [], upper: [] });
    if (maxNorm(equality) <= 1e3) dual.equality.set(equality); // larger ones say more of the Jacobian than of the solution
  }
  const barrier = 0.1;
  const s = (start.constraints ?? new Float64Array(0)).slice(equalities).map((h) => Math.max(h, 1e-2));
  for (let i = 0; i < inequalities; i++) dual.inequality[i] = barrier / s[i]!;
  if (box !== undefined) {
    const x = pushedInside(start.x, box);
    for (let i = 0; i < size; i++) {
      if (box.lower[i] === box.upper[i]) continue;
      if (box.lower[i]! > -Infinity) dual.lower[i] = barrier / (x[i]! - box.lower[i]!);
      if (box.upper[i]! < Infinity) dual.upper[i] = barrier / (box.upper[i]! - x[i]!);
    }
  }
  return { s, dual, barrier, nu: 1, shift: 0, failures: 0, least: Infinity, idle: 0 };
}

/** At least 1e-2 of max(1, |bound|) away from bounds, and of the width. Wächter & Biegler (2006), section 3.6. */
function pushedInside(x: Float64Array, { lower, upper }: Box): Float64Array {
  return x.map((v, i) => {
    const [l, u] = [lower[i]!, upper[i]!];
    if (l === u) return l;
    const below = Math.min(1e-2 * Math.max(1, Math.abs(l)), 1e-2 * (u - l));
    const above = Math.min(1e-2 * Math.max(1, Math.abs(u)), 1e-2 * (u - l));
    return Math.max(l > -Infinity ? l + below : -Infinity, Math.min(u < Infinity ? u - above : Infinity, v));
  });
}

function isInside(x: Float64Array, box: Box | undefined): boolean {
  return (
    box === undefined || x.every((v, i) => box.lower[i] === box.upper[i] || (v > box.lower[i]! && v < box.upper[i]!))
  );
}

function step(problem: Problem, given: Point, before: State): Proposal<State> | Stop {
  const { box } = problem;
  if (before.idle >= MOST_IDLE) return towardsFeasibility(problem, given, before);
  const at = isInside(given.x, box) ? given : problem.evaluate(pushedInside(given.x, box!));
  if (!Number.isFinite(at.value)) return { status: "nonfinite", reason: `f is ${at.value} inside of the bounds` };
  let state = before;
  while (state.barrier > 1e-11 && barrierError(problem, at, state) <= 10 * state.barrier) {
    state = { ...state, barrier: Math.max(1e-11, Math.min(state.barrier / 5, state.barrier ** 1.5)) };
  }
  if (state.barrier <= 1e-5) {
    // near the end Newton on the active set replaces the last barriers
    const exact = newtonStep(problem, at, state.dual);
    if (exact !== undefined && residualSize(problem, exact.point, exact.multipliers) <= 1e-9) {
      return { ...exact, stepSize: 1, state };
    }
  }
  const violated = violationOf(at.constraints ?? new Float64Array(0), problem.equalities);
  const falls = violated <= Math.max(0.9 * state.least, 1e-7);
  state = { ...state, least: falls ? violated : state.least, idle: falls ? 0 : state.idle + 1 };
  if (state.idle >= MOST_IDLE) return towardsFeasibility(problem, at, state);
  const direction = directionOf(problem, at, state);
  if (direction === undefined) return restored(problem, at, state);
  const { dx, ds, next, shift } = direction;
  const tau = Math.max(0.99, 1 - state.barrier);
  if (violated > 1e-6 && maxNorm(dx) <= 1e-12 * (1 + maxNorm(at.x))) return towardsFeasibility(problem, at, state);
  const c = at.constraints ?? new Float64Array(0);
  const violation = (constraints: Float64Array, s: Float64Array): number => {
    let sum = 0;
    for (let k = 0; k < constraints.length; k++) {
      sum += Math.abs(k < problem.equalities ? constraints[k]! : constraints[k]! - s[k - problem.equalities]!);
    }
    return sum;
  };
  const largest = Math.min(boxShare(at.x, dx, box, tau), positiveShare(state.s, ds, tau));
  const size = Math.max(maxNorm(next.equality), maxNorm(next.inequality));
  const nu = Math.max(1.5 * size, 0.5 * (state.nu + 1.5 * size), 1e-3);
  const worth = (value: number, constraints: Float64Array, x: Float64Array, s: Float64Array) =>
    value - state.barrier * logs(x, s, box) + nu * violation(constraints, s);
  const start = worth(at.value, c, at.x, state.s);
  const slope = barrierSlope(at, state, dx, ds, box) - nu * violation(c, state.s);
  const rounding = 2 ** -40 * Math.abs(start);
  /** Where the model has no curvature its length says nothing: tenfold steps while the merit function falls as its slope says. */
  const farther = (t: number): number => {
    const x = moved(at.x, 10 * t, dx);
    const s = moved(state.s, 10 * t, ds);
    if (10 * t > LONGEST_STEP || !isInside(x, box) || s.some((v) => !(v > 0))) return t;
    const { value, constraints } = problem.values(x);
    return worth(value, constraints, x, s) <= start + 5 * t * slope ? farther(10 * t) : t;
  };
  for (let t = largest, count = 0; count < 40 && t > 1e-9; count++, t /= 2) {
    let x = moved(at.x, t, dx);
    if (!isInside(x, box)) continue;
    let s = moved(state.s, t, ds);
    const { value, constraints } = problem.values(x);
    const merit = worth(value, constraints, x, s);
    const lower = merit <= start + 1e-4 * t * Math.min(0, slope) + rounding;
    if (!Number.isFinite(merit) || (!lower && count > 0)) continue;
    // a slack below its constraint may follow it: the logarithm grows, the violation vanishes
    s = s.map((v, i) => Math.max(v, constraints[problem.equalities + i]!));
    const far = lower && t === 1 && shift > 0 ? farther(1) : 1;
    if (far > 1) {
      x = moved(at.x, far, dx);
      s = moved(state.s, far, ds);
    }
    const dual = dualStep(problem, state, next, x, s);
    const point = problem.evaluate(x);
    const after = { ...state, s, dual, nu, shift, failures: 0 };
    // near curved constraints the merit function refuses good steps (Maratos): the conditions themselves decide there
    if (!lower && !(barrierError(problem, point, after) <= 0.7 * barrierError(problem, at, state))) continue;
    return { point, stepSize: t * far, multipliers: withFixed(problem, point, dual), state: after };
  }
  return restored(problem, at, state);
}

/** A step for the violation alone; at a feasible point a smaller barrier and a fresh matrix, then the end. */
function restored(problem: Problem, at: Point, state: State): Proposal<State> | Stop {
  if (state.failures < 3) {
    const fresh = { ...initial(problem, at), least: state.least, idle: state.idle };
    return step(problem, at, { ...fresh, barrier: Math.max(1e-9, state.barrier / 10), failures: state.failures + 1 });
  }
  const exact = newtonStep(problem, at, state.dual);
  if (exact !== undefined) {
    return {
      ...exact,
      stepSize: 1,
      state: { ...initial(problem, exact.point), dual: exact.multipliers, barrier: 1e-9 },
    };
  }
  const violated = violationOf(at.constraints ?? new Float64Array(0), problem.equalities);
  if (violated > 1e-8) return towardsFeasibility(problem, at, state);
  return {
    status: state.barrier <= 1e-9 ? "stalled" : "line-search-failed",
    reason: `no step lowers the barrier function at weight ${formatNumber(state.barrier)}`,
  };
}

function ended(problem: Problem, point: Point, state: State): Proposal<State> {
  return {
    point,
    stepSize: 1,
    state: { ...initial(problem, point), least: state.least, failures: state.failures + 1 },
  };
}

/** A step for the violation alone, or the end at its stationary point. */
function towardsFeasibility(problem: Problem, at: Point, state: State): Proposal<State> | Stop {
  const start = violationOf(at.constraints ?? new Float64Array(0), problem.equalities);
  let point = at;
  // to half the violation at once: between its steps the barrier would push away from bounds that are part of the answer
  for (let count = 0; count < 50; count++) {
    const next = restorationStep(problem, point);
    if (isStop(next))
      return point === at ? next : { ...ended(problem, point, state), state: { ...state, idle: MOST_IDLE } };
    point = next;
    if (violationOf(point.constraints!, problem.equalities) <= 0.5 * start) break;
  }
  return ended(problem, point, state);
}

/** Multipliers of variables whose bounds are equal: what balances the gradient there. */
function withFixed(problem: Problem, point: Point, dual: MultiplierVectors): MultiplierVectors {
  const { box, size } = problem;
  if (box === undefined || box.lower.every((l, i) => l !== box.upper[i])) return dual;
  const total = stationarityVector(
    point,
    { ...dual, lower: new Float64Array(size), upper: new Float64Array(size) },
    problem,
  );
  const lower = dual.lower.map((v, i) => (box.lower[i] === box.upper[i] ? Math.max(0, total[i]!) : v));
  const upper = dual.upper.map((v, i) => (box.lower[i] === box.upper[i] ? Math.max(0, -total[i]!) : v));
  return { ...dual, lower, upper };
}

function directionOf(problem: Problem, at: Point, state: State): Direction | undefined {
  const { size: n, equalities, inequalities, box } = problem;
  const { s, dual, barrier } = state;
  const J = at.jacobian ?? new Float64Array(0);
  const c = at.constraints ?? new Float64Array(0);
  const H = problem.lagrangianHessian(at.x, signedWeights(dual));
  if (!Number.isFinite(maxNorm(H))) return undefined;
  const right = at.gradient.map((g) => -g);
  // pivots below this say nothing about curvature; the barrier's entries, which may be huge, do not count
  const tiny = 1e-9 * Math.max(1, maxNorm(H));
  for (let k = 0; k < inequalities; k++) {
    const sigma = dual.inequality[k]! / s[k]!;
    const row = (equalities + k) * n;
    const push = barrier / s[k]! - sigma * (c[equalities + k]! - s[k]!);
    for (let i = 0; i < n; i++) {
      const a = J[row + i]!;
      if (a === 0) continue;
      right[i]! += a * push;
      for (let j = 0; j < n; j++) H[i * n + j]! += sigma * a * J[row + j]!;
    }
  }
  const fixed = (i: number) => box !== undefined && box.lower[i] === box.upper[i];
  for (let i = 0; box !== undefined && i < n; i++) {
    if (fixed(i)) continue;
    const [below, above] = [at.x[i]! - box.lower[i]!, box.upper[i]! - at.x[i]!];
    H[i * n + i]! += dual.lower[i]! / below + dual.upper[i]! / above;
    right[i]! += barrierOf(barrier, below) - barrierOf(barrier, above);
  }
  // ρJ_gᵀJ_g on both sides changes nothing at J_g·dx = −g, and keeps pivots away from 0 where W alone is singular
  const size = Math.max(1, maxNorm(H));
  for (let k = 0; k < equalities; k++) {
    const row = J.subarray(k * n, (k + 1) * n);
    const rho = size / Math.max(dot(row, row), 1e-8);
    for (let i = 0; i < n; i++) {
      const factor = rho * row[i]!;
      if (factor === 0) continue;
      right[i]! -= factor * c[k]!;
      for (let j = 0; j < n; j++) H[i * n + j]! += factor * row[j]!;
    }
  }
  const all = n + equalities;
  const K = new Float64Array(all * all);
  const b = new Float64Array(all);
  for (let i = 0; i < n; i++) {
    if (fixed(i)) {
      K[i * all + i] = 1;
      continue;
    }
    for (let j = 0; j < n; j++) if (!fixed(j)) K[i * all + j] = H[i * n + j]!;
    b[i] = right[i]!;
  }
  for (let k = 0; k < equalities; k++) {
    for (let j = 0; j < n; j++) if (!fixed(j)) K[(n + k) * all + j] = J[k * n + j]!;
    b[n + k] = -c[k]!;
  }
  for (let shift = 0; shift < LARGEST_SHIFT; shift = nextShift(shift, state.shift)) {
    const F = K.slice();
    for (let i = 0; i < n; i++) F[i * all + i]! += shift;
    for (let k = 0; k < equalities; k++) F[(n + k) * all + n + k] = -1e-10;
    problem.countFactorization();
    if (ldlInPlace(F, all, n, tiny) !== equalities) continue;
    const solution = refined(K, F, b, all, n, shift);
    // a step of 100 times the size of x follows a curvature that is 0 up to rounding
    if (!(maxNorm(solution.subarray(0, n)) <= 100 * (1 + maxNorm(at.x)))) continue;
    return expanded(problem, at, state, solution, shift);
  }
  return undefined;
}

function nextShift(shift: number, last: number): number {
  if (shift === 0) return last === 0 ? 1e-4 : Math.max(1e-20, last / 3);
  return last === 0 ? 100 * shift : 8 * shift;
}

/** Two rounds of refinement take out what −ε in the corner and unpivoted elimination lose. */
function refined(
  K: Float64Array,
  F: Float64Array,
  b: Float64Array,
  all: number,
  n: number,
  shift: number,
): Float64Array {
  const x = b.slice();
  solveLdl(F, all, x);
  for (let round = 0; round < 2; round++) {
    const r = b.slice();
    for (let i = 0; i < all; i++) {
      for (let j = 0; j < all; j++) r[i]! -= (j <= i || (i < n && j < n) ? K[i * all + j]! : K[j * all + i]!) * x[j]!;
      if (i < n) r[i]! -= shift * x[i]!;
    }
    solveLdl(F, all, r);
    for (let i = 0; i < all; i++) x[i]! += r[i]!;
  }
  return x;
}

/** Slacks and multipliers that belong to a step in x. */
function expanded(problem: Problem, at: Point, state: State, solution: Float64Array, shift: number): Direction {
  const { size: n, equalities, inequalities, box } = problem;
  const { s, dual, barrier } = state;
  const J = at.jacobian ?? new Float64Array(0);
  const dx = solution.slice(0, n);
  const ds = new Float64Array(inequalities);
  const next = noMultipliers(n, equalities, inequalities);
  next.equality.set(solution.subarray(n));
  for (let k = 0; k < inequalities; k++) {
    const row = (equalities + k) * n;
    let along = at.constraints![equalities + k]! - s[k]!;
    for (let j = 0; j < n; j++) along += J[row + j]! * dx[j]!;
    ds[k] = along;
    next.inequality[k] = barrier / s[k]! - (dual.inequality[k]! / s[k]!) * along;
  }
  for (let i = 0; box !== undefined && i < n; i++) {
    if (box.lower[i] === box.upper[i]) continue;
    const [below, above] = [at.x[i]! - box.lower[i]!, box.upper[i]! - at.x[i]!];
    if (below < Infinity) next.lower[i] = barrier / below - (dual.lower[i]! / below) * dx[i]!;
    if (above < Infinity) next.upper[i] = barrier / above + (dual.upper[i]! / above) * dx[i]!;
  }
  return { dx, ds, next, shift };
}

function dualStep(
  problem: Problem,
  { dual, barrier }: State,
  next: MultiplierVectors,
  x: Float64Array,
  s: Float64Array,
): MultiplierVectors {
  const { box, size } = problem;
  const tau = Math.max(0.99, 1 - barrier);
  const share = Math.min(
    ...(["inequality", "lower", "upper"] as const).map((name) =>
      positiveShare(
        dual[name],
        next[name].map((v, i) => v - dual[name][i]!),
        tau,
      ),
    ),
  );
  // multipliers stay within 1e10 of β/slack: Wächter & Biegler (2006), (16)
  const kept = (v: number, slack: number) =>
    slack === Infinity ? 0 : Math.min(Math.max(v, barrier / (1e10 * slack)), (1e10 * barrier) / slack);
  const mixed = (name: "inequality" | "lower" | "upper", slack: (i: number) => number) =>
    dual[name].map((v, i) => (v === 0 ? 0 : kept(v + share * (next[name][i]! - v), slack(i))));
  return {
    // they have no boundary to keep away from: the full step, however short that of x is
    equality: next.equality,
    inequality: mixed("inequality", (i) => s[i]!),
    lower: box === undefined ? new Float64Array(size) : mixed("lower", (i) => x[i]! - box.lower[i]!),
    upper: box === undefined ? new Float64Array(size) : mixed("upper", (i) => box.upper[i]! - x[i]!),
  };
}

/** The largest residual of the perturbed conditions. */
function barrierError(problem: Problem, at: Point, { s, dual, barrier }: State): number {
  const { equalities, inequalities, box } = problem;
  let most =
    maxNorm(stationarityVector(at, withFixed(problem, at, dual), problem)) /
    Math.max(1, maxNorm(dual.equality), maxNorm(dual.inequality));
  for (let k = 0; k < equalities; k++) most = Math.max(most, Math.abs(at.constraints![k]!));
  for (let k = 0; k < inequalities; k++) {
    most = Math.max(
      most,
      Math.abs(at.constraints![equalities + k]! - s[k]!),
      Math.abs(s[k]! * dual.inequality[k]! - barrier),
    );
  }
  for (let i = 0; box !== undefined && i < at.x.length; i++) {
    if (box.lower[i] === box.upper[i]) continue;
    if (box.lower[i]! > -Infinity)
      most = Math.max(most, Math.abs((at.x[i]! - box.lower[i]!) * dual.lower[i]! - barrier));
    if (box.upper[i]! < Infinity)
      most = Math.max(most, Math.abs((box.upper[i]! - at.x[i]!) * dual.upper[i]! - barrier));
  }
  return most;
}

function barrierOf(barrier: number, slack: number): number {
  return slack === Infinity ? 0 : barrier / slack;
}

function logs(x: Float64Array, s: Float64Array, box: Box | undefined): number {
  let sum = 0;
  for (const v of s) sum += Math.log(v);
  for (let i = 0; box !== undefined && i < x.length; i++) {
    if (box.lower[i] === box.upper[i]) continue;
    if (box.lower[i]! > -Infinity) sum += Math.log(x[i]! - box.lower[i]!);
    if (box.upper[i]! < Infinity) sum += Math.log(box.upper[i]! - x[i]!);
  }
  return sum;
}

function barrierSlope(
  at: Point,
  { s, barrier }: State,
  dx: Float64Array,
  ds: Float64Array,
  box: Box | undefined,
): number {
  let slope = dot(at.gradient, dx);
  for (let k = 0; k < s.length; k++) slope -= (barrier / s[k]!) * ds[k]!;
  for (let i = 0; box !== undefined && i < dx.length; i++) {
    if (box.lower[i] === box.upper[i]) continue;
    slope -=
      barrierOf(barrier, at.x[i]! - box.lower[i]!) * dx[i]! - barrierOf(barrier, box.upper[i]! - at.x[i]!) * dx[i]!;
  }
  return slope;
}

/** The largest t ≤ 1 with v + t·d ≥ (1 − τ)v. */
function positiveShare(v: Float64Array, d: Float64Array, tau: number): number {
  let share = 1;
  for (let i = 0; i < v.length; i++) if (d[i]! < 0 && v[i]! > 0) share = Math.min(share, (-tau * v[i]!) / d[i]!);
  return share;
}

function boxShare(x: Float64Array, d: Float64Array, box: Box | undefined, tau: number): number {
  if (box === undefined) return 1;
  const below = x.map((v, i) => v - box.lower[i]!);
  const above = x.map((v, i) => box.upper[i]! - v);
  return Math.min(
    positiveShare(below, d, tau),
    positiveShare(
      above,
      d.map((v) => -v),
      tau,
    ),
  );
}
