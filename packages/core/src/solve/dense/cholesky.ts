// Cholesky and LDLᵀ of small dense symmetric matrices, row by row on plain vectors: what solvers factor in every step.

import { addAt, dotAt } from "./rows.ts";

/**
 * A = L·Lᵀ, in place; only the lower triangle is read and written.
 *
 * Returns the index of the first pivot that is not positive relative to its diagonal entry, or −1.
 */
export function choleskyInPlace(A: Float64Array, n: number): number {
  for (let first = 0; first < n; first += 4) {
    const end = Math.min(first + 4, n);
    // four rows at a time against the rows above them, then the rows of the block one after another
    if (end === first + 4) eliminateFour(A, n, first);
    for (let i = first; i < end; i++) {
      const row = i * n;
      for (let j = end === first + 4 ? first : 0; j < i; j++) {
        const other = j * n;
        A[row + j] = (A[row + j]! - dotAt(A, row, A, other, j)) / A[other + j]!;
      }
      const sum = A[row + i]! - dotAt(A, row, A, row, i);
      // a pivot that is rounding of the diagonal entry says nothing about its sign
      if (!(sum > 4 * Number.EPSILON * Math.abs(A[row + i]!)) || sum === Infinity) return i;
      A[row + i] = Math.sqrt(sum);
    }
  }
  return -1;
}

/** Columns before `first` of the rows `first` … `first + 3`. */
function eliminateFour(A: Float64Array, n: number, first: number): void {
  const a = first * n;
  const b = a + n;
  const c = b + n;
  const d = c + n;
  for (let j = 0; j < first; j++) {
    const other = j * n;
    let s0 = A[a + j]!;
    let s1 = A[b + j]!;
    let s2 = A[c + j]!;
    let s3 = A[d + j]!;
    for (let k = 0; k < j; k++) {
      const v = A[other + k]!;
      s0 -= A[a + k]! * v;
      s1 -= A[b + k]! * v;
      s2 -= A[c + k]! * v;
      s3 -= A[d + k]! * v;
    }
    const pivot = A[other + j]!;
    A[a + j] = s0 / pivot;
    A[b + j] = s1 / pivot;
    A[c + j] = s2 / pivot;
    A[d + j] = s3 / pivot;
  }
}

/** b ← L⁻¹·b */
export function solveLower(L: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    b[i] = (b[i]! - dotAt(L, row, b, 0, i)) / L[row + i]!;
  }
}

/** b ← L⁻ᵀ·b */
export function solveLowerTransposed(L: Float64Array, n: number, b: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const value = b[i]! / L[row + i]!;
    b[i] = value;
    addAt(b, 0, -value, L, row, i);
  }
}

/** L⁻¹, full with zeros above the diagonal. */
export function inverseLower(L: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let k = 0;
    // four rows above at a time; what lies above the diagonal there is 0
    for (; k + 3 < i; k += 4) {
      const a = k * n;
      const b = a + n;
      const c = b + n;
      const d = c + n;
      const w0 = L[row + k]!;
      const w1 = L[row + k + 1]!;
      const w2 = L[row + k + 2]!;
      const w3 = L[row + k + 3]!;
      for (let j = 0; j < k + 4; j++) {
        inverse[row + j]! -=
          w0 * inverse[a + j]! + w1 * inverse[b + j]! + (w2 * inverse[c + j]! + w3 * inverse[d + j]!);
      }
    }
    for (; k < i; k++) addAt(inverse, row, -L[row + k]!, inverse, k * n, k + 1);
    const pivot = 1 / L[row + i]!;
    for (let j = 0; j < i; j++) inverse[row + j]! *= pivot;
    inverse[row + i] = pivot;
  }
  return inverse;
}

/**
 * A = L·D·Lᵀ without pivoting, in place: L below the diagonal, D on it.
 *
 * For quasi-definite matrices [H, Jᵀ; J, −E] with H, E positive definite, where it exists for every order (Vanderbei 1995);
 * for others the count of negative pivots is the inertia, as long as no pivot vanishes.
 * Pivots below `tiny` in size are replaced by ±tiny, with the sign that `positive` first rows say.
 * Returns how many pivots are negative; −1 when one of the first rows had to be replaced: nothing is known then.
 */
export function ldlInPlace(A: Float64Array, n: number, positive: number, tiny: number): number {
  const scaled = new Float64Array(n);
  let negative = 0;
  let replaced = false;
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let pivot = A[row + i]!;
    for (let j = 0; j < i; j++) {
      const other = j * n;
      const sum = A[row + j]! - dotAt(scaled, 0, A, other, j);
      scaled[j] = sum; // L[i, j]·D[j]
      A[row + j] = sum / A[other + j]!;
      pivot -= sum * A[row + j]!;
    }
    // pivots of the second block are small where those of the first are large
    if (!(Math.abs(pivot) > (i < positive ? tiny : 1e-200))) {
      replaced ||= i < positive;
      pivot = i < positive ? tiny : -tiny;
    }
    if (pivot < 0) negative++;
    A[row + i] = pivot;
  }
  return replaced ? -1 : negative;
}

/** b ← (L·D·Lᵀ)⁻¹·b */
export function solveLdl(F: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    const row = i * n;
    for (let k = 0; k < i; k++) sum -= F[row + k]! * b[k]!;
    b[i] = sum;
  }
  for (let i = 0; i < n; i++) b[i]! /= F[i * n + i]!;
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const value = b[i]!;
    for (let k = 0; k < i; k++) b[k]! -= value * F[row + k]!;
  }
}
