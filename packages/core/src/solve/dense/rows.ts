// Inner products and updates along rows of matrices that are stored in one vector. Four sums run at a time: one alone would
// wait for each addition before the next. Several rows at once share what they read of the other vector.

/** Σ A[a + i]·B[b + i] */
export function dotAt(A: Float64Array, a: number, B: Float64Array, b: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = n & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    s0 += A[a + i]! * B[b + i]!;
    s1 += A[a + i + 1]! * B[b + i + 1]!;
    s2 += A[a + i + 2]! * B[b + i + 2]!;
    s3 += A[a + i + 3]! * B[b + i + 3]!;
  }
  for (; i < n; i++) s0 += A[a + i]! * B[b + i]!;
  return s0 + s1 + (s2 + s3);
}

/** B[b + i] += factor·A[a + i] */
export function addAt(B: Float64Array, b: number, factor: number, A: Float64Array, a: number, n: number): void {
  const whole = n & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    B[b + i]! += factor * A[a + i]!;
    B[b + i + 1]! += factor * A[a + i + 1]!;
    B[b + i + 2]! += factor * A[a + i + 2]!;
    B[b + i + 3]! += factor * A[a + i + 3]!;
  }
  for (; i < n; i++) B[b + i]! += factor * A[a + i]!;
}

/** to[k] = Σᵢ A[k·n + i]·x[at + i] for rows `from` ≤ k < `end` of a matrix with n columns. */
export function rowProducts(
  A: Float64Array,
  n: number,
  from: number,
  end: number,
  x: Float64Array,
  at: number,
  to: Float64Array,
): void {
  let k = from;
  for (; k + 3 < end; k += 4) {
    const a = k * n;
    const b = a + n;
    const c = b + n;
    const d = c + n;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < n; i++) {
      const v = x[at + i]!;
      s0 += A[a + i]! * v;
      s1 += A[b + i]! * v;
      s2 += A[c + i]! * v;
      s3 += A[d + i]! * v;
    }
    to[k] = s0;
    to[k + 1] = s1;
    to[k + 2] = s2;
    to[k + 3] = s3;
  }
  for (; k < end; k++) to[k] = dotAt(A, k * n, x, at, n);
}

/** to[i] += Σₖ w[k]·A[k·n + i] over rows `from` ≤ k < `end`. */
export function addRows(
  to: Float64Array,
  w: Float64Array,
  A: Float64Array,
  n: number,
  from: number,
  end: number,
): void {
  let k = from;
  for (; k + 3 < end; k += 4) {
    const a = k * n;
    const b = a + n;
    const c = b + n;
    const d = c + n;
    const w0 = w[k]!;
    const w1 = w[k + 1]!;
    const w2 = w[k + 2]!;
    const w3 = w[k + 3]!;
    for (let i = 0; i < n; i++) {
      to[i]! += w0 * A[a + i]! + w1 * A[b + i]! + (w2 * A[c + i]! + w3 * A[d + i]!);
    }
  }
  for (; k < end; k++) addAt(to, 0, w[k]!, A, k * n, n);
}

/** A[k·n + i] += factor·w[k]·x[i] for rows `from` ≤ k < `end`. */
export function addOuter(
  A: Float64Array,
  n: number,
  from: number,
  end: number,
  factor: number,
  w: Float64Array,
  x: Float64Array,
): void {
  let k = from;
  for (; k + 3 < end; k += 4) {
    const a = k * n;
    const b = a + n;
    const c = b + n;
    const d = c + n;
    const w0 = factor * w[k]!;
    const w1 = factor * w[k + 1]!;
    const w2 = factor * w[k + 2]!;
    const w3 = factor * w[k + 3]!;
    for (let i = 0; i < n; i++) {
      const v = x[i]!;
      A[a + i]! += w0 * v;
      A[b + i]! += w1 * v;
      A[c + i]! += w2 * v;
      A[d + i]! += w3 * v;
    }
  }
  for (; k < end; k++) addAt(A, k * n, factor * w[k]!, x, 0, n);
}
