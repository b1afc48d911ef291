import type { ArrayLike } from "../array/index.ts";
import { ShapeError } from "../errors/index.ts";
import type { Matrix } from "../linalg/index.ts";
import { dataMatrix, type Solver, shiftedGramSolver, smallerSquare } from "./data-matrix.ts";
import { arrayLike, checkSize, numbersOf, vectorOf } from "./numbers.ts";
import type { Proximable } from "./proximable.ts";

/**
 * ½‖A·x − b‖², the loss of least squares.
 *
 *     prox(v) = (AᵀA + I/t)⁻¹(Aᵀb + v/t)
 *
 * Shapes: A "m n" (an array, lists, or sparse), b "m".
 * Cost: AᵀA once; one Cholesky factorization when t changes, of n × n, or by Woodbury's identity of m × m when m < n; then two
 * triangular solves per step. The factor of the last t is kept.
 * @throws ShapeError when b has not one entry per row of A. @throws OptionError for entries that are not finite.
 * Source: Parikh & Boyd (2014), section 6.1.1; Boyd et al. (2011), section 4.2.4.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { squaredLoss } from "steepest/prox";
 * squaredLoss([[1, 0], [0, 2]], [1, 4]).prox(array([1, -3]), 1).toArray(); // [1, 1]
 * ```
 */
export function squaredLoss(A: Matrix, b: ArrayLike): Proximable {
  const data = dataMatrix("squaredLoss", A);
  const right = vectorOf("squaredLoss", "b", b);
  if (right.length !== data.m) {
    throw new ShapeError(`squaredLoss: A has ${data.m} rows and b ${right.length} entries.`, {
      code: "rows-differ",
      operation: "squaredLoss",
      shapes: [[data.m, data.n], [right.length]],
    });
  }
  const Atb = data.transposedTimes(right);
  let square: Float64Array | undefined;
  let kept: { t: number; solve: Solver } | undefined;
  let factorizations = 0;
  const solverFor = (t: number): Solver => {
    if (kept?.t !== t) {
      square ??= smallerSquare(data);
      kept = { t, solve: shiftedGramSolver("squaredLoss", data, square, 1 / t) };
      factorizations++;
    }
    return kept.solve;
  };
  return {
    name: "squaredLoss",
    convex: true,
    size: data.n,
    factorizations: () => factorizations,
    quadratic: () => ({ P: data.gram(), q: Atb.map((v) => -v) }),
    value(x) {
      checkSize("squaredLoss", x, data.n);
      const predicted = data.times(numbersOf(x));
      let sum = 0;
      for (let i = 0; i < predicted.length; i++) sum += (predicted[i]! - right[i]!) ** 2;
      return sum / 2;
    },
    prox(v, t) {
      checkSize("squaredLoss", v, data.n);
      const numbers = numbersOf(v);
      return arrayLike(v, solverFor(t)(numbers.map((x, i) => Atb[i]! + x / t)));
    },
  };
}
