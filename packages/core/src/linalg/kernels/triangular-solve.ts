// Forward and backward substitution.

export interface TriangularForm {
  /** Which triangle of T is read. */
  readonly triangle: "lower" | "upper";
  /** Solve with Tᵀ instead of T. */
  readonly transposed: boolean;
  /** The diagonal counts as 1 and is not read. */
  readonly unit: boolean;
}

/**
 * T·X = B or Tᵀ·X = B for triangular T
 *
 * Given:    T, n × n by rows with stride `stride` (≥ n), of which one triangle is read; B, n × k by rows
 * Returns:  −1 when B is overwritten with X; else the index of the first diagonal entry that is 0
 * Method:   substitution by rows of X. With T, row i gathers the rows found before it; with Tᵀ, row i once found is taken
 *           from the rows that still need it. Both run along rows of T and of B. Higham (2002), chapter 8
 * Cost:     n²·k flops, no memory
 * Error:    (T + ΔT)·x = b with |ΔT| ≤ γₙ|T| for each column
 * Tests:    golden values, backward error, all eight forms against a dense product
 */
export function solveTriangular(
  T: Float64Array,
  n: number,
  B: Float64Array,
  k: number,
  { triangle, transposed, unit }: TriangularForm,
  stride: number = n,
): number {
  if (!unit) for (let i = 0; i < n; i++) if (T[i * stride + i] === 0) return i;
  const lower = triangle === "lower";
  const forward = lower !== transposed;
  for (let step = 0; step < n; step++) {
    const i = forward ? step : n - 1 - step;
    const row = i * k;
    if (!transposed) {
      const end = lower ? i : n;
      for (let j = lower ? 0 : i + 1; j < end; j++) subtractRow(B, row, T[i * stride + j]!, j * k, k);
    }
    if (!unit) {
      const pivot = T[i * stride + i]!;
      for (let c = 0; c < k; c++) B[row + c] = B[row + c]! / pivot;
    }
    if (transposed) {
      const end = lower ? i : n;
      for (let j = lower ? 0 : i + 1; j < end; j++) subtractRow(B, j * k, T[i * stride + j]!, row, k);
    }
  }
  return -1;
}

/** B[to : to + k] −= factor·B[from : from + k] */
function subtractRow(B: Float64Array, to: number, factor: number, from: number, k: number): void {
  for (let c = 0; c < k; c++) B[to + c] = B[to + c]! - factor * B[from + c]!;
}
