// T·X = B for triangular T.
import type { NDArray } from "../array/index.ts";
import { DomainError, OptionChecker } from "../errors/index.ts";
import { batchByLoop } from "../ops/index.ts";
import { apply, type Primitive } from "../program/index.ts";
import { solveTriangular, type TriangularForm } from "./kernels/triangular-solve.ts";
import { constantLike, numbersOf, squareOf, withRightSide } from "./operands.ts";

/** The form, and the operation that users called. */
type Substitution = TriangularForm & { readonly owner: string };

const triangularSolvePrimitive: Primitive<Substitution> = {
  name: "triangularSolve",
  infer: ([T, B]) => ({ shape: B!.shape, dtype: T!.dtype, weak: false }),
  evaluate([T, B], output, form) {
    const [n, k] = B!.shape as [number, number];
    const X = numbersOf(B!);
    const zero = solveTriangular(numbersOf(T!), n, X, k, form);
    if (zero !== -1) throw singular(form.owner, zero, n);
    output.data.set(X);
  },
  // Ẋ = T⁻¹(Ḃ − Ṫ·X), where only the triangle that is read counts in Ṫ
  jvp({ inputs: [T], output: X, tangents: [dT, dB], params }) {
    if (dT === undefined) return substitute(T!, dB!, params);
    const moved = readPart(dT, params);
    const shift = (params.transposed ? moved.T : moved).matmul(X);
    return substitute(T!, dB === undefined ? shift.neg() : dB.sub(shift), params);
  },
  transpose: ({ adjoint, inputs: [T], params }) => [
    undefined,
    substitute(T!, adjoint, { ...params, transposed: !params.transposed }),
  ],
  batch: (context) => batchByLoop(triangularSolvePrimitive, context),
};

export interface TriangularSolveOptions {
  /** Which triangle of T is read; the other may hold anything. Default "lower". */
  triangle?: "lower" | "upper";
  /** Solve Tᵀ·x = b instead. Default false. */
  transposed?: boolean;
  /** Take the diagonal as 1 without reading it. Default false. */
  unit?: boolean;
}

/**
 * The solution of T·x = b (or Tᵀ·x = b) for a triangular matrix T, by substitution.
 *
 * Shapes: T "n n"; b "n" or "n k", x like b. Differentiable in T (its triangle) and b. Cost n²·k flops.
 * @throws DomainError when an entry of the diagonal is 0; says which.
 * @throws ShapeError when T is not square, or b has not as many rows.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * triangularSolve(array([[2, 0], [1, 4]]), array([2, 9])).toArray(); // [1, 2]
 * ```
 */
export function triangularSolve(T: NDArray, b: NDArray, options: TriangularSolveOptions = {}): NDArray {
  new OptionChecker("triangularSolve", options, ["triangle", "transposed", "unit"])
    .oneOf("triangle", ["lower", "upper"])
    .boolean("transposed")
    .boolean("unit")
    .done();
  const { triangle = "lower", transposed = false, unit = false } = options;
  return withRightSide("triangularSolve", squareOf("triangularSolve", T), b, (matrix, B) =>
    substitute(matrix, B, { owner: "triangularSolve", triangle, transposed, unit }),
  );
}

/** The primitive itself, on matrices of one width. @internal */
export function substitute(T: NDArray, B: NDArray, form: Substitution): NDArray {
  return apply(triangularSolvePrimitive, [T, B], form) as NDArray;
}

function readPart(T: NDArray, { triangle, unit }: TriangularForm): NDArray {
  const diagonal = unit ? 0 : 1;
  const inside = triangle === "lower" ? (i: number, j: number) => i > j : (i: number, j: number) => i < j;
  return T.mul(constantLike(T, T.shape[0]!, (i, j) => (i === j ? diagonal : inside(i, j) ? 1 : 0)));
}

function singular(owner: string, zero: number, n: number): DomainError {
  return new DomainError(
    `${owner}: diagonal entry ${zero} of ${n} (counted from 0) is 0, so the matrix is singular. Use lstsq, which takes matrices of any rank.`,
    { code: "singular", operation: owner },
  );
}
