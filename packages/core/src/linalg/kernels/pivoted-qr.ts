// QR factorization with column exchanges: the diagonal of R falls in size, which shows the rank.
import { applyReflector, makeReflector } from "./householder.ts";
import type { QrFactors } from "./qr.ts";

export interface PivotedQrFactors extends QrFactors {
  /** Column k of the factored matrix is column `columns[k]` of A. */
  readonly columns: Int32Array;
}

/**
 * A·P = Q·R with |R[0, 0]| ≥ |R[1, 1]| ≥ …
 *
 * Given:    A, m × n by rows; not changed
 * Returns:  R, the reflectors of Q, and the order of columns
 * Method:   Businger & Golub (1965): the column of largest remaining norm comes next, the first of equals. Norms are updated
 *           by √(1 − (R[k, j]/norm)²) and computed anew when that has lost half of its digits: Drmač & Bujanović (2008),
 *           LAPACK's dlaqp2
 * Cost:     as without exchanges, 2n²(m − n/3) flops for m ≥ n
 * Traps:    the diagonal can hide a rank loss by a factor of 2ⁿ (Kahan's matrix); in practice it is within n of σₖ
 * Tests:    AP = QR, falling diagonal, golden values of LAPACK, Kahan's matrix keeps its order
 */
export function pivotedQrFactors(A: Float64Array, m: number, n: number): PivotedQrFactors {
  const F = A.slice();
  const columns = Int32Array.from({ length: n }, (_, j) => j);
  const tau = new Float64Array(Math.min(m, n));
  const w = new Float64Array(n);
  const norms = Float64Array.from({ length: n }, (_, j) => columnNorm(F, m, n, j, 0));
  const computed = norms.slice(); // the norms when they were last summed up
  for (let k = 0; k < tau.length; k++) {
    let p = k;
    for (let j = k + 1; j < n; j++) if (norms[j]! > norms[p]!) p = j;
    if (p !== k) {
      exchangeColumns(F, m, n, k, p);
      const column = columns[k]!;
      columns[k] = columns[p]!;
      columns[p] = column;
      norms[p] = norms[k]!;
      computed[p] = computed[k]!;
    }
    tau[k] = makeReflector(F, m, n, k);
    applyReflector(F, n, m, k, tau[k]!, F, n, k + 1, w);
    for (let j = k + 1; j < n; j++) {
      if (norms[j] === 0) continue;
      const left = Math.max(0, 1 - (Math.abs(F[k * n + j]!) / norms[j]!) ** 2);
      if (left * (norms[j]! / computed[j]!) ** 2 <= SQRT_EPSILON) {
        norms[j] = columnNorm(F, m, n, j, k + 1);
        computed[j] = norms[j]!;
      } else {
        norms[j] = norms[j]! * Math.sqrt(left);
      }
    }
  }
  return { m, n, factors: F, tau, columns };
}

const SQRT_EPSILON = 2 ** -26;

/** ‖A[from:, j]‖, scaled so that it neither overflows nor vanishes. */
function columnNorm(A: Float64Array, m: number, n: number, j: number, from: number): number {
  let scale = 0;
  for (let i = from; i < m; i++) scale = Math.max(scale, Math.abs(A[i * n + j]!));
  if (scale === 0 || !(scale < Infinity)) return scale;
  let sum = 0;
  for (let i = from; i < m; i++) sum += (A[i * n + j]! / scale) ** 2;
  return scale * Math.sqrt(sum);
}

function exchangeColumns(A: Float64Array, m: number, n: number, j: number, p: number): void {
  for (let row = 0; row < m * n; row += n) {
    const kept = A[row + j]!;
    A[row + j] = A[row + p]!;
    A[row + p] = kept;
  }
}

/**
 * How many of the diagonal entries count: r is the first k with |R[k, k]| ≤ tolerance·|R[0, 0]|.
 *
 * With `tolerance` = max(m, n)·ε that is the rank to working precision.
 */
export function rankOf({ n, factors, tau }: QrFactors, tolerance: number): number {
  const limit = tau.length === 0 ? 0 : tolerance * Math.abs(factors[0]!);
  // an entry that is NaN counts, so that it shows in the result
  for (let k = 0; k < tau.length; k++) if (Math.abs(factors[k * n + k]!) <= limit) return k;
  return tau.length;
}
