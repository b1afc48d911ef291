// Features by columns, about their means and times √weight: what coordinate descent walks through.
import type { Design } from "../design.ts";

/** aⱼ = √s∘(xⱼ − x̄ⱼ), one column after the other, so that the loss is ‖y − Aw‖²/(2S). */
export interface Columns {
  readonly n: number;
  readonly d: number;
  /** Column j stands at j·n. */
  readonly values: Float64Array;
  /** ‖aⱼ‖²/S, 0 for a constant column. */
  readonly curvatures: Float64Array;
  /** S */
  readonly totalWeight: number;
}

/** Rows that are moved together: a block of a column and its rows fit the cache. */
const BLOCK = 64;

export function centeredColumns(X: Design, weights: Float64Array, means: Float64Array): Columns {
  const { n, d, values: rows } = X;
  const roots = weights.map(Math.sqrt);
  const values = new Float64Array(n * d);
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(n, start + BLOCK);
    for (let j = 0; j < d; j++) {
      const mean = means[j]!;
      for (let i = start; i < end; i++) values[j * n + i] = roots[i]! * (rows[i * d + j]! - mean);
    }
  }
  const totalWeight = weights.reduce((sum, s) => sum + s, 0);
  const curvatures = new Float64Array(d);
  for (let j = 0; j < d; j++) curvatures[j] = dot(values, j * n, values, j * n, n) / totalWeight;
  return { n, d, values, curvatures, totalWeight };
}

/** Σ a[i]·b[i] over n entries from the two places on, in four sums. */
export function dot(a: Float64Array, from: number, b: Float64Array, start: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = n - (n % 4);
  for (let i = 0; i < whole; i += 4) {
    s0 += a[from + i]! * b[start + i]!;
    s1 += a[from + i + 1]! * b[start + i + 1]!;
    s2 += a[from + i + 2]! * b[start + i + 2]!;
    s3 += a[from + i + 3]! * b[start + i + 3]!;
  }
  for (let i = whole; i < n; i++) s0 += a[from + i]! * b[start + i]!;
  return s0 + s1 + (s2 + s3);
}

/** r ← r − step·aⱼ */
export function subtractColumn({ n, values }: Columns, j: number, step: number, r: Float64Array): void {
  const from = j * n;
  for (let i = 0; i < n; i++) r[i] = r[i]! - step * values[from + i]!;
}

/** y − Aw, over the coefficients that are not 0. */
export function residualOf(columns: Columns, y: Float64Array, w: Float64Array): Float64Array {
  const r = y.slice();
  for (let j = 0; j < columns.d; j++) if (w[j] !== 0) subtractColumn(columns, j, w[j]!, r);
  return r;
}

/** aⱼ·r/S for one column. */
export function correlation({ n, values, totalWeight }: Columns, j: number, r: Float64Array): number {
  return dot(values, j * n, r, 0, n) / totalWeight;
}
