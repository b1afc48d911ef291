// Eigenvalues and eigenvectors of a dense symmetric matrix.
import { InternalError } from "../../errors/index.ts";
import { makeReflector } from "./householder.ts";
import { thinQ } from "./qr.ts";

export interface SymmetricEigen {
  /** Ascending. */
  readonly values: Float64Array;
  /** n × n by rows: row k is the eigenvector of `values[k]`. Its first entry of largest size is positive. */
  readonly vectors: Float64Array;
}

/**
 * A = Σ λₖ·vₖ·vₖᵀ
 *
 * Given:    A, symmetric, n × n by rows, finite; not changed
 * Returns:  eigenvalues ascending, orthonormal eigenvectors as rows
 * Method:   Householder reflections to tridiagonal form, then implicit QR steps with Wilkinson's shift on its diagonals, each
 *           rotation also applied to two rows of vectors: Golub & Van Loan (2013), algorithms 8.3.1 to 8.3.3. A is scaled by a
 *           power of two, so nothing overflows
 * Cost:     4n³/3 flops for the form, about 3n³ for the rotations of the vectors and 4n³/3 for their start
 * Error:    each computed λ is within n·ε·‖A‖ of an exact one; QᵀQ = I to n·ε
 * Traps:    small eigenvalues have absolute, not relative accuracy. Vectors of equal eigenvalues are some basis of their space
 * Tests:    A = VᵀΛV, VVᵀ = I, golden values of LAPACK, repeated and clustered eigenvalues, ends of the range
 */
export function symmetricEigen(A: Float64Array, n: number): SymmetricEigen {
  const T = A.slice();
  const scale = powerOfTwoNear(T);
  if (scale !== 1) for (let i = 0; i < T.length; i++) T[i] = T[i]! / scale;
  const { diagonal, off, vectors } = tridiagonalize(T, n);
  diagonalize(diagonal, off, vectors, n);
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[i]! - diagonal[j]!);
  const sorted = new Float64Array(n * n);
  order.forEach((from, to) => {
    sorted.set(vectors.subarray(from * n, (from + 1) * n), to * n);
    if (signOf(sorted, to * n, 1, n) < 0) for (let j = to * n; j < (to + 1) * n; j++) sorted[j] = -sorted[j]!;
  });
  return { values: Float64Array.from(order, (k) => diagonal[k]! * scale), vectors: sorted };
}

/**
 * Sign of the first entry whose size is, but for rounding, the largest; 1 when all are 0. Sizes that are equal in exact
 * arithmetic, as in (1, −1)/√2, so give one sign whatever their last digits are.
 */
export function signOf(x: Float64Array, start: number, stride: number, count: number): 1 | -1 {
  let largest = 0;
  for (let k = 0; k < count; k++) largest = Math.max(largest, Math.abs(x[start + k * stride]!));
  for (let k = 0; k < count; k++) {
    const entry = x[start + k * stride]!;
    if (Math.abs(entry) >= largest * (1 - 2 ** -20)) return entry < 0 ? -1 : 1;
  }
  return 1;
}

/** A power of two within a factor of 2 of the largest size, and 1 where no scaling is needed. */
export function powerOfTwoNear(x: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]!));
  if (largest === 0 || (largest > 2 ** -300 && largest < 2 ** 300)) return 1;
  return 2 ** Math.max(-1022, Math.min(1023, Math.floor(Math.log2(largest))));
}

