// Pairs of steps and changes of the gradient, and the matrix that they stand for.
import type { Point } from "../solver.ts";
import { difference, dot, euclideanNorm } from "../vector.ts";

/** One step and what the gradient did on it. */
export interface Pair {
  /** s = x⁺ − x */
  readonly s: Float64Array;
  /** y = ∇f(x⁺) − ∇f(x) */
  readonly y: Float64Array;
  /** sᵀy > 0 */
  readonly sy: number;
}

/** Undefined where the pair would cost positive definiteness. */
export function pairOf(before: Point, after: Point): Pair | undefined {
  const s = difference(after.x, before.x);
  const y = difference(after.gradient, before.gradient);
  const sy = dot(s, y);
  return sy > 1e-10 * euclideanNorm(s) * euclideanNorm(y) ? { s, y, sy } : undefined;
}

/** H·g for the matrix of the pairs, oldest first, without forming it. Nocedal & Wright (2006), algorithm 7.4. */
export function twoLoop(g: Float64Array, pairs: readonly Pair[]): Float64Array {
  const r = g.slice();
  const n = r.length;
  const alpha = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    // α = sᵀq/sᵀy,  q ← q − αy
    const { s, y, sy } = pairs[k]!;
    const a = dot(s, r) / sy;
    alpha[k] = a;
    for (let i = 0; i < n; i++) r[i]! -= a * y[i]!;
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    // r = γq with γ = sᵀy/yᵀy, the curvature seen last
    const gamma = last.sy / dot(last.y, last.y);
    for (let i = 0; i < n; i++) r[i]! *= gamma;
  }
  for (let k = 0; k < pairs.length; k++) {
    // β = yᵀr/sᵀy,  r ← r + s(α − β)
    const { s, y, sy } = pairs[k]!;
    const b = alpha[k]! - dot(y, r) / sy;
    for (let i = 0; i < n; i++) r[i]! += b * s[i]!;
  }
  return r;
}
