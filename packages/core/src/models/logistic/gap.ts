// How far a point is above the optimum of logistic regression: a certificate that needs no solver.
import { fromTyped, type NDArray } from "../../array/index.ts";
import { DomainError } from "../../errors/index.ts";
import { solve } from "../../linalg/index.ts";
import { readTensor } from "../../program/index.ts";
import { type Problem, parameterCount, probabilitiesAndLoss, scoreRow, valueAndGradient } from "./problem.ts";

/**
 * P(θ) − D ≥ P(θ) − P* for penalized problems, D the value of the dual at the natural residuals of θ
 *
 * Given:    a problem with all penalties > 0; θ
 * Returns:  the gap, 0 or more
 * Method:   design: A = Y − P(z) with the best intercept for W, then  D = −(1/S)·Σ s·Σ p·log p − Σⱼ ‖vⱼ‖²/(2·penaltyⱼ),
 *           v = (1/S)·Xᵀ(s∘A). For two classes p = (1 − σ, σ): the same formula with one column
 * Traps:    D bounds P* only if Σ s·A = 0, so the intercept is solved for first (Newton in one or k dimensions)
 * Tests:    never below the true suboptimality along runs of every solver; the bound without the intercept step is caught
 */
export function dualityGap(problem: Problem, theta: Float64Array): number {
  const { n, d, k, X, codes, weights, totalWeight, penalties } = problem;
  const value = valueAndGradient(problem, theta, new Float64Array(theta.length));
  const balanced = problem.intercept ? withBestIntercept(problem, theta) : theta;
  const v = new Float64Array(d * k);
  const p = new Float64Array(k);
  const z = new Float64Array(k);
  let dual = 0;
  for (let i = 0; i < n; i++) {
    const s = weights[i]! / totalWeight;
    if (s === 0) continue;
    scoreRow(problem, balanced, i, z);
    p.set(z);
    const loss = probabilitiesAndLoss(p, k, codes[i]!);
    dual += s * entropy(z, p, k, codes[i]!, loss);
    for (let c = 0; c < k; c++) {
      const target = k === 1 ? codes[i]! : c === codes[i] ? 1 : 0;
      const a = s * (target - p[c]!);
      for (let j = 0; j < d; j++) v[j * k + c] = v[j * k + c]! + a * X[i * d + j]!;
    }
  }
  for (let at = 0; at < v.length; at++) dual -= v[at]! ** 2 / (2 * penalties[Math.floor(at / k)]!);
  return Math.max(0, value - dual);
}

/** −Σ p·log p from scores: log p_c = −(loss of class c), which keeps its digits where p is near 0 or 1. */
function entropy(z: Float64Array, p: Float64Array, k: number, code: number, loss: number): number {
  if (k === 1) {
    const lossOfOther = loss + (code === 1 ? z[0]! : -z[0]!); // softplus(z) = softplus(−z) + z
    const own = code === 1 ? p[0]! : 1 - p[0]!;
    return own * loss + (1 - own) * lossOfOther;
  }
  let sum = 0;
  for (let c = 0; c < k; c++) sum += p[c]! * (loss + z[code]! - z[c]!);
  return sum;
}

/**
 * θ with the intercept at its best for W: Σ s·(y − p) = 0. Newton with halving in one dimension, or in k.
 */
export function withBestIntercept(problem: Problem, theta: Float64Array): Float64Array {
  const { d, k } = problem;
  const best = theta.slice();
  let gradient = interceptGradient(problem, best);
  for (let step = 0; step < 50; step++) {
    const size = Math.max(...gradient.first.map(Math.abs));
    if (size <= 1e-16) break;
    const change = newtonStep(gradient);
    const start = best.slice(d * k);
    let next = gradient;
    for (let scale = 1; scale > 1e-8; scale /= 2) {
      for (let c = 0; c < k; c++) best[d * k + c] = start[c]! - scale * change[c]!;
      next = interceptGradient(problem, best);
      if (Math.max(...next.first.map(Math.abs)) < size) break;
    }
    if (!(Math.max(...next.first.map(Math.abs)) < size)) {
      best.set(start, d * k);
      break;
    }
    gradient = next;
  }
  return best;
}

interface InterceptDerivatives {
  readonly first: Float64Array;
  /** "k k" */
  readonly second: Float64Array;
}

function interceptGradient(problem: Problem, theta: Float64Array): InterceptDerivatives {
  const { n, k, codes, weights, totalWeight } = problem;
  const first = new Float64Array(k);
  const second = new Float64Array(k * k);
  const p = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    const s = weights[i]! / totalWeight;
    if (s === 0) continue;
    scoreRow(problem, theta, i, p);
    probabilitiesAndLoss(p, k, codes[i]!);
    for (let c = 0; c < k; c++) {
      const target = k === 1 ? codes[i]! : c === codes[i] ? 1 : 0;
      first[c] = first[c]! + s * (p[c]! - target);
      for (let e = 0; e < k; e++) {
        second[c * k + e] = second[c * k + e]! + s * (c === e ? p[c]! * (1 - p[c]!) : -p[c]! * p[e]!);
      }
    }
  }
  return { first, second };
}

function newtonStep({ first, second }: InterceptDerivatives): Float64Array {
  const k = first.length;
  if (k === 1) return Float64Array.of(first[0]! / Math.max(second[0]!, Number.MIN_VALUE));
  // all scores may move together without effect: 1 along that direction makes the matrix regular
  const H = fromTyped(
    [k, k],
    second.map((h) => h + 1),
  ) as NDArray;
  try {
    return readTensor(solve(H, fromTyped([k], first) as NDArray))!.data as Float64Array;
  } catch (error) {
    if (error instanceof DomainError) return first; // probabilities of 0 and 1 only: a plain gradient step
    throw error;
  }
}

/**
 * Without penalty there is no such bound. What remains: the decrease that one parameter alone is sure to give,
 * g²/(2h) with h = ¼·Σ (s/S)·x², the largest curvature of the loss along it.
 */
export function gradientGap(problem: Problem, theta: Float64Array): number {
  const { n, d, k, X, weights, totalWeight, penalties, intercept } = problem;
  const gradient = new Float64Array(parameterCount(problem));
  valueAndGradient(problem, theta, gradient);
  const curvature = penalties.slice();
  for (let i = 0; i < n; i++) {
    const s = weights[i]! / totalWeight;
    for (let j = 0; j < d; j++) curvature[j] = curvature[j]! + 0.25 * s * X[i * d + j]! ** 2;
  }
  let gap = 0;
  for (let at = 0; at < gradient.length; at++) {
    const j = Math.floor(at / k);
    const h = j < d ? curvature[j]! : 0.25;
    if (h > 0 && (j < d || intercept)) gap = Math.max(gap, gradient[at]! ** 2 / (2 * h));
  }
  return gap;
}
