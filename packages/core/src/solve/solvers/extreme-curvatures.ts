// Extreme eigenvalues of a symmetric matrix that is known by its products only.
import { dot, euclideanNorm } from "../vector.ts";

/** Largest and smallest curvature among the directions that the start vector excites. */
export interface Curvatures {
  readonly largest: number;
  readonly smallest: number;
}

/**
 * Lanczos for the extreme eigenvalues of H on the space span{v, Hv, H²v, …}.
 *
 * Given:    products with H, a start vector v
 * Returns:  the extreme Ritz values; `undefined` when v is 0 or a product is not finite
 * Method:   Lanczos with full orthogonalization, Golub & Van Loan (2013), section 10.1; eigenvalues of the tridiagonal matrix by bisection
 * Stops:    after `steps` products, or when the space is exhausted
 * Cost:     `steps` products and as many vectors
 * Traps:    Ritz values lie inside of the spectrum: the largest is a bit too small, the smallest too large.
 *           From the gradient as start vector, directions in which descent does not move are not seen, which is right.
 * Tests:    diagonal matrices with known ends; the tutorial's line; the condition number 174
 */
export function extremeCurvatures(
  product: (v: Float64Array) => Float64Array,
  v: Float64Array,
  steps = 20,
): Curvatures | undefined {
  const length = euclideanNorm(v);
  if (!(length > 0 && length < Infinity)) return undefined;
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  let q = v.map((x) => x / length);
  for (let k = 0; k < Math.min(steps, v.length); k++) {
    basis.push(q);
    const w = product(q).slice();
    diagonal.push(dot(q, w));
    for (let pass = 0; pass < 2; pass++) for (const b of basis) subtractAlong(w, b); // twice is enough
    const beta = euclideanNorm(w);
    if (!Number.isFinite(beta)) return undefined;
    const size = Math.max(...diagonal.map(Math.abs), ...offDiagonal);
    if (beta <= 1e-10 * size) break;
    offDiagonal.push(beta);
    q = w.map((x) => x / beta);
  }
  return {
    smallest: tridiagonalEigenvalue(diagonal, offDiagonal, 1),
    largest: tridiagonalEigenvalue(diagonal, offDiagonal, diagonal.length),
  };
}

/** w ← w − (bᵀw)·b for a unit vector b */
function subtractAlong(w: Float64Array, b: Float64Array): void {
  const share = dot(b, w);
  for (let i = 0; i < w.length; i++) w[i]! -= share * b[i]!;
}

/** The k-th smallest eigenvalue (k from 1), by bisection on Sturm counts. Golub & Van Loan (2013), section 8.4. */
function tridiagonalEigenvalue(a: readonly number[], b: readonly number[], k: number): number {
  const n = a.length;
  const below = (x: number): number => {
    let count = 0;
    let d = 1;
    for (let i = 0; i < n; i++) {
      d = a[i]! - x - (i === 0 ? 0 : b[i - 1]! ** 2 / d);
      if (d === 0) d = Number.MIN_VALUE;
      if (d < 0) count++;
    }
    return count;
  };
  const radius = (i: number) => (i > 0 ? b[i - 1]! : 0) + (i < n - 1 ? b[i]! : 0);
  let low = Math.min(...a.map((x, i) => x - radius(i))); // Gershgorin
  let high = Math.max(...a.map((x, i) => x + radius(i)));
  while (high - low > 1e-14 * Math.max(Math.abs(low), Math.abs(high))) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (below(middle) >= k) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
