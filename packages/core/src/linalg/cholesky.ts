// The Cholesky factor of a positive definite matrix.
import type { NDArray } from "../array/index.ts";
import { DomainError, formatNumber } from "../errors/index.ts";
import { batchByLoop } from "../ops/index.ts";
import { apply, type Primitive } from "../program/index.ts";
import { choleskyInPlace } from "./kernels/cholesky.ts";
import { checkFinite, constantLike, numbersOf, squareOf } from "./operands.ts";
import { substitute } from "./triangular-solve.ts";

const LOWER = { owner: "cholesky", triangle: "lower", transposed: false, unit: false } as const;

/** Of a symmetric matrix; `owner` is the operation that users called. */
const choleskyPrimitive: Primitive<{ owner: string }> = {
  name: "cholesky",
  infer: ([A]) => ({ shape: A!.shape, dtype: A!.dtype, weak: false }),
  evaluate([A], output, { owner }) {
    const n = A!.shape[0]!;
    const L = numbersOf(A!);
    const failed = choleskyInPlace(L, n);
    if (failed !== -1) {
      checkFinite(owner, A!);
      throw notPositiveDefinite(owner, failed, n, L[failed * n + failed]!);
    }
    output.data.set(L);
  },
  // L̇ = L·Φ(L⁻¹·Ȧ·L⁻ᵀ), Φ = lower triangle with half of the diagonal: Murray (2016), arXiv 1602.07527
  jvp({ output: L, tangents: [dA] }) {
    const inner = substitute(L, substitute(L, dA!, LOWER).T, LOWER); // symmetric, as Ȧ is
    return L.matmul(inner.mul(constantLike(L, L.shape[0]!, (i, j) => (i > j ? 1 : i === j ? 0.5 : 0))));
  },
  batch: (context) => batchByLoop(choleskyPrimitive, context),
};

/**
 * The lower triangular L with positive diagonal and A = L·Lᵀ, for a symmetric positive definite matrix A.
 *
 * Both triangles of A are read: the factor is that of (A + Aᵀ)/2, which is A itself when A is symmetric. So the gradient
 * with respect to A is symmetric, and it agrees with differences of any entry.
 * Cost: n³/3 flops. f32 input is factored in f64 and rounded once.
 * @throws DomainError with the index of the first pivot that is not positive.
 * @throws DataError when A holds a value that is not finite (says where).
 * @throws ShapeError when A is not square.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * cholesky(array([[4, 2], [2, 10]])).toNested(); // [[2, 0], [1, 3]]
 * ```
 */
export function cholesky(A: NDArray): NDArray {
  return choleskyFor("cholesky", A);
}

/** `cholesky` in the name of another operation. @internal */
export function choleskyFor(owner: string, A: NDArray): NDArray {
  const matrix = squareOf(owner, A);
  return apply(choleskyPrimitive, [matrix.add(matrix.T).mul(0.5)], { owner }) as NDArray;
}

function notPositiveDefinite(owner: string, failed: number, n: number, pivot: number): DomainError {
  return new DomainError(
    `${owner}: pivot ${failed} of ${n} (counted from 0) is ${formatNumber(pivot)}, so the matrix is not positive definite. Add a ridge to its diagonal (l2), or use qr.`,
    { code: "not-positive-definite", operation: owner },
  );
}
