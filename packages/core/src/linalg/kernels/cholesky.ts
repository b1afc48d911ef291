// Cholesky factorization of a dense symmetric matrix.
import { dot } from "./dot.ts";

/**
 * A = L·Lᵀ with L lower triangular and a positive diagonal
 *
 * Given:    A, n × n by rows; only the lower triangle is read
 * Returns:  −1 when A is overwritten with L (upper triangle 0); else the index of the first pivot that is not positive,
 *           whose value is then in its place on the diagonal
 * Method:   Cholesky–Banachiewicz by rows: L[i, j] = (A[i, j] − L[i, :j]·L[j, :j])/L[j, j], so every inner loop runs along
 *           two rows. Golub & Van Loan (2013), section 4.2
 * Cost:     n³/3 flops, no memory
 * Traps:    a pivot that is NaN is "not positive"
 * Tests:    A = LLᵀ to n·ε; golden values; the indices of planted negative pivots
 */
export function choleskyInPlace(A: Float64Array, n: number): number {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j < i; j++) A[row + j] = (A[row + j]! - dot(A, row, A, j * n, j)) / A[j * n + j]!;
    const pivot = A[row + i]! - dot(A, row, A, row, i);
    if (!(pivot > 0 && pivot < Infinity)) {
      A[row + i] = pivot;
      return i;
    }
    A[row + i] = Math.sqrt(pivot);
    A.fill(0, row + i + 1, row + n);
  }
  return -1;
}
