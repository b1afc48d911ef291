// Singular value decomposition of a dense matrix.
import { InternalError } from "../../errors/index.ts";
import { dot } from "./dot.ts";
import { powerOfTwoNear, signOf } from "./eigh.ts";
import { pivotedQrFactors } from "./pivoted-qr.ts";
import { applyQ, qrFactors, upperR } from "./qr.ts";

export interface SingularValues {
  /** m × k by rows, k = min(m, n), orthonormal columns. The first entry of largest size in each is positive. */
  readonly U: Float64Array;
  /** k singular values, descending. */
  readonly S: Float64Array;
  /** k × n by rows, orthonormal rows. */
  readonly Vt: Float64Array;
}

/**
 * A = U·diag(S)·Vᵀ
 *
 * Given:    A, m × n by rows, finite; not changed
 * Returns:  the thin factors
 * Method:   A·P = Q·R with column pivoting (of Aᵀ when m < n), then one-sided Jacobi on the rows of R: pairs of rows are rotated
 *           until all are orthogonal, their sizes are then the singular values; R = J·S·Wᵀ gives U = Q·J, V = P·W.
 *           Drmač & Veselić (2008); rotations: Golub & Van Loan (2013), section 8.6.3. Rows that are 0 (rank loss)
 *           get directions orthogonal to the others. A is scaled by a power of two, so nothing overflows
 * Cost:     2n²(m − n/3) flops for QR, about 9n³ per sweep for six to ten sweeps, 2mn² for U
 * Traps:    rows below 2⁻⁴⁸⁰ count as 0
 * Error:    small singular values are as accurate as the scaling of the rows of R allows, often to full relative accuracy
 * Tests:    A = USVᵀ, UᵀU = VᵀV = I, golden values of LAPACK, all ranks, graded matrices, ends of the range
 */
export function singularValues(A: Float64Array, m: number, n: number): SingularValues {
  if (m < n) {
    const { U, S, Vt } = decompose(transposed(A, m, n), n, m);
    return fixSigns(transposed(Vt, m, m), S, transposed(U, n, m), m, n);
  }
  const { U, S, Vt } = decompose(A, m, n);
  return fixSigns(U, S, Vt, m, n);
}

/** For m ≥ n, with any signs. */
function decompose(A: Float64Array, m: number, n: number): SingularValues {
  const scale = powerOfTwoNear(A);
  const qr = pivotedQrFactors(scale === 1 ? A : A.map((v) => v / scale), m, n);
  const R = upperR(qr, n);
  const J = new Float64Array(n * n); // row k is column k of J
  for (let k = 0; k < n; k++) J[k * n + k] = 1;
  orthogonalizeRows(R, J, n);
  const sizes = Float64Array.from({ length: n }, (_, k) => rowNorm(R, k * n, n));
  const order = Array.from(sizes.keys()).sort((i, j) => sizes[j]! - sizes[i]!);
  const U = new Float64Array(m * n);
  const W = new Float64Array(n * n); // rows
  let rank = 0;
  order.forEach((from, to) => {
    for (let i = 0; i < n; i++) U[i * n + to] = J[from * n + i]!;
    const size = sizes[from]!;
    if (size === 0) return;
    rank++;
    for (let j = 0; j < n; j++) W[to * n + j] = R[from * n + j]! / size;
  });
  completeRows(W, rank, n);
  applyQ(qr, U, n, false);
  const Vt = new Float64Array(n * n);
  for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) Vt[k * n + qr.columns[j]!] = W[k * n + j]!;
  return { U, S: Float64Array.from(order, (k) => sizes[k]! * scale), Vt };
}

/** Rotates pairs of rows of R, and of J along with them, until all rows of R are orthogonal to working precision. */
function orthogonalizeRows(R: Float64Array, J: Float64Array, n: number): void {
  const limit = n * Number.EPSILON;
  for (let sweep = 0; ; sweep++) {
    if (sweep > 60) throw new InternalError("svd: the Jacobi rotations did not converge.");
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const [sp, sq] = [rowNorm(R, p * n, n), rowNorm(R, q * n, n)];
        if (sp === 0 || sq === 0) continue;
        const cosine = dot(R, p * n, R, q * n, n) / (sp * sq);
        if (Math.abs(cosine) <= limit) continue;
        rotated = true;
        // tan of the angle that makes both rows orthogonal: the smaller root of t² + 2ζt − 1 = 0, ζ = (sq² − sp²)/(2·rp·rq)
        const zeta = (sq / sp - sp / sq) / (2 * cosine);
        const root = Math.abs(zeta) < 2 ** 500 ? Math.sqrt(1 + zeta * zeta) : Math.abs(zeta);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + root);
        const c = 1 / Math.sqrt(1 + t * t);
        rotateRows(R, p * n, q * n, n, c, c * t);
        rotateRows(J, p * n, q * n, n, c, c * t);
      }
    }
    if (!rotated) return;
  }
}

function rotateRows(A: Float64Array, p: number, q: number, n: number, c: number, s: number): void {
  for (let j = 0; j < n; j++) {
    const x = A[p + j]!;
    const y = A[q + j]!;
    A[p + j] = c * x - s * y;
    A[q + j] = s * x + c * y;
  }
}

/** Size of a row, which is set to 0 where it is negligible: its entries could not be rotated with all of their digits. */
function rowNorm(R: Float64Array, start: number, n: number): number {
  const square = dot(R, start, R, start, n);
  if (square > NEGLIGIBLE ** 2) return Math.sqrt(square);
  R.fill(0, start, start + n);
  return 0;
}

// the largest entry is above 2⁻³⁰⁰
const NEGLIGIBLE = 2 ** -480;

/** Puts orthonormal rows that are orthogonal to the first `rank` below them. */
function completeRows(W: Float64Array, rank: number, n: number): void {
  if (rank === n) return;
  const columns = new Float64Array(n * rank);
  for (let k = 0; k < rank; k++) for (let j = 0; j < n; j++) columns[j * rank + k] = W[k * n + j]!;
  const rest = n - rank;
  const Q = new Float64Array(n * rest);
  for (let k = 0; k < rest; k++) Q[(rank + k) * rest + k] = 1;
  applyQ(qrFactors(columns, n, rank), Q, rest, false);
  for (let k = 0; k < rest; k++) for (let j = 0; j < n; j++) W[(rank + k) * n + j] = Q[j * rest + k]!;
}

/** U "m k" and Vᵀ "k n" may turn together. */
function fixSigns(U: Float64Array, S: Float64Array, Vt: Float64Array, m: number, n: number): SingularValues {
  const k = S.length;
  for (let c = 0; c < k; c++) {
    if (signOf(U, c, k, m) > 0) continue;
    for (let i = 0; i < m; i++) U[i * k + c] = -U[i * k + c]!;
    for (let j = 0; j < n; j++) Vt[c * n + j] = -Vt[c * n + j]!;
  }
  return { U, S, Vt };
}

function transposed(A: Float64Array, m: number, n: number): Float64Array {
  const T = new Float64Array(n * m);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) T[j * m + i] = A[i * n + j]!;
  return T;
}
