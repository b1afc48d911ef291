// The sum of the diagonal.
import { asScalar, type NDArray, type Scalar } from "../array/index.ts";
import { diagonalOf, squareOf } from "./operands.ts";

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
  return asScalar(diagonalOf(squareOf("trace", A)).sum());
}
