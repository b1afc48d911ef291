// LU factorization with row exchanges, and the solves that it makes cheap.
import { solveTriangular } from "./triangular-solve.ts";

/** P·A = L·U: L below the diagonal of `factors` (its diagonal is 1), U on and above it. */
export interface LuFactors {
  /** Rows and columns of A; solves need them equal. */
  readonly m: number;
  readonly n: number;
  readonly factors: Float64Array;
  /** Row i of P·A is row `rows[i]` of A. */
  readonly rows: Int32Array;
  /** Index of the first pivot that is exactly 0, or −1. */
  readonly zeroPivot: number;
  /** det P: −1 after an odd number of exchanges. */
  readonly parity: 1 | -1;
}

/**
 * P·A = L·U by Gaussian elimination
 *
 * Given:    A, m × n by rows; not changed
 * Returns:  the factors, the order of rows, its parity, and the first zero pivot where there is one
 * Method:   partial pivoting: the entry of largest size in the column, the first of equals; right-looking, so the update
 *           A[i, :] −= L[i, k]·A[k, :] runs along rows. Golub & Van Loan (2013), section 3.4
 * Cost:     n²(m − n/3) flops for m ≥ n: 2n³/3 for a square
 * Tests:    PA = LU to n·ε·growth; golden solutions; a permutation matrix; a zero first pivot
 */
export function luFactors(A: Float64Array, m: number, n: number = m): LuFactors {
  const F = A.slice();
  const rows = Int32Array.from({ length: m }, (_, i) => i);
  let zeroPivot = -1;
  let parity: 1 | -1 = 1;
  for (let k = 0; k < Math.min(m, n); k++) {
    let p = k;
    for (let i = k + 1; i < m; i++) if (Math.abs(F[i * n + k]!) > Math.abs(F[p * n + k]!)) p = i;
    if (p !== k) {
      exchangeRows(F, rows, n, k, p);
      parity = parity === 1 ? -1 : 1;
    }
    const pivot = F[k * n + k]!;
    if (pivot === 0) {
      if (zeroPivot === -1) zeroPivot = k;
      continue;
    }
    for (let i = k + 1; i < m; i++) {
      const factor = F[i * n + k]! / pivot;
      F[i * n + k] = factor;
      if (factor === 0) continue;
      const to = i * n;
      const from = k * n;
      for (let j = k + 1; j < n; j++) F[to + j] = F[to + j]! - factor * F[from + j]!;
    }
  }
  return { m, n, factors: F, rows, zeroPivot, parity };
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
