import { formatNumber } from "../../errors/index.ts";
import { clamped } from "../box.ts";
import { leastSquaresInPlace } from "../dense/least-squares.ts";
import type { WeightedResiduals } from "../residual-loss.ts";
import { type Minimizer, type Point, type Problem, type Proposal, roundingOf, type Stop } from "../solver.ts";
import { difference, dot, euclideanNorm, moved } from "../vector.ts";

export type LeastSquaresMethod = "levenberg-marquardt" | "gauss-newton" | "dogleg";

interface State {
  /** Levenberg–Marquardt: weight of the scaling; dogleg: radius. */
  readonly damping: number;
  /** Largest column norms so far. */
  readonly scale: Float64Array;
}

/** Residuals and rows at a point, for the free variables. */
interface Linear {
  readonly r: Float64Array;
  readonly J: Float64Array;
  readonly free: readonly number[];
}

const MOST_TRIALS = 60;

/**
 * Steps of nonlinear least squares: p from  min ‖Jp + r‖² (+ λ‖Dp‖²),  x ← P(x + p)
 *
 * Given:    weighted residuals and their Jacobian at a point; a box
 * Returns:  through the loop; ρ = (f − f⁺)/promised decides
 * Method:   "levenberg-marquardt": rows √λD below J, QR, D = largest column norms so far; λ by Nielsen (1999): × max(⅓, 1 − (2ρ − 1)³)
 *           after a step, × 2, 4, 8 … after a failure. "dogleg": Gauss–Newton step, steepest descent, or their mixture at the
 *           radius, Nocedal & Wright (2006), section 4.1. "gauss-newton": step halved until f falls.
 *           Variables at a bound that the gradient pushes against stay out of the linear problem.
 * Cost:     one QR of m × n per trial
 * Tests:    Rosenbrock, Powell singular, exponential fits against their published solutions; bounds; outliers
 */
export function residualSolver(method: LeastSquaresMethod, rowsAt: (x: Float64Array) => WeightedResiduals): Minimizer {
  return {
    name: `leastSquares(${method})`,
    needs: "gradient",
    handles: ["bounds"],
    init: (_problem, start): State => ({
      damping: method === "dogleg" ? 1 : 1e-3,
      scale: new Float64Array(start.x.length),
    }),
    step: (problem, at, state) => step(problem, at, state as State, method, rowsAt),
  };
}

function step(
  problem: Problem,
  at: Point,
  state: State,
  method: LeastSquaresMethod,
  rowsAt: (x: Float64Array) => WeightedResiduals,
): Proposal<State> | Stop {
  const n = problem.size;
  const { residuals: r, jacobian: J } = rowsAt(at.x);
  const free = freeVariables(problem, at);
  const linear: Linear = { r, J, free };
  const scale = state.scale.map((v, j) => Math.max(v, columnNorm(J, n, j)));
  const rounding = roundingOf(at.value);
  let { damping } = state;
  let growth = 2;
  let promisedFirst = Infinity;
  for (let count = 0; count < MOST_TRIALS; count++) {
    const p = direction(linear, n, at, method, damping, scale, count);
    const x = clamped(moved(at.x, 1, p), problem.box);
    const taken = difference(x, at.x);
    const promised = decrease(linear, n, taken);
    if (count === 0) promisedFirst = promised;
    const value = problem.value(x);
    const rho = (at.value - value + rounding) / (promised + rounding);
    if (Number.isFinite(value) && rho > 1e-4 && euclideanNorm(taken) > 0) {
      const next =
        method === "dogleg"
          ? radiusAfter(rho, damping, euclideanNorm(taken))
          : damping * Math.max(1 / 3, 1 - (2 * rho - 1) ** 3);
      return { point: problem.evaluate(x), stepSize: 1, state: { damping: Math.max(next, 1e-16), scale } };
    }
    if (method === "dogleg") damping = 0.25 * Math.min(damping, euclideanNorm(p));
    else {
      damping = Math.max(damping, 1e-12) * growth;
      growth *= 2;
    }
  }
  return promisedFirst <= 1e3 * rounding
    ? {
        status: "stalled",
        reason: `a step would lower the value by about ${formatNumber(promisedFirst)}, which is below its rounding`,
      }
    : { status: "line-search-failed", reason: "the sum of squares does not fall as the Jacobian says" };
}

