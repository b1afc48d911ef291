// How far a point of logistic regression with an l1 penalty is above the optimum.
import { withBestIntercept } from "../logistic/gap.ts";
import { type Problem, probabilitiesAndLoss, scoreRow } from "../logistic/problem.ts";
import type { Strengths } from "./gap.ts";

/**
 * A lower bound of P*, the dual at the natural residuals of θ with its best intercept, times t ≤ 1 where that is needed:
 *
 *     D = −(1/S)·Σ s·Σ_c q_c·log q_c − Σ (|v| − l1)₊²/(2·l2),   q = (1 − t)·y + t·p,   v = (t/S)·Xᵀ(s∘(y − p))
 *
 * t = 1 when l2 > 0; otherwise t = min(1, l1/‖v‖∞), so that the last term is 0.
 * Traps:    it bounds nothing unless Σ s·(y − p) = 0, hence the best intercept; log q of the own class by log1p
 * Tests:    never above the optimum along fits; without the intercept step it is
 */
export function sparseLogisticDual(problem: Problem, theta: Float64Array, { l1, l2 }: Strengths): number {
  const { n, d, k, X, codes, weights, totalWeight, intercept } = problem;
  const balanced = intercept ? withBestIntercept(problem, theta) : theta;
  const v = new Float64Array(d * k);
  const p = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    const s = weights[i]! / totalWeight;
    if (s === 0) continue;
    const code = codes[i]!;
    scoreRow(problem, balanced, i, p);
    probabilitiesAndLoss(p, k, code);
    for (let c = 0; c < k; c++) {
      const a = s * ((k === 1 ? code : c === code ? 1 : 0) - p[c]!);
      for (let j = 0; j < d; j++) v[j * k + c] = v[j * k + c]! + a * X[i * d + j]!;
    }
  }
  let largest = 0;
  let excess = 0;
  for (let at = 0; at < v.length; at++) {
    largest = Math.max(largest, Math.abs(v[at]!));
    excess += Math.max(0, Math.abs(v[at]!) - l1) ** 2;
  }
  const t = l2 > 0 || largest <= l1 ? 1 : l1 / largest;
  let dual = l2 > 0 ? -excess / (2 * l2) : 0;
  const z = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    const s = weights[i]! / totalWeight;
    if (s === 0) continue;
    scoreRow(problem, balanced, i, z);
    p.set(z);
    const loss = probabilitiesAndLoss(p, k, codes[i]!);
    dual += s * mixedEntropy(z, p, k, codes[i]!, loss, t);
  }
  return dual;
}

/** −Σ q·log q for q = (1 − t)·y + t·p; log p of another class is −loss − (its lag in score). */
function mixedEntropy(z: Float64Array, p: Float64Array, k: number, code: number, loss: number, t: number): number {
  const ofOther = (share: number, logShare: number) => (share > 0 ? -t * share * (Math.log(t) + logShare) : 0);
  const others =
    k === 1
      ? [ofOther(code === 1 ? 1 - p[0]! : p[0]!, -loss - (code === 1 ? z[0]! : -z[0]!))]
      : Array.from({ length: k }, (_, c) => (c === code ? 0 : ofOther(p[c]!, -loss - (z[code]! - z[c]!))));
  const rest = -Math.expm1(-loss); // 1 − p of the own class, with all its digits
  const own = 1 - t * rest;
  return others.reduce((sum, value) => sum + value, own > 0 ? -own * Math.log1p(-t * rest) : 0);
}
