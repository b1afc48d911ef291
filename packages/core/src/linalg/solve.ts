// A·x = b for square A.
import type { NDArray } from "../array/index.ts";
import { DomainError, formatNumber, OptionChecker } from "../errors/index.ts";
import { batchByLoop } from "../ops/index.ts";
import { apply, type Primitive, type Tensor } from "../program/index.ts";
import { choleskyFor } from "./cholesky.ts";
import { solveByLu } from "./kernels/lu.ts";
import { reciprocalCondition } from "./kernels/reciprocal-condition.ts";
import { luOf } from "./lu.ts";
import { checkFinite, numbersOf, squareOf, withRightSide } from "./operands.ts";
import { remembered } from "./remembered.ts";
import { substitute } from "./triangular-solve.ts";

const conditionOf = remembered((A: Tensor) => ({ reciprocal: reciprocalCondition(numbersOf(A), luOf(A)) }));

/** About 1/(‖A‖₁·‖A⁻¹‖₁). @internal */
export function reciprocalOf(A: Tensor): number {
  return conditionOf(A).reciprocal;
}

interface Solve {
  /** The operation that users called. */
  readonly owner: string;
  readonly transposed: boolean;
  /** What is refused: a matrix that is singular to working precision, or only a pivot that is exactly 0. */
  readonly refuse: "singular" | "pivots";
}

const solvePrimitive: Primitive<Solve> = {
  name: "solve",
  infer: ([A, B]) => ({ shape: B!.shape, dtype: A!.dtype, weak: false }),
  evaluate([A, B], output, { owner, transposed, refuse }) {
    const reciprocal = reciprocalOf(A!);
    if (refuse === "pivots" ? luOf(A!).zeroPivot !== -1 : !(reciprocal >= Number.EPSILON)) {
      checkFinite(owner, A!);
      throw singular(owner, reciprocal);
    }
    output.data.set(solveByLu(luOf(A!), numbersOf(B!), B!.shape[1]!, transposed));
  },
  // Ẋ = A⁻¹(Ḃ − Ȧ·X)
  jvp({ inputs: [A], output: X, tangents: [dA, dB], params }) {
    if (dA === undefined) return solveByRule(A!, dB!, params);
    const shift = (params.transposed ? dA.T : dA).matmul(X);
    return solveByRule(A!, dB === undefined ? shift.neg() : dB.sub(shift), params);
  },
  transpose: ({ adjoint, inputs: [A], params }) => [
    undefined,
    solveByRule(A!, adjoint, { ...params, transposed: !params.transposed }),
  ],
  batch: (context) => batchByLoop(solvePrimitive, context),
};

function solveByRule(A: NDArray, B: NDArray, params: Solve): NDArray {
  return apply(solvePrimitive, [A, B], params) as NDArray;
}

/** A⁻¹·B for matrices of one width, in the name of another operation. @internal */
export function solveFor(owner: string, A: NDArray, B: NDArray, refuse: Solve["refuse"] = "singular"): NDArray {
  return solveByRule(A, B, { owner, transposed: false, refuse });
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
    if (structure === "general") return solveFor("solve", matrix, B);
    if (structure !== "positive-definite") {
      return substitute(matrix, B, { owner: "solve", triangle: structure, transposed: false, unit: false });
    }
    const L = choleskyFor("solve", matrix);
    const form = { owner: "solve", triangle: "lower", unit: false } as const;
    return substitute(L, substitute(L, B, { ...form, transposed: false }), { ...form, transposed: true });
  });
}

const ADVICE: Readonly<Record<string, string>> = {
  solve: "Use lstsq, which gives the solution of least norm, or add a ridge to the diagonal.",
  inverse: "Use pinv, which takes matrices of any rank, or add a ridge to the diagonal.",
};

function singular(owner: string, reciprocal: number): DomainError {
  const size = reciprocal === 0 ? "0" : `about ${formatNumber(reciprocal)}`;
  return new DomainError(
    `${owner}: A is singular to working precision: its reciprocal condition number is ${size}. ${ADVICE[owner] ?? "Add a ridge to its diagonal."}`,
    { code: "singular", operation: owner },
  );
}
