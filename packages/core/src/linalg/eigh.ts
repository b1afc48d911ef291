// Eigenvalues and eigenvectors of symmetric matrices.
import { concat, type NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { batchByLoop, strongMul } from "../ops/index.ts";
import { apply, type Primitive } from "../program/index.ts";
import { symmetricEigen } from "./kernels/eigh.ts";
import { checkFinite, diagonalOf, numbersOf, squareOf } from "./operands.ts";
import { type Degenerate, reciprocalGaps } from "./separation.ts";

/** A "n n", symmetric, gives "n+1 n": the eigenvalues in a row above the matrix whose columns are the eigenvectors. */
const eighPrimitive: Primitive<{ degenerate: Degenerate }> = {
  name: "eigh",
  infer: ([A]) => ({ shape: [A!.shape[0]! + 1, A!.shape[0]!], dtype: A!.dtype, weak: false }),
  evaluate([A], output) {
    checkFinite("eigh", A!);
    const n = A!.shape[0]!;
    const { values, vectors } = symmetricEigen(numbersOf(A!), n);
    output.data.set(values);
    for (let k = 0; k < n; k++) for (let i = 0; i < n; i++) output.data[(i + 1) * n + k] = vectors[k * n + i]!;
  },
  // M = VᵀȦV:  λ̇ = diag M,  V̇ = V·(F∘M), F[i, j] = 1/(λⱼ − λᵢ): Giles (2008), section 3.1
  jvp({ output, tangents: [dA], params: { degenerate } }) {
    const { values, vectors: V } = unpack(output);
    const M = V.T.matmul(dA!).matmul(V);
    const turned = V.matmul(strongMul(M, reciprocalGaps("eigh", values, degenerate)));
    return concat([diagonalOf(M).expandDims(0), turned]);
  },
  batch: (context) => batchByLoop(eighPrimitive, context),
};

function unpack(packed: NDArray): Eigh {
  return { values: packed.at(0), vectors: packed.at([1, packed.shape[0]!]) };
}

export interface EighOptions {
  /**
   * The derivative of the eigenvectors where two eigenvalues are equal to working precision (n·ε·max|λ|): it does not
   * exist there. "nan" puts NaN into what depends on the pair; "throw" throws DomainError and names the pair. Default "nan".
   */
  degenerate?: Degenerate;
}

export interface Eigh {
  /** Eigenvalues, ascending: "n". */
  readonly values: NDArray;
  /** Orthonormal eigenvectors as columns: "n n". The first entry of largest size in each is positive. */
  readonly vectors: NDArray;
}

/**
 * A·V = V·diag(λ) for a symmetric matrix A.
 *
 *     dλᵢ = vᵢᵀ·dA·vᵢ,    dvⱼ = Σᵢ≠ⱼ vᵢ·(vᵢᵀ·dA·vⱼ)/(λⱼ − λᵢ)
 *
 * Both triangles of A are read: the result is that of (A + Aᵀ)/2, so the gradient is symmetric.
 * Signs: eigenvectors are unique up to sign; here the first entry whose size is, but for rounding, the largest is positive.
 * Equal eigenvalues: their vectors are some basis of their space and have no derivative, see `degenerate`. Functions of the
 * eigenvalues alone keep their first derivative.
 * Method: tridiagonal form by Householder reflections, implicit QR steps; about 6n³ flops with vectors.
 * f32 input is computed in f64 and rounded once.
 * @throws DataError when A holds a value that is not finite (says where).
 * @throws ShapeError when A is not square.
 * Source: Golub & Van Loan (2013), section 8.3; derivative: Giles (2008), "An extended collection of matrix derivative results".
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * const { values, vectors } = eigh(array([[1, 0], [0, -2]]));
 * console.log(values.toArray(), vectors.toNested()); // [-2, 1] [[0, 1], [1, 0]]
 * ```
 */
export function eigh(A: NDArray, options: EighOptions = {}): Eigh {
  new OptionChecker("eigh", options, ["degenerate"]).oneOf("degenerate", ["nan", "throw"]).done();
  const matrix = squareOf("eigh", A);
  const symmetric = matrix.add(matrix.T).mul(0.5);
  return unpack(apply(eighPrimitive, [symmetric], { degenerate: options.degenerate ?? "nan" }) as NDArray);
}
