// How far a point is above the optimum of lasso and elastic net: certificates that need no solver.
import { type Columns, dot } from "./columns.ts";

/** Strengths of the penalty l1·‖w‖₁ + ½·l2·‖w‖². */
export interface Strengths {
  readonly l1: number;
  readonly l2: number;
}

/** P(w) = ‖r‖²/(2S) + l1·‖w‖₁ + ½·l2·‖w‖², from the residual. */
export function primalValue(
  { n, totalWeight }: Columns,
  w: Float64Array,
  r: Float64Array,
  { l1, l2 }: Strengths,
): number {
  let absolute = 0;
  let squares = 0;
  for (let j = 0; j < w.length; j++) {
    absolute += Math.abs(w[j]!);
    squares += w[j]! * w[j]!;
  }
  return dot(r, 0, r, 0, n) / (2 * totalWeight) + l1 * absolute + (l2 / 2) * squares;
}

/**
 * A lower bound of P*: the larger of two values of the dual.
 *
 *     scaled:      t·yᵀr/S − t²/(2S)·(‖r‖² + S·l2·‖w‖²),   |t| ≤ l1/‖v − l2·w‖∞,   v = Aᵀr/S
 *     conjugate:   yᵀr/S − ‖r‖²/(2S) − Σⱼ (|vⱼ| − l1)₊²/(2·l2)                        (l2 > 0)
 *
 * Given:    y, w, its residual r = y − Aw, and v for the columns that may be in the model (`left` marks the others)
 * Traps:    without the limit on t the value bounds nothing; t is free below it, so the best one is taken
 * Tests:    values at given points; never above the true optimum
 */
export function dualValue(
  { n, d, totalWeight }: Columns,
  y: Float64Array,
  w: Float64Array,
  r: Float64Array,
  v: Float64Array,
  { l1, l2 }: Strengths,
  left?: Uint8Array,
): number {
  const yr = dot(y, 0, r, 0, n);
  const rr = dot(r, 0, r, 0, n);
  let largest = 0;
  let excess = 0;
  let ww = 0;
  for (let j = 0; j < d; j++) {
    if (left !== undefined && left[j] === 1) continue;
    largest = Math.max(largest, Math.abs(v[j]! - l2 * w[j]!));
    excess += Math.max(0, Math.abs(v[j]!) - l1) ** 2;
    ww += w[j]! * w[j]!;
  }
  const size = rr + totalWeight * l2 * ww;
  const limit = largest > 0 ? l1 / largest : Infinity;
  const t = size > 0 ? Math.max(-limit, Math.min(limit, yr / size)) : 0;
  const scaled = l1 > 0 ? (t * yr) / totalWeight - (t * t * size) / (2 * totalWeight) : -Infinity;
  if (l2 === 0) return scaled;
  return Math.max(scaled, yr / totalWeight - rr / (2 * totalWeight) - excess / (2 * l2));
}
