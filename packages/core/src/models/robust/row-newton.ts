// Newton's method for losses of one score per row, with l1 and l2 penalties.
import type { Outcome } from "../descend.ts";
import type { Design } from "../design.ts";
import type { Progress } from "../progress.ts";
import { soft } from "../sparse/soft.ts";
import { weightedMeans } from "../weighted-means.ts";
import type { RowLoss } from "./row-loss.ts";

export interface RowProblem {
  readonly X: Design;
  readonly y: Float64Array;
  readonly weights: Float64Array;
  readonly loss: RowLoss;
  readonly l1: number;
  readonly l2: number;
  readonly intercept: boolean;
}

export interface RowOptions {
  /** Newton decrement/2 to reach, relative to the objective of the intercept alone. */
  readonly tolerance: number;
  readonly maxSteps: number;
}

export interface RowResult {
  readonly w: Float64Array;
  readonly b: number;
  readonly objective: number;
  /** Half the squared Newton decrement: P − P* of the parabola at the result. */
  readonly gap: number;
  readonly nullObjective: number;
  readonly ended: Outcome["ended"];
}

const ARMIJO = 1e-4;
const MOST_SWEEPS = 1000;

/**
 * min P(w, b) = (1/S)·Σ sᵢ·ℓ(xᵢ·w + b, yᵢ) + l1·‖w‖₁ + ½·l2·‖w‖²
 *
 * Given:    rows, a convex loss of one score, penalties
 * Returns:  w, b, P, the gain that the last model still promised, how it ended
 * Method:   Newton with backtracking: each model is minimized by Cholesky, or by coordinate descent with l1; where the true
 *           curvature gives no good step, that of a parabola above the loss (reweighting, Huber 1981, section 7.8)
 * Stops:    the gain of the model ≤ tolerance·P(0, best b)
 * Cost:     n·d²/2 + d³/6 per step
 * Traps:    columns about their means, or the intercept makes H ill conditioned; where rows have no curvature H is singular, and a
 *           step that leaves its null space out would pass for the optimum
 * Tests:    scikit-learn's values; stationarity recomputed outside
 */
export function rowNewton(problem: RowProblem, { tolerance, maxSteps }: RowOptions, progress: Progress): RowResult {
  const { X, y, weights, loss, l1, l2, intercept } = problem;
  const { n, d } = X;
  const means = intercept ? weightedMeans(X.values, n, d, weights) : new Float64Array(d);
  const total = weights.reduce((sum, s) => sum + s, 0);
  const share = weights.map((s) => s / total);
  const rows = X.values.map((x, at) => x - means[at % d]!);
  const size = intercept ? d + 1 : d;
  const scores = (theta: Float64Array): Float64Array => {
    const z = new Float64Array(n).fill(intercept ? theta[d]! : 0);
    for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) z[i] = z[i]! + rows[i * d + j]! * theta[j]!;
    return z;
  };
  const objectiveAt = (theta: Float64Array, z: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) if (share[i]! > 0) sum += share[i]! * loss.value(z[i]!, y[i]!);
    for (let j = 0; j < d; j++) sum += l1 * Math.abs(theta[j]!) + (l2 / 2) * theta[j]! ** 2;
    return sum;
  };
  const model = (theta: Float64Array, z: Float64Array, bend: (z: number, y: number) => number, only?: "b") => {
    const g = new Float64Array(size);
    const H = new Float64Array(size * size);
    for (let i = 0; i < n; i++) {
      const s = share[i]!;
      if (s === 0) continue;
      const slope = s * loss.slope(z[i]!, y[i]!);
      const h = s * bend(z[i]!, y[i]!);
      for (let j = only === "b" ? d : 0; j < size; j++) {
        const x = j === d ? 1 : rows[i * d + j]!;
        g[j] = g[j]! + slope * x;
        const hx = h * x;
        if (hx !== 0)
          for (let k = only === "b" ? d : 0; k <= j; k++)
            H[j * size + k] = H[j * size + k]! + hx * (k === d ? 1 : rows[i * d + k]!);
      }
    }
    for (let j = 0; j < d; j++) {
      g[j] = g[j]! + l2 * theta[j]!;
      H[j * size + j] = H[j * size + j]! + l2;
    }
    return { g, H };
  };
  const theta = new Float64Array(size);
  const steps = (
    only: "b" | undefined,
    accuracy: number,
    most: number,
  ): { objective: number; gain: number; ended: Outcome["ended"] } => {
    let z = scores(theta);
    let objective = objectiveAt(theta, z);
    let gain = Infinity;
    if (only === undefined) progress.record(objective);
    for (let step = 0; ; step++) {
      if (progress.aborted()) return { objective, gain, ended: "aborted" };
      let moved = false;
      let promised = 0;
      for (const bend of loss.majorant === undefined ? [loss.curvature] : [loss.curvature, loss.majorant]) {
        const { g, H } = model(theta, z, bend, only);
        const whole = bend === (loss.majorant ?? loss.curvature);
        const move =
          only === "b" ? interceptMove(g, H, d) : l1 > 0 ? byCoordinates(g, H, theta, d, l1) : byCholesky(g, H, whole);
        if (move === undefined) continue;
        promised = promisedGain(g, H, theta, move, d, l1);
        gain = promised;
        if (promised <= accuracy) return { objective, gain: promised, ended: "certified" };
        if (step >= most) return { objective, gain: promised, ended: "max-steps" };
        for (let t = 1; t > 1e-10; t /= 2) {
          const next = theta.map((value, j) => value + t * move[j]!);
          if (t === 1) for (let j = 0; j < d; j++) if (Object.is(next[j], -0)) next[j] = 0;
          const after = scores(next);
          const value = objectiveAt(next, after);
          if (!(value <= objective - ARMIJO * t * promised)) continue;
          theta.set(next);
          z = after;
          objective = value;
          moved = true;
          break;
        }
        if (moved) break;
      }
      if (only === undefined && moved) progress.record(objective);
      if (!moved) return { objective, gain, ended: "no-progress" };
    }
  };
  const start = intercept ? startOf(problem, share) : 0;
  if (intercept) theta[d] = start;
  const nullObjective = intercept ? steps("b", 0, 100).objective : objectiveAt(theta, scores(theta));
  const accuracy = tolerance * nullObjective;
  const { objective, gain, ended } = steps(undefined, accuracy, maxSteps);
  const w = theta.slice(0, d);
  const b = intercept ? w.reduce((sum, value, j) => sum - means[j]! * value, theta[d]!) : 0;
  return { w, b, objective, gap: gain, nullObjective, ended };
}

