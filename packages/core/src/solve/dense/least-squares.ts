// Dense least squares by Householder QR with column pivoting. Matrices are stored by columns, so that reflections run along memory.
import { addAt, dotAt } from "./rows.ts";

export interface LeastSquaresFit {
  /** A basic solution: 0 for columns beyond the rank. */
  readonly x: Float64Array;
  readonly rank: number;
  /** Columns in the order of their pivots: the first `rank` are independent. */
  readonly order: Int32Array;
}

/**
 * min ‖A·x − b‖₂ for A "m n" stored by columns
 *
 * Given:    A and b; both are overwritten
 * Returns:  a basic solution, the rank, the order of the columns
 * Method:   Businger & Golub (1965); norms of what is left of columns are computed anew at each step
 * Stops:    a column counts as dependent when what is left of it is below `rcond` of the largest
 * Cost:     2mn² − ⅔n³
 */
export function leastSquaresInPlace(
  A: Float64Array,
  m: number,
  n: number,
  b: Float64Array,
  rcond: number = 1e-12,
): LeastSquaresFit {
  const order = Int32Array.from({ length: n }, (_, j) => j);
  const start = Int32Array.from({ length: n }, (_, j) => j * m);
  const norms = new Float64Array(n);
  const diagonal = new Float64Array(n);
  for (let j = 0; j < n; j++) norms[j] = tailNorm(A, j * m, 0, m);
  const first = norms.reduce((most, norm) => Math.max(most, norm), 0);
  const most = Math.min(m, n);
  let rank = 0;
  for (; rank < most; rank++) {
    let best = rank;
    for (let j = rank; j < n; j++) {
      norms[j] = tailNorm(A, start[j]!, rank, m);
      if (norms[j]! > norms[best]!) best = j;
    }
    if (!(norms[best]! > rcond * first)) break;
    swap(order, rank, best);
    swap(start, rank, best);
    swap(norms, rank, best);
    const column = start[rank]!;
    // H = I − βvvᵀ with v = a ± ‖a‖e₁
    const head = A[column + rank]!;
    const alpha = head > 0 ? -norms[rank]! : norms[rank]!;
    const v0 = head - alpha;
    A[column + rank] = v0;
    diagonal[rank] = alpha;
    const beta = 1 / (-alpha * v0);
    for (let j = rank + 1; j < n; j++) reflect(A, column, A, start[j]!, rank, m, beta);
    reflect(A, column, b, 0, rank, m, beta);
  }
  const y = new Float64Array(n);
  for (let k = rank - 1; k >= 0; k--) {
    let sum = b[k]!;
    for (let j = k + 1; j < rank; j++) sum -= A[start[j]! + k]! * y[j]!;
    y[k] = sum / diagonal[k]!;
  }
  const x = new Float64Array(n);
  for (let k = 0; k < rank; k++) x[order[k]!] = y[k]!;
  return { x, rank, order };
}

function reflect(V: Float64Array, v: number, B: Float64Array, b: number, from: number, m: number, beta: number): void {
  const factor = beta * dotAt(V, v + from, B, b + from, m - from);
  if (factor !== 0) addAt(B, b + from, -factor, V, v + from, m - from);
}

function tailNorm(A: Float64Array, start: number, from: number, m: number): number {
  const square = dotAt(A, start + from, A, start + from, m - from);
  if (square > 1e-200 && square < 1e200) return Math.sqrt(square);
  // squares overflow or vanish
  let largest = 0;
  for (let i = from; i < m; i++) largest = Math.max(largest, Math.abs(A[start + i]!));
  if (!(largest > 0 && largest < Infinity)) return largest;
  let sum = 0;
  for (let i = from; i < m; i++) sum += (A[start + i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

function swap(list: Int32Array | Float64Array, i: number, j: number): void {
  const kept = list[i]!;
  list[i] = list[j]!;
  list[j] = kept;
}
