// The logarithm of a positive determinant.
import { asScalar, type NDArray, type Scalar } from "../array/index.ts";
import { DomainError } from "../errors/index.ts";
import { batchByLoop } from "../ops/index.ts";
import { apply, type Primitive } from "../program/index.ts";
import { luOf } from "./lu.ts";
import { checkFinite, squareOf } from "./operands.ts";
import { solveFor } from "./solve.ts";
import { trace } from "./trace.ts";

const logDeterminantPrimitive: Primitive = {
  name: "logDeterminant",
  infer: ([A]) => ({ shape: [], dtype: A!.dtype, weak: false }),
  evaluate([A], output) {
    checkFinite("logDeterminant", A!);
    const { n, factors, parity } = luOf(A!);
    let [sign, sum]: [number, number] = [parity, 0];
    for (let k = 0; k < n; k++) {
      const pivot = factors[k * n + k]!;
      sign *= Math.sign(pivot);
      sum += Math.log(Math.abs(pivot));
    }
    if (sign <= 0) throw notPositive(sign);
    output.data[0] = sum;
  },
  // d log det A = tr(A⁻¹·Ȧ)
  jvp: ({ inputs: [A], tangents: [dA] }) => trace(solveFor("derivative of logDeterminant", A!, dA!)),
  batch: (context) => batchByLoop(logDeterminantPrimitive, context),
};

/**
 * log det A for a square matrix with a positive determinant; A need not be symmetric.
 *
 *     d log det A = tr(A⁻¹·dA)
 *
 * Method: Σ log|U[k, k]| of the LU factors, so nothing overflows; 2n³/3 flops. f32 input is computed in f64 and rounded once.
 * For a positive definite A, `cholesky(A)` costs half and refuses matrices that are not.
 * @throws DomainError when det A is 0 or negative.
 * @throws DataError when A holds a value that is not finite (says where).
 * @throws ShapeError when A is not square.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * logDeterminant(array([[2, 0], [0, 8]])).item(); // 2.772588722239781
 * ```
 */
export function logDeterminant(A: NDArray): Scalar {
  return asScalar(apply(logDeterminantPrimitive, [squareOf("logDeterminant", A)], undefined) as NDArray);
}

function notPositive(sign: number): DomainError {
  const what = sign === 0 ? "0, its logarithm −∞" : "negative, its logarithm not real";
  const advice =
    sign === 0 ? "Add a ridge to the diagonal, or use determinant" : "Use determinant(A).abs().log() for log |det A|";
  return new DomainError(`logDeterminant: det A is ${what}. ${advice}.`, {
    code: sign === 0 ? "singular" : "negative-determinant",
    operation: "logDeterminant",
  });
}
