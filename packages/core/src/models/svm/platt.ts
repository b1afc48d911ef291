// Probabilities from decision values: Platt's sigmoid for two classes, pairwise coupling for several.
import { sigmoid, softplus } from "../logistic/problem.ts";

/** P(positive | f) = 1/(1 + exp(A·f + B)) */
export interface Sigmoid {
  readonly A: number;
  readonly B: number;
}

const MOST_STEPS = 100;
/** Keeps the Newton matrix positive definite: Lin, Lin & Weng (2007), algorithm 1. */
const RIDGE = 1e-12;

/**
 * A, B of the sigmoid that is most likely for decisions f and signs ±1.
 *
 *     min −Σ tᵢ log pᵢ + (1 − tᵢ) log(1 − pᵢ),   t = (N₊ + 1)/(N₊ + 2) or 1/(N₋ + 2)
 *
 * Given:    decisions of rows that the machine was not fitted on, weights of rows
 * Method:   Newton with backtracking, Lin, Lin & Weng (2007), algorithm 1; losses by softplus
 * Traps:    targets are not 0 and 1: with them separable decisions would give an infinite slope
 * Tests:    stationarity, and values of scikit-learn's `_SigmoidCalibration`
 */
export function fitSigmoid(decisions: Float64Array, signs: Int8Array, weights: Float64Array): Sigmoid {
  let plus = 0;
  let minus = 0;
  for (let i = 0; i < signs.length; i++) {
    if (signs[i] === 1) plus += weights[i]!;
    else minus += weights[i]!;
  }
  const high = (plus + 1) / (plus + 2);
  const low = 1 / (minus + 2);
  const loss = (A: number, B: number): number => {
    let sum = 0;
    for (let i = 0; i < decisions.length; i++) {
      const z = A * decisions[i]! + B;
      const t = signs[i] === 1 ? high : low;
      sum += weights[i]! * (softplus(-z) + t * z); // −t log σ(−z) − (1 − t) log σ(z)
    }
    return sum;
  };
  let A = 0;
  let B = Math.log((minus + 1) / (plus + 1));
  let value = loss(A, B);
  for (let step = 0; step < MOST_STEPS; step++) {
    let [gA, gB, hAA, hAB, hBB] = [0, 0, RIDGE, 0, RIDGE];
    for (let i = 0; i < decisions.length; i++) {
      const f = decisions[i]!;
      const p = sigmoid(-(A * f + B));
      const d = weights[i]! * ((signs[i] === 1 ? high : low) - p);
      const h = weights[i]! * p * (1 - p);
      gA += f * d;
      gB += d;
      hAA += f * f * h;
      hAB += f * h;
      hBB += h;
    }
    if (Math.abs(gA) < 1e-10 && Math.abs(gB) < 1e-10) break;
    const det = hAA * hBB - hAB * hAB;
    if (!(det > 0)) break;
    const dA = -(hBB * gA - hAB * gB) / det;
    const dB = -(hAA * gB - hAB * gA) / det;
    const slope = gA * dA + gB * dB;
    let t = 1;
    let next = loss(A + dA, B + dB);
    while (!(next < value + 1e-4 * t * slope) && t > 1e-10) {
      t /= 2;
      next = loss(A + t * dA, B + t * dB);
    }
    if (t <= 1e-10) break;
    A += t * dA;
    B += t * dB;
    value = next;
  }
  return { A, B };
}

export function probabilityOf({ A, B }: Sigmoid, f: number): number {
  return sigmoid(-(A * f + B));
}

/** Probabilities of the pairs stay this far from 0 and 1, as libsvm's do: coupling divides by them. */
const LEAST = 1e-7;

/**
 * k probabilities from those of the pairs, r[a, b] = P(a | a or b)
 *
 *     min_p Σ_a Σ_{b≠a} (r[b, a]·p_a − r[a, b]·p_b)²  subject to  Σp = 1
 *
 * Source: Wu, Lin & Weng (2004), second method, algorithm 2.
 */
export function couple(r: Float64Array, k: number): Float64Array {
  const Q = new Float64Array(k * k);
  const at = (a: number, b: number) => Math.min(1 - LEAST, Math.max(LEAST, r[a * k + b]!));
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) {
      if (a === b) continue;
      Q[a * k + a] = Q[a * k + a]! + at(b, a) ** 2;
      Q[a * k + b] = -at(b, a) * at(a, b);
    }
  }
  const p = new Float64Array(k).fill(1 / k);
  const Qp = new Float64Array(k);
  for (let round = 0; round < Math.max(100, k) * 10; round++) {
    let pQp = 0;
    for (let a = 0; a < k; a++) {
      let sum = 0;
      for (let b = 0; b < k; b++) sum += Q[a * k + b]! * p[b]!;
      Qp[a] = sum;
      pQp += p[a]! * sum;
    }
    const worst = Qp.reduce((most, value) => Math.max(most, Math.abs(value - pQp)), 0);
    if (worst < 1e-14) break;
    for (let a = 0; a < k; a++) {
      const diff = (pQp - Qp[a]!) / Q[a * k + a]!;
      p[a] = p[a]! + diff;
      pQp = (pQp + diff * (diff * Q[a * k + a]! + 2 * Qp[a]!)) / (1 + diff) ** 2;
      for (let b = 0; b < k; b++) {
        Qp[b] = (Qp[b]! + diff * Q[a * k + b]!) / (1 + diff);
        p[b] = p[b]! / (1 + diff);
      }
    }
  }
  const total = p.reduce((sum, value) => sum + value, 0);
  return p.map((value) => value / total);
}
