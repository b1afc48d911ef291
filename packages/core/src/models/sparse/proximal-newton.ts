// Logistic regression with an l1 penalty: Newton models, minimized by coordinate descent.
import { type Problem, probabilitiesAndLoss, scoreRow, valueAndGradient } from "../logistic/problem.ts";
import type { DescentOptions, DescentResult } from "./coordinate-descent.ts";
import type { Strengths } from "./gap.ts";
import { sparseLogisticDual } from "./logistic-gap.ts";
import { soft } from "./soft.ts";

/** Curvature that a model gives a row at least, as a share of its weight: probabilities of 0 and 1 have none. */
const LEAST_CURVATURE = 1e-10;
/** Sweeps of coordinate descent over one model, and the share of the first sweep's gain at which it ends. */
const MOST_SWEEPS = 200;
const SWEEP_GAIN = 1e-8;
/** Sufficient decrease of the line search. */
const ARMIJO = 1e-4;
const PATIENCE = 4;

/**
 * min P(θ) = (1/S)·Σ sᵢℓᵢ + l1·‖W‖₁ + ½·l2·‖W‖²,  θ = W by rows, then b
 *
 * Given:    a problem whose penalties are l2, a start θ
 * Returns:  θ in place (zeros are exact), P, duality gap, how it ended
 * Method:   proximal Newton: Lee, Sun & Saunders (2014); each quadratic model by cyclic coordinate descent on the coefficients
 *           that are not 0 or violate optimality, Friedman, Hastie & Tibshirani (2010), but with the full curvature between
 *           classes; backtracking on P
 * Stops:    P − (best dual value seen) ≤ wanted
 * Cost:     n per moved coefficient and sweep, two passes over X per step
 * Traps:    the floor of the curvature is in the model alone, never in P; the intercept is not penalized
 * Tests:    reference values; reported gap ≥ distance to the optimum
 */
export function proximalNewton(
  problem: Problem,
  theta: Float64Array,
  strengths: Strengths,
  { wanted, maxSteps, onPass }: DescentOptions,
): DescentResult {
  const { d, k } = problem;
  const gradient = new Float64Array(theta.length);
  const split = d * k;
  let best = -Infinity;
  let smallest = Infinity;
  let idle = 0;
  for (let step = 0; ; step++) {
    const smooth = valueAndGradient(problem, theta, gradient);
    const objective = smooth + strengths.l1 * absoluteSum(theta, split);
    best = Math.max(best, sparseLogisticDual(problem, theta, strengths));
    const gap = Math.max(0, objective - best);
    const stop = onPass?.(objective) === true;
    idle = gap < 0.9 * smallest ? 0 : idle + 1;
    smallest = Math.min(smallest, gap);
    const result = (ended: DescentResult["ended"]) => ({ objective, gap, ended, passes: step });
    if (gap <= wanted) return result("certified");
    if (stop) return result("aborted");
    if (idle >= PATIENCE) return result("no-progress");
    if (step >= maxSteps) return result("max-steps");
    const move = newtonMove(problem, theta, gradient, strengths);
    let slope = 0;
    for (let at = 0; at < theta.length; at++) {
      slope += gradient[at]! * move[at]!;
      if (at < split) slope += strengths.l1 * (Math.abs(theta[at]! + move[at]!) - Math.abs(theta[at]!));
    }
    const start = theta.slice();
    for (let t = 1; t > 1e-12; t /= 2) {
      for (let at = 0; at < theta.length; at++) {
        const full = start[at]! + move[at]!;
        theta[at] = t === 1 ? full : start[at]! + t * move[at]!;
      }
      const value = valueAndGradient(problem, theta, gradient) + strengths.l1 * absoluteSum(theta, split);
      if (value <= objective + ARMIJO * t * slope + 1e-15 * Math.abs(objective)) break;
    }
  }
}

export function absoluteSum(theta: Float64Array, split: number): number {
  let sum = 0;
  for (let at = 0; at < split; at++) sum += Math.abs(theta[at]!);
  return sum;
}

/**
 * The step Δ that minimizes ∇f·Δ + ½ΔᵀHΔ + l1·‖W + Δ‖₁, H the Hessian of the loss and of ½·l2·‖W‖².
 *
 *     (HΔ) at (j, c) = Σᵢ (sᵢ/S)·x_ij·p_ic·(m_ic − Σ_e p_ie·m_ie) + l2·Δ_jc,   m = XΔ
 *
 * The same formula with one column serves two classes. Columns of X stand together, so that a coordinate is one pass.
 */
function newtonMove(
  problem: Problem,
  theta: Float64Array,
  gradient: Float64Array,
  { l1, l2 }: Strengths,
): Float64Array {
  const { n, d, k, X, codes, weights, totalWeight, intercept } = problem;
  const split = d * k;
  const p = new Float64Array(n * k);
  const z = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    scoreRow(problem, theta, i, z);
    probabilitiesAndLoss(z, k, codes[i]!);
    for (let c = 0; c < k; c++) p[c * n + i] = z[c]!;
  }
  const m = new Float64Array(n * k);
  const mean = new Float64Array(n); // Σ_e p_e·m_e
  const share = weights.map((s) => s / totalWeight);
  const move = new Float64Array(theta.length);
  const working: number[] = [];
  for (let at = 0; at < split; at++) if (theta[at] !== 0 || Math.abs(gradient[at]!) > l1) working.push(at);
  if (intercept) for (let at = split; at < theta.length; at++) working.push(at);
  const columns = new Map<number, Float64Array>();
  const columnOf = (j: number): Float64Array => {
    const known = columns.get(j);
    if (known !== undefined) return known;
    const column = j === d ? new Float64Array(n).fill(1) : Float64Array.from({ length: n }, (_, i) => X[i * d + j]!);
    columns.set(j, column);
    return column;
  };
  const curvatures = working.map((at) => {
    const x = columnOf(Math.floor(at / k));
    const from = (at % k) * n;
    let sum = at < split ? l2 : 0;
    for (let i = 0; i < n; i++) {
      const own = p[from + i]!;
      sum += share[i]! * x[i]! * x[i]! * Math.max(LEAST_CURVATURE, own * (1 - own));
    }
    return sum;
  });
  let first = 0;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let gain = 0;
    for (let w = 0; w < working.length; w++) {
      const at = working[w]!;
      const h = curvatures[w]!;
      if (h === 0) continue;
      const x = columnOf(Math.floor(at / k));
      const from = (at % k) * n;
      let slope = gradient[at]!;
      for (let i = 0; i < n; i++) slope += share[i]! * x[i]! * p[from + i]! * (m[from + i]! - mean[i]!);
      const now = theta[at]! + move[at]!;
      if (at < split) slope += l2 * move[at]!;
      const next = at < split ? soft(now * h - slope, l1) / h : now - slope / h;
      const change = next - now;
      if (change === 0) continue;
      move[at] = next === 0 ? -theta[at]! : move[at]! + change;
      gain = Math.max(gain, change * change * h);
      for (let i = 0; i < n; i++) {
        const by = change * x[i]!;
        m[from + i] = m[from + i]! + by;
        mean[i] = mean[i]! + p[from + i]! * by;
      }
    }
    if (sweep === 0) first = gain;
    if (gain <= SWEEP_GAIN * first) break;
  }
  return move;
}
