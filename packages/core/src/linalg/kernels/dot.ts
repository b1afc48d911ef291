// The inner product of two runs of numbers, the innermost loop of the row-oriented factorizations.

/** Σ A[a + i]·B[b + i] for i < n, in four partial sums: the order is fixed, so equal inputs give equal bits. */
export function dot(A: Float64Array, a: number, B: Float64Array, b: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += A[a + i]! * B[b + i]!;
    s1 += A[a + i + 1]! * B[b + i + 1]!;
    s2 += A[a + i + 2]! * B[b + i + 2]!;
    s3 += A[a + i + 3]! * B[b + i + 3]!;
  }
  for (; i < n; i++) s0 += A[a + i]! * B[b + i]!;
  return s0 + s1 + (s2 + s3);
}
