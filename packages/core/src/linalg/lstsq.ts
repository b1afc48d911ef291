// Least squares of any rank.
import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { batchByLoop } from "../ops/index.ts";
import { apply, type Primitive, readTensor, type Tensor } from "../program/index.ts";
import {
  type CompleteOrthogonalFactors,
  completeOrthogonalFactors,
  leastNormSolution,
  leastNormSolutionTransposed,
} from "./kernels/complete-orthogonal.ts";
import { checkFinite, epsilonOf, matrixOf, numbersOf, valuesOf, withRightSide } from "./operands.ts";
import { remembered } from "./remembered.ts";

interface PseudoInverse {
  /** The operation that users called. */
  readonly owner: string;
  /** Entries of the diagonal of R at most this, relative to the largest, count as 0. */
  readonly tolerance: number;
  /** Apply the pseudo-inverse of Aᵀ. */
  readonly transposed: boolean;
}

const factorsOf = remembered((A: Tensor, tolerance: number): CompleteOrthogonalFactors => {
  const [m, n] = A.shape as [number, number];
  return completeOrthogonalFactors(numbersOf(A), m, n, tolerance);
});

/** M⁺·B for M = A or Aᵀ. */
const lstsqPrimitive: Primitive<PseudoInverse> = {
  name: "lstsq",
  infer: ([A, B], { transposed }) => ({
    shape: [A!.shape[transposed ? 0 : 1]!, B!.shape[1]!],
    dtype: A!.dtype,
    weak: false,
  }),
  evaluate([A, B], output, { owner, tolerance, transposed }) {
    checkFinite(owner, A!);
    const applied = transposed ? leastNormSolutionTransposed : leastNormSolution;
    output.data.set(applied(factorsOf(A!, tolerance), numbersOf(B!), B!.shape[1]!));
  },
  // Golub & Pereyra (1973), at constant rank, with r = b − M·x:
  // ẋ = M⁺(ḃ − Ṁx) + M⁺M⁺ᵀṀᵀr + (I − M⁺M)ṀᵀM⁺ᵀx
  jvp({ inputs: [A, B], output: x, tangents: [dA, dB], params }) {
    const pinv = (v: NDArray) => pseudoInverse(A!, v, params);
    if (dA === undefined) return pinv(dB!);
    const pinvT = (v: NDArray) => pseudoInverse(A!, v, { ...params, transposed: !params.transposed });
    const [M, dM] = params.transposed ? [A!.T, dA.T] : [A!, dA];
    const shift = dM.matmul(x);
    let result = pinv(dB === undefined ? shift.neg() : dB.sub(shift));
    // At full row rank r = 0, and at full column rank M⁺M = I: left out, or rounding would stand in their place
    const rank = rankOf(A!, params.tolerance);
    if (rank !== M.shape[0]) result = result.add(pinv(pinvT(dM.T.matmul(B!.sub(M.matmul(x))))));
    if (rank !== M.shape[1]) {
      const turned = dM.T.matmul(pinvT(x));
      result = result.add(turned.sub(pinv(M.matmul(turned))));
    }
    return result;
  },
  transpose: ({ adjoint, inputs: [A], params }) => [
    undefined,
    pseudoInverse(A!, adjoint, { ...params, transposed: !params.transposed }),
  ],
  batch: (context) => batchByLoop(lstsqPrimitive, context),
};

/** A⁺·B, or its transpose, for matrices of one width. @internal */
export function pseudoInverse(A: NDArray, B: NDArray, params: PseudoInverse): NDArray {
  return apply(lstsqPrimitive, [A, B], params) as NDArray;
}

/** `undefined` where the numbers are not known: all terms of the derivative are then kept. */
function rankOf(A: NDArray, tolerance: number): number | undefined {
  const tensor = readTensor(A);
  return tensor === undefined ? undefined : factorsOf(tensor, tolerance).rank;
}

export interface LstsqOptions {
  /** Diagonal entries of R up to this share of the largest count as 0. Default max(m, n)·ε, ε that of the width of A. */
  rcond?: number;
}

export interface LeastSquares {
  /** The solution of least norm: "n" or "n k". */
  readonly x: NDArray;
  /** Number of independent columns of A that count. */
  readonly rank: number;
  /** ‖A·x − b‖₂, over all columns of b. A number: it carries no derivative. */
  readonly residual: number;
}

/**
 * Least squares for a matrix A of any shape and rank.
 *
 *     x = A⁺·b:  the x of least norm among those that minimize ‖A·x − b‖₂
 *
 * Method: complete orthogonal decomposition from a QR with column pivoting; nothing is squared, so cond(A) counts once.
 * Shapes: A "m n"; b "m" or "m k"; x "n" or "n k". Cost 2n²(m − n/3) flops for m ≥ n.
 * Differentiable in A and b at constant rank. Where the rank is less than min(m, n), x jumps under almost every change of A:
 * derivatives are those along changes that keep the rank.
 * f32 input is solved in f64 and rounded once.
 * @throws ShapeError when A is not a matrix, or b has not as many rows.
 * @throws DataError when A holds a value that is not finite (says where).
 * Source: Golub & Van Loan (2013), chapter 5; derivative: Golub & Pereyra (1973).
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * const { x, rank } = lstsq(array([[1, 0], [1, 1], [1, 2]]), array([1, 3, 5]));
 * console.log(x.round().toArray(), rank); // [1, 2] 2
 * ```
 */
export function lstsq(A: NDArray, b: NDArray, options: LstsqOptions = {}): LeastSquares {
  new OptionChecker("lstsq", options, ["rcond"]).number("rcond", 0, 1).done();
  const matrix = matrixOf("lstsq", A);
  const [m, n] = matrix.shape as [number, number];
  const tolerance = options.rcond ?? Math.max(m, n) * epsilonOf(matrix);
  let wide = matrix; // in the width in which the system is solved
  const x = withRightSide("lstsq", matrix, b, (A, B) => {
    wide = A;
    return pseudoInverse(A, B, { owner: "lstsq", tolerance, transposed: false });
  });
  return {
    x,
    // read when they are asked for: x exists where no numbers are known yet
    get rank() {
      return factorsOf(valuesOf("lstsq", "the rank", wide), tolerance).rank;
    },
    get residual() {
      const [A, X, B] = [wide, x, b].map((array) => valuesOf("lstsq", "the residual", array));
      return residualNorm(A!, X!, B!);
    },
  };
}

function residualNorm(A: Tensor, X: Tensor, B: Tensor): number {
  const [m, n] = A.shape as [number, number];
  const k = B.shape[1] ?? 1;
  const residuals = new Float64Array(m * k);
  for (let i = 0; i < m; i++) {
    for (let c = 0; c < k; c++) {
      let r = B.data[i * k + c]!;
      for (let j = 0; j < n; j++) r -= A.data[i * n + j]! * X.data[j * k + c]!;
      residuals[i * k + c] = r;
    }
  }
  return euclideanNorm(residuals);
}

function euclideanNorm(x: Float64Array): number {
  const scale = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  if (scale === 0 || !(scale < Infinity)) return scale;
  return scale * Math.sqrt(x.reduce((sum, v) => sum + (v / scale) ** 2, 0));
}
