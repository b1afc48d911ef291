// A·x = b for square A.
import type { NDArray } from "../array/index.ts";
import { DomainError, formatNumber, OptionChecker } from "../errors/index.ts";
import { apply, type Primitive, type Tensor } from "../program/index.ts";
import { choleskyFor } from "./cholesky.ts";
import { type LuFactors, luFactors, solveByLu } from "./kernels/lu.ts";
import { reciprocalCondition } from "./kernels/reciprocal-condition.ts";
import { checkFinite, numbersOf, squareOf, withRightSide } from "./operands.ts";
import { remembered } from "./remembered.ts";
import { substitute } from "./triangular-solve.ts";

const factorsOf = remembered((A: Tensor): { lu: LuFactors; reciprocal: number } => {
  const numbers = numbersOf(A);
  const lu = luFactors(numbers, A.shape[0]!);
  return { lu, reciprocal: reciprocalCondition(numbers, lu) };
});

const solvePrimitive: Primitive<{ transposed: boolean }> = {
  name: "solve",
  infer: ([A, B]) => ({ shape: B!.shape, dtype: A!.dtype, weak: false }),
  evaluate([A, B], output, { transposed }) {
    const { lu, reciprocal } = factorsOf(A!);
    if (!(reciprocal >= Number.EPSILON)) {
      checkFinite("solve", A!);
      throw singular(reciprocal);
    }
    output.data.set(solveByLu(lu, numbersOf(B!), B!.shape[1]!, transposed));
  },
  // Ẋ = A⁻¹(Ḃ − Ȧ·X)
  jvp({ inputs: [A], output: X, tangents: [dA, dB], params }) {
    if (dA === undefined) return general(A!, dB!, params.transposed);
    const shift = (params.transposed ? dA.T : dA).matmul(X);
    return general(A!, dB === undefined ? shift.neg() : dB.sub(shift), params.transposed);
  },
  transpose: ({ adjoint, inputs: [A], params }) => [undefined, general(A!, adjoint, !params.transposed)],
};

function general(A: NDArray, B: NDArray, transposed: boolean): NDArray {
  return apply(solvePrimitive, [A, B], { transposed }) as NDArray;
}

export interface SolveOptions {
  /**
   * What is known of A. Default "general".
   * "positive-definite" reads (A + Aᵀ)/2; "lower" and "upper" read that triangle and take the other as 0.
   */
  structure?: "general" | "positive-definite" | "lower" | "upper";
}

/**
 * The solution of A·x = b for a square matrix A.
 *
 * | structure | method | flops |
 * |---|---|---|
 * | "general" | LU with partial pivoting | 2n³/3 |
 * | "positive-definite" | Cholesky | n³/3 |
 * | "lower", "upper" | substitution | n² per column of b |
 *
 * Shapes: A "n n"; b "n" or "n k", x like b. Differentiable in A and b. f32 input is solved in f64 and rounded once.
 * @throws DomainError when A is singular to working precision (says the reciprocal condition number), or not positive definite.
 * @throws DataError when A holds a value that is not finite (says where).
 * @throws ShapeError when A is not square, or b has not as many rows.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * solve(array([[1, 2], [3, 4]]), array([5, 11])).toArray(); // [1, 2]
 * ```
 */
export function solve(A: NDArray, b: NDArray, options: SolveOptions = {}): NDArray {
  new OptionChecker("solve", options, ["structure"])
    .oneOf("structure", ["general", "positive-definite", "lower", "upper"])
    .done();
  const { structure = "general" } = options;
  const square = squareOf("solve", A, " Use lstsq for matrices with more rows or more columns.");
  return withRightSide("solve", square, b, (matrix, B) => {
    if (structure === "general") return general(matrix, B, false);
    if (structure !== "positive-definite") {
      return substitute(matrix, B, { owner: "solve", triangle: structure, transposed: false, unit: false });
    }
    const L = choleskyFor("solve", matrix);
    const form = { owner: "solve", triangle: "lower", unit: false } as const;
    return substitute(L, substitute(L, B, { ...form, transposed: false }), { ...form, transposed: true });
  });
}

function singular(reciprocal: number): DomainError {
  return new DomainError(
    `solve: A is singular to working precision: its reciprocal condition number is ${reciprocal === 0 ? "0" : `about ${formatNumber(reciprocal)}`}. Use lstsq, which gives the solution of least norm, or add a ridge to the diagonal.`,
    { code: "singular", operation: "solve" },
  );
}