/** Qᵀ·A·Q = tridiagonal; A is overwritten. Row k of `vectors` is column k of Q. */
function tridiagonalize(A: Float64Array, n: number) {
  // below the diagonal, row i of F is row i + 1 of A: reflector k starts at A[k + 1, k]
  const F = A.subarray(Math.min(n, A.length));
  const tau = new Float64Array(Math.max(0, n - 1));
  const off = new Float64Array(n);
  const p = new Float64Array(n);
  const v = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const t = makeReflector(F, n - 1, n, k);
    tau[k] = t;
    off[k] = F[k * n + k]!;
    if (t === 0) continue;
    // with v from row k + 1 on: p = τ·A·v, w = p − ½τ(pᵀv)·v, A ← A − v·wᵀ − w·vᵀ
    v[k + 1] = 1;
    for (let i = k + 2; i < n; i++) v[i] = A[i * n + k]!;
    let overlap = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += A[i * n + j]! * v[j]!;
      p[i] = t * sum;
      overlap += p[i]! * v[i]!;
    }
    for (let i = k + 1; i < n; i++) p[i] = p[i]! - 0.5 * t * overlap * v[i]!;
    for (let i = k + 1; i < n; i++) {
      const vi = v[i]!;
      const wi = p[i]!;
      for (let j = k + 1; j < n; j++) A[i * n + j] = A[i * n + j]! - (vi * p[j]! + wi * v[j]!);
    }
  }
  const diagonal = Float64Array.from({ length: n }, (_, k) => A[k * n + k]!);
  const Q = n > 1 ? thinQ({ m: n - 1, n, factors: F, tau }) : new Float64Array(0);
  const vectors = new Float64Array(n * n);
  if (n > 0) vectors[0] = 1;
  for (let i = 1; i < n; i++) for (let k = 1; k < n; k++) vectors[k * n + i] = Q[(i - 1) * (n - 1) + k - 1]!;
  return { diagonal, off, vectors };
}

// the largest entry is above 2⁻³⁰⁰; squares of what is above this do not vanish
const NEGLIGIBLE = 2 ** -480;

/** Eigenvalues in place of the diagonal d, whose neighbors are e; rows of Z are rotated along. */
function diagonalize(d: Float64Array, e: Float64Array, Z: Float64Array, n: number): void {
  let high = n - 1;
  for (let steps = 0; high > 0; steps++) {
    if (steps > 60 * n) throw new InternalError("eigh: the QR iteration did not converge.");
    for (let k = 0; k < high; k++) {
      const size = Math.abs(e[k]!);
      if (size <= NEGLIGIBLE || size <= Number.EPSILON * (Math.abs(d[k]!) + Math.abs(d[k + 1]!))) e[k] = 0;
    }
    if (e[high - 1] === 0) {
      high--;
      continue;
    }
    let low = high - 1;
    while (low > 0 && e[low - 1] !== 0) low--;
    implicitStep(d, e, Z, n, low, high);
  }
}

/** One QR step on rows low … high, whose off-diagonal entries are not 0: the bulge is chased from top to bottom. */
function implicitStep(d: Float64Array, e: Float64Array, Z: Float64Array, n: number, low: number, high: number): void {
  // Wilkinson's shift: the eigenvalue of the last 2 × 2 block that is nearer to d[high]
  const half = (d[high - 1]! - d[high]!) / 2;
  const last = e[high - 1]!;
  const shift = d[high]! - last / (half / last + (half / last < 0 ? -1 : 1) * Math.sqrt((half / last) ** 2 + 1));
  let x = d[low]! - shift;
  let z = e[low]!;
  for (let k = low; k < high; k++) {
    const r = Math.sqrt(x * x + z * z);
    const c = r === 0 ? 1 : x / r;
    const s = r === 0 ? 0 : z / r;
    if (k > low) e[k - 1] = r;
    const [a, b, next] = [d[k]!, e[k]!, d[k + 1]!];
    // [c s; −s c]·[a b; b next]·[c −s; s c]
    const g = c * a + s * b;
    const h = c * b + s * next;
    d[k] = c * g + s * h;
    d[k + 1] = s * (s * a - c * b) + c * (c * next - s * b);
    e[k] = c * h - s * g;
    if (k < high - 1) {
      x = e[k]!;
      z = s * e[k + 1]!;
      e[k + 1] = c * e[k + 1]!;
    }
    const [top, bottom] = [k * n, (k + 1) * n];
    for (let j = 0; j < n; j++) {
      const u = Z[top + j]!;
      const w = Z[bottom + j]!;
      Z[top + j] = c * u + s * w;
      Z[bottom + j] = c * w - s * u;
    }
  }
}