/** A start of the intercept where the curvature is not 0: the mean, its log for rates. */
function startOf({ y, loss }: RowProblem, share: Float64Array): number {
  const mean = y.reduce((sum, value, i) => sum + share[i]! * value, 0);
  if (loss.name === "poisson") return Math.log(Math.max(mean, Number.MIN_VALUE));
  return loss.name === "squared-hinge" ? 0 : mean;
}

function interceptMove(g: Float64Array, H: Float64Array, d: number): Float64Array | undefined {
  const h = H[d * (d + 1) + d]!;
  if (!(h > 0)) return undefined;
  const move = new Float64Array(d + 1);
  move[d] = -g[d]! / h;
  return move;
}

/** −(g·Δ + ½ΔᵀHΔ + l1·(‖w + Δ‖₁ − ‖w‖₁)); H by its lower triangle. */
function promisedGain(
  g: Float64Array,
  H: Float64Array,
  theta: Float64Array,
  move: Float64Array,
  d: number,
  l1: number,
): number {
  const size = g.length;
  let sum = 0;
  for (let j = 0; j < size; j++) {
    let row = 0.5 * H[j * size + j]! * move[j]!;
    for (let k = 0; k < j; k++) row += H[j * size + k]! * move[k]!;
    sum += move[j]! * (g[j]! + row);
    if (j < d) sum += l1 * (Math.abs(theta[j]! + move[j]!) - Math.abs(theta[j]!));
  }
  return -sum;
}

/**
 * −H⁻¹g. Columns that depend on those before get no step where H is the curvature of all rows (`whole`); where rows of no
 * curvature may be the reason, there is no minimizer.
 */
function byCholesky(g: Float64Array, H: Float64Array, whole: boolean): Float64Array | undefined {
  const m = g.length;
  const L = H.slice();
  const x = g.map((value) => -value);
  for (let i = 0; i < m; i++) {
    const diagonal = L[i * m + i]!;
    for (let k = 0; k <= i; k++) {
      let sum = L[i * m + k]!;
      for (let t = 0; t < k; t++) sum -= L[i * m + t]! * L[k * m + t]!;
      if (k < i) L[i * m + k] = L[k * m + k] === 0 ? 0 : sum / L[k * m + k]!;
      else if (sum > 1e-13 * diagonal) L[i * m + i] = Math.sqrt(sum);
      else if (whole) L[i * m + i] = 0;
      else return undefined;
    }
  }
  for (let i = 0; i < m; i++) {
    let sum = x[i]!;
    for (let t = 0; t < i; t++) sum -= L[i * m + t]! * x[t]!;
    x[i] = L[i * m + i] === 0 ? 0 : sum / L[i * m + i]!;
  }
  for (let i = m - 1; i >= 0; i--) {
    if (L[i * m + i] === 0) continue;
    let sum = x[i]!;
    for (let t = i + 1; t < m; t++) sum -= L[t * m + i]! * x[t]!;
    x[i] = sum / L[i * m + i]!;
  }
  return x.every(Number.isFinite) ? x : undefined;
}

function byCoordinates(g: Float64Array, H: Float64Array, theta: Float64Array, d: number, l1: number): Float64Array {
  const m = g.length;
  const at = (j: number, k: number) => (k <= j ? H[j * m + k]! : H[k * m + j]!);
  const slope = g.slice(); // of the model at Δ
  const move = new Float64Array(m);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largest = 0;
    for (let j = 0; j < m; j++) {
      const h = at(j, j);
      if (!(h > 0)) continue;
      const now = theta[j]! + move[j]!;
      const next = j < d ? soft(now * h - slope[j]!, l1) / h : now - slope[j]! / h;
      const change = next - now;
      if (change === 0) continue;
      move[j] = next === 0 ? -theta[j]! : move[j]! + change;
      largest = Math.max(largest, change * change * h);
      for (let k = 0; k < m; k++) slope[k] = slope[k]! + change * at(k, j);
    }
    if (largest <= 1e-26) break;
  }
  return move;
}
