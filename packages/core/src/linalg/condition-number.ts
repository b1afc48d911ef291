// The condition number.
import type { NDArray } from "../array/index.ts";
import { singularValues } from "./kernels/svd.ts";
import { checkFinite, matrixOf, numbersOf, valuesOf } from "./operands.ts";

/**
 * cond₂(A) = s₁/sₖ, the largest singular value over the smallest of k = min(m, n): how much a relative error of A or b can grow
 * in the solution of A·x = b.
 *
 * A number, so it carries no derivative. Infinity when the smallest is exactly 0; about 1e16 and more means singular to working
 * precision. 1 for a matrix without entries.
 * Cost: that of `svd`.
 * @throws DataError when A holds a value that is not finite (says where).
 * @throws ShapeError when A is not a matrix.
 * @throws TraceError in a mapped or compiled function, where no numbers are known.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * conditionNumber(array([[10, 0], [0, 2]])); // 5
 * ```
 */
export function conditionNumber(A: NDArray): number {
  const values = valuesOf("conditionNumber", "the condition number", matrixOf("conditionNumber", A));
  checkFinite("conditionNumber", values);
  const [m, n] = values.shape as [number, number];
  const { S } = singularValues(numbersOf(values), m, n);
  const smallest = S.at(-1);
  if (smallest === undefined) return 1;
  return smallest === 0 ? Infinity : S[0]! / smallest;
}
