// Inner products and updates along rows of matrices that are stored in one vector. Four sums run at a time: one alone would
// wait for each addition before the next.

/** Σ A[a + i]·B[b + i] */
export function dotAt(A: Float64Array, a: number, B: Float64Array, b: number, n: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
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
