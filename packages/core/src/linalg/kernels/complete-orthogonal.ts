// Least squares of any rank: the pseudo-inverse, applied without being formed.
import { type PivotedQrFactors, pivotedQrFactors, rankOf } from "./pivoted-qr.ts";
import { applyQ, type QrFactors, qrFactors, upperR } from "./qr.ts";
import { solveTriangular } from "./triangular-solve.ts";

/** A·P = Q·T·Zᵀ with T of size rank × rank. */
export interface CompleteOrthogonalFactors {
  readonly qr: PivotedQrFactors;
  readonly rank: number;
  /** Z and Tᵀ, as the QR factors of [R₁₁ R₁₂]ᵀ; absent when the rank is n, where Z = I and T = R. */
  readonly right: QrFactors | undefined;
}

/**
 * A·P = Q·[T 0; 0 0]·Zᵀ, the complete orthogonal decomposition
 *
 * Given:    A, m × n by rows; `tolerance`, relative to the largest diagonal entry of R, below which entries count as 0
 * Returns:  the factors and the rank
 * Method:   pivoted QR gives A·P = Q·[R₁₁ R₁₂; 0 R₂₂]; R₂₂ is dropped; a second QR, of [R₁₁ R₁₂]ᵀ = Z·Tᵀ, moves R₁₂ away.
 *           Golub & Van Loan (2013), chapter 5
 * Cost:     2n²(m − n/3) + 2r²(n − r/3) flops
 * Tests:    pseudo-inverses of NumPy for all ranks; the four equations of Penrose; Wampler's and Hilbert's matrices
 */
export function completeOrthogonalFactors(
  A: Float64Array,
  m: number,
  n: number,
  tolerance: number,
): CompleteOrthogonalFactors {
  const qr = pivotedQrFactors(A, m, n);
  const rank = rankOf(qr, tolerance);
  if (rank === n) return { qr, rank, right: undefined };
  const R = upperR(qr, rank);
  const transposed = new Float64Array(n * rank);
  for (let i = 0; i < rank; i++) for (let j = i; j < n; j++) transposed[j * rank + i] = R[i * n + j]!;
  return { qr, rank, right: qrFactors(transposed, n, rank) };
}

/** A⁺·B = P·Z·T⁻¹·Qᵀ·B: the X of least norm among those that minimize ‖A·X − B‖. B is m × k by rows, not changed. */
export function leastNormSolution(
  { qr, rank, right }: CompleteOrthogonalFactors,
  B: Float64Array,
  k: number,
): Float64Array {
  const { n, columns } = qr;
  const C = B.slice();
  applyQ(qr, C, k, true, rank);
  const Y = new Float64Array(n * k);
  Y.set(C.subarray(0, rank * k));
  if (right === undefined) {
    solveTriangular(qr.factors, rank, Y, k, { triangle: "upper", transposed: false, unit: false });
  } else {
    solveTriangular(right.factors, rank, Y, k, { triangle: "upper", transposed: true, unit: false });
    applyQ(right, Y, k, false);
  }
  const X = new Float64Array(n * k);
  for (let j = 0; j < n; j++) X.set(Y.subarray(j * k, (j + 1) * k), columns[j]! * k);
  return X;
}

/** (A⁺)ᵀ·C = Q·T⁻ᵀ·Zᵀ·Pᵀ·C, from the same factors. C is n × k by rows, not changed. */
export function leastNormSolutionTransposed(
  { qr, rank, right }: CompleteOrthogonalFactors,
  C: Float64Array,
  k: number,
): Float64Array {
  const { m, n, columns } = qr;
  const Y = new Float64Array(n * k);
  for (let j = 0; j < n; j++) Y.set(C.subarray(columns[j]! * k, (columns[j]! + 1) * k), j * k);
  if (right === undefined) {
    solveTriangular(qr.factors, rank, Y, k, { triangle: "upper", transposed: true, unit: false });
  } else {
    applyQ(right, Y, k, true);
    solveTriangular(right.factors, rank, Y, k, { triangle: "upper", transposed: false, unit: false });
  }
  const X = new Float64Array(m * k);
  X.set(Y.subarray(0, rank * k));
  applyQ(qr, X, k, false, rank);
  return X;
}
