// The sum of the diagonal.
import { asScalar, type NDArray, type Scalar } from "../array/index.ts";
import { squareOf } from "./operands.ts";

/**
 * tr A = Σ A[i, i].
 *
 * @throws ShapeError when A is not square.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * trace(array([[1, 2], [3, 4]])).item(); // 5
 * ```
 */
export function trace(A: NDArray): Scalar {
  const matrix = squareOf("trace", A);
  const n = matrix.shape[0]!;
  return asScalar(
    matrix
      .flatten()
      .take(Array.from({ length: n }, (_, i) => i * (n + 1)))
      .sum(),
  );
}