function freeVariables(problem: Problem, { x, gradient }: Point): readonly number[] {
  const { box } = problem;
  const all = [...Array(problem.size).keys()];
  if (box === undefined) return all;
  return all.filter(
    (i) => !((x[i] === box.lower[i] && gradient[i]! > 0) || (x[i] === box.upper[i] && gradient[i]! < 0)),
  );
}

function direction(
  linear: Linear,
  n: number,
  at: Point,
  method: LeastSquaresMethod,
  damping: number,
  scale: Float64Array,
  trial: number,
): Float64Array {
  if (method === "levenberg-marquardt") return damped(linear, n, damping, scale);
  const full = damped(linear, n, 0, scale);
  if (method === "gauss-newton") return full.map((v) => v / 2 ** trial);
  // dogleg
  if (euclideanNorm(full) <= damping) return full;
  const g = new Float64Array(n);
  for (const i of linear.free) g[i] = at.gradient[i]!;
  const Jg = productWith(linear.J, n, g);
  const t = dot(g, g) / Math.max(dot(Jg, Jg), Number.MIN_VALUE);
  const cauchy = g.map((v) => -t * v);
  const length = euclideanNorm(cauchy);
  if (length >= damping) return cauchy.map((v) => (v * damping) / length);
  const d = difference(full, cauchy);
  const [a, b, c] = [dot(d, d), dot(cauchy, d), length * length - damping * damping];
  return moved(cauchy, (-b + Math.sqrt(Math.max(0, b * b - a * c))) / a, d);
}

/** min ‖Jp + r‖² + λ‖Dp‖² on the free variables, by QR. */
function damped({ r, J, free }: Linear, n: number, lambda: number, scale: Float64Array): Float64Array {
  const m = r.length;
  const k = free.length;
  const rows = lambda > 0 ? m + k : m;
  const A = new Float64Array(rows * k);
  const b = new Float64Array(rows);
  for (let i = 0; i < m; i++) b[i] = -r[i]!;
  free.forEach((j, c) => {
    for (let i = 0; i < m; i++) A[c * rows + i] = J[i * n + j]!;
    if (lambda > 0) A[c * rows + m + c] = Math.sqrt(lambda) * Math.max(scale[j]!, 1e-12);
  });
  const { x } = leastSquaresInPlace(A, rows, k, b);
  const p = new Float64Array(n);
  free.forEach((j, c) => {
    p[j] = x[c]!;
  });
  return p;
}

/** ½‖r‖² − ½‖r + Jp‖² = −pᵀJᵀr − ½‖Jp‖² */
function decrease({ r, J }: Linear, n: number, p: Float64Array): number {
  const Jp = productWith(J, n, p);
  return -dot(Jp, r) - 0.5 * dot(Jp, Jp);
}

function radiusAfter(rho: number, radius: number, length: number): number {
  if (rho < 0.25) return 0.25 * length;
  return rho > 0.75 ? Math.max(radius, 3 * length) : radius;
}

function productWith(J: Float64Array, n: number, p: Float64Array): Float64Array {
  const to = new Float64Array(J.length / n);
  for (let i = 0; i < to.length; i++) for (let j = 0; j < n; j++) to[i]! += J[i * n + j]! * p[j]!;
  return to;
}

function columnNorm(J: Float64Array, n: number, j: number): number {
  let sum = 0;
  for (let e = j; e < J.length; e += n) sum += J[e]! * J[e]!;
  return Math.sqrt(sum);
}
