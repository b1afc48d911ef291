// LU factorization with row exchanges, and the solves that it makes cheap.
import { solveTriangular } from "./triangular-solve.ts";

/** P·A = L·U: L below the diagonal of `factors` (its diagonal is 1), U on and above it. */
export interface LuFactors {
  readonly n: number;
  readonly factors: Float64Array;
  /** Row i of P·A is row `rows[i]` of A. */
  readonly rows: Int32Array;
  /** Index of the first pivot that is exactly 0, or −1. */
  readonly zeroPivot: number;
}

/**
 * P·A = L·U by Gaussian elimination
 *
 * Given:    A, n × n by rows; not changed
 * Returns:  the factors, the order of rows, and the first zero pivot where there is one
 * Method:   partial pivoting: the entry of largest size in the column, the first of equals; right-looking, so the update
 *           A[i, :] −= L[i, k]·A[k, :] runs along rows. Golub & Van Loan (2013), section 3.4
 * Cost:     2n³/3 flops
 * Tests:    PA = LU to n·ε·growth; golden solutions; a permutation matrix; a zero first pivot
 */
export function luFactors(A: Float64Array, n: number): LuFactors {
  const F = A.slice();
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  let zeroPivot = -1;
  for (let k = 0; k < n; k++) {
    let p = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(F[i * n + k]!) > Math.abs(F[p * n + k]!)) p = i;
    if (p !== k) exchangeRows(F, rows, n, k, p);
    const pivot = F[k * n + k]!;
    if (pivot === 0) {
      if (zeroPivot === -1) zeroPivot = k;
      continue;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = F[i * n + k]! / pivot;
      F[i * n + k] = factor;
      if (factor === 0) continue;
      const to = i * n;
      const from = k * n;
      for (let j = k + 1; j < n; j++) F[to + j] = F[to + j]! - factor * F[from + j]!;
    }
  }
  return { n, factors: F, rows, zeroPivot };
}

function exchangeRows(F: Float64Array, rows: Int32Array, n: number, i: number, p: number): void {
  const kept = F.slice(i * n, (i + 1) * n);
  F.copyWithin(i * n, p * n, (p + 1) * n);
  F.set(kept, p * n);
  const row = rows[i]!;
  rows[i] = rows[p]!;
  rows[p] = row;
}

/** X with A·X = B, or Aᵀ·X = B; B is n × k by rows and not changed. The factors must have no zero pivot. */
export function solveByLu(
  { n, factors, rows }: LuFactors,
  B: Float64Array,
  k: number,
  transposed: boolean,
): Float64Array {
  const X = new Float64Array(n * k);
  if (!transposed) {
    // A = Pᵀ·L·U
    for (let i = 0; i < n; i++) X.set(B.subarray(rows[i]! * k, (rows[i]! + 1) * k), i * k);
    solveTriangular(factors, n, X, k, { triangle: "lower", transposed: false, unit: true });
    solveTriangular(factors, n, X, k, { triangle: "upper", transposed: false, unit: false });
    return X;
  }
  // Aᵀ = Uᵀ·Lᵀ·P
  const Y = B.slice();
  solveTriangular(factors, n, Y, k, { triangle: "upper", transposed: true, unit: false });
  solveTriangular(factors, n, Y, k, { triangle: "lower", transposed: true, unit: true });
  for (let i = 0; i < n; i++) X.set(Y.subarray(i * k, (i + 1) * k), rows[i]! * k);
  return X;
}
