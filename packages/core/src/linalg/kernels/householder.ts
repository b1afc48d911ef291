// Householder reflectors H = I − τ·v·vᵀ: made from a column, applied to rows. v₀ = 1 is not stored.

/**
 * H·x = β·e₀ for the part of column k at and below row k
 *
 * Given:    A, m × n by rows
 * Returns:  τ; β stands at A[k, k], the rest of v below it. τ = 0 (H = I) when everything below is 0 already
 * Method:   β = −sign(x₀)·‖x‖, τ = (β − x₀)/β, v = x/(x₀ − β): LAPACK's dlarfg; the norm is scaled, so nothing overflows
 */
export function makeReflector(A: Float64Array, m: number, n: number, k: number): number {
  const start = k * n + k;
  const end = m * n;
  let largest = 0;
  for (let at = start + n; at < end; at += n) largest = Math.max(largest, Math.abs(A[at]!));
  if (largest === 0) return 0;
  const alpha = A[start]!;
  const scale = Math.max(largest, Math.abs(alpha));
  let sum = 0;
  for (let at = start; at < end; at += n) sum += (A[at]! / scale) ** 2;
  const beta = -(alpha < 0 ? -1 : 1) * scale * Math.sqrt(sum);
  const divisor = alpha - beta;
  for (let at = start + n; at < end; at += n) A[at] = A[at]! / divisor;
  A[start] = beta;
  return (beta - alpha) / beta;
}

/**
 * B ← H·B on columns from … columns − 1, for the reflector in column k of F (rows × stride)
 *
 * B has the rows of F and `columns` columns; F and B may be the same matrix when `from` > k.
 * w = vᵀB and B −= τ·v·w both run along rows of B; `w` is room for `columns` numbers.
 */
export function applyReflector(
  F: Float64Array,
  stride: number,
  rows: number,
  k: number,
  tau: number,
  B: Float64Array,
  columns: number,
  from: number,
  w: Float64Array,
): void {
  if (tau === 0) return;
  const first = k * columns;
  for (let j = from; j < columns; j++) w[j] = B[first + j]!;
  for (let i = k + 1; i < rows; i++) {
    const v = F[i * stride + k]!;
    const row = i * columns;
    for (let j = from; j < columns; j++) w[j] = w[j]! + v * B[row + j]!;
  }
  for (let j = from; j < columns; j++) {
    w[j] = w[j]! * tau;
    B[first + j] = B[first + j]! - w[j]!;
  }
  for (let i = k + 1; i < rows; i++) {
    const v = F[i * stride + k]!;
    const row = i * columns;
    for (let j = from; j < columns; j++) B[row + j] = B[row + j]! - v * w[j]!;
  }
}
