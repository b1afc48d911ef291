// The inverse of a square matrix.
import type { NDArray } from "../array/index.ts";
import { constantLike, squareOf } from "./operands.ts";
import { solveFor } from "./solve.ts";

/**
 * A⁻¹ for a square matrix A.
 *
 *     d(A⁻¹) = −A⁻¹·dA·A⁻¹
 *
 * For a product A⁻¹·b call `solve(A, b)`: it costs a third and is more accurate.
 * Method: LU with partial pivoting; 2n³ flops. f32 input is inverted in f64 and rounded once.
 * @throws DomainError when A is singular to working precision (says the reciprocal condition number).
 * @throws DataError when A holds a value that is not finite (says where).
 * @throws ShapeError when A is not square.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * inverse(array([[2, 0], [0, 4]])).toNested(); // [[0.5, 0], [0, 0.25]]
 * ```
 */
export function inverse(A: NDArray): NDArray {
  const matrix = squareOf("inverse", A, " Use pinv for matrices with more rows or more columns.");
  return solveFor(
    "inverse",
    matrix,
    constantLike(matrix, matrix.shape[0]!, (i, j) => (i === j ? 1 : 0)),
  );
}
