// The determinant, with derivatives also where it is 0.
import { asScalar, type NDArray, type Scalar } from "../array/index.ts";
import { batchByLoop, cast, stopGradient } from "../ops/index.ts";
import { apply, type Primitive, readTensor } from "../program/index.ts";
import { cofactorMatrix, determinantOf } from "./cofactor-matrix.ts";
import { completePivots } from "./kernels/complete-pivots.ts";
import { luOf } from "./lu.ts";
import { checkFinite, maskLike, numbersOf, squareOf } from "./operands.ts";
import { reciprocalOf, solveFor } from "./solve.ts";
import { trace } from "./trace.ts";

const determinantPrimitive: Primitive = {
  name: "determinant",
  infer: ([A]) => ({ shape: [], dtype: A!.dtype, weak: false }),
  evaluate([A], output) {
    checkFinite("determinant", A!);
    output.data[0] = determinantOf(luOf(A!)) + 0; // never −0
  },
  // Jacobi: ḋ = ⟨cof A, Ȧ⟩
  jvp: ({ inputs: [A], tangents: [dA] }) => cofactors(A!).mul(dA!).sum(),
  batch: (context) => batchByLoop(determinantPrimitive, context),
};

/** cof A = adj(A)ᵀ, the gradient of the determinant, for matrices of any rank. */
const cofactorPrimitive: Primitive = {
  name: "cofactors",
  infer: ([A]) => A!,
  evaluate([A], output) {
    output.data.set(cofactorMatrix(A!));
  },
  // cof A = det A·A⁻ᵀ where A is regular: its derivative is cof A·tr(A⁻¹Ȧ) − cof A·(A⁻¹Ȧ)ᵀ
  jvp({ inputs: [A], output: C, tangents: [dA] }) {
    const solved = solveFor("second derivative of determinant", A!, dA!, "pivots"); // A⁻¹·Ȧ
    return C.mul(trace(solved)).sub(C.matmul(solved.T));
  },
  batch: (context) => batchByLoop(cofactorPrimitive, context),
};

function cofactors(A: NDArray): NDArray {
  return apply(cofactorPrimitive, [A], undefined) as NDArray;
}

/** The value of the first input with the derivative of the second. */
const replaceValuePrimitive: Primitive = {
  name: "replaceValue",
  infer: ([value]) => value!,
  evaluate([value], output) {
    output.data.set(value!.data);
  },
  jvp: ({ tangents: [, d] }) => d,
  batch: (context) => batchByLoop(replaceValuePrimitive, context),
};

// Below it, second derivatives by A⁻¹ would lose more than half of the digits
const WELL_CONDITIONED = 2 ** -26;

/**
 * det A.
 *
 *     d det A = tr(adj(A)·dA)
 *
 * Method: LU with partial pivoting; adj(A) = det A·A⁻¹, near to a singular A from its singular values. Second derivatives by
 * A⁻¹ would lose digits near to a singular A. There the largest block A₁ that is well away is split off by complete pivoting:
 *
 *     det A = ± det A₁ · det(A₄ − A₃·A₁⁻¹·A₂)
 *
 * and the determinant of the small rest is taken by products and sums alone (Bird 2011). So derivatives of any order are
 * those of the polynomial, at matrices of any rank. A rest of more than two rows is split off only at the level of rounding.
 * In mapped and compiled functions, where no numbers are known, the split cannot be chosen: value and first derivative are
 * right, and a second derivative at a singular matrix throws DomainError.
 * Overflows or vanishes only when the determinant does. `logDeterminant` has a much longer range.
 * Cost: 2n³/3 flops. f32 input is computed in f64 and rounded once.
 * @throws DataError when A holds a value that is not finite (says where).
 * @throws ShapeError when A is not square.
 * Source: Golub & Van Loan (2013), chapter 3; Bird (2011), "A simple division-free algorithm for computing determinants".
 *
 * @example
 * ```ts
 * import { array, grad } from "steepest";
 * console.log(determinant(array([[3, 8], [4, 6]])).item()); // -14
 * console.log(grad(determinant)([[1, 2], [2, 4]]).toNested()); // [[4, -2], [-2, 1]]
 * ```
 */
export function determinant(A: NDArray): Scalar {
  const matrix = squareOf("determinant", A);
  const values = readTensor(matrix);
  if (values === undefined) return asScalar(regular(matrix));
  checkFinite("determinant", values);
  if (reciprocalOf(values) >= WELL_CONDITIONED) return asScalar(regular(matrix));
  const value = regular(stopGradient(matrix));
  return asScalar(
    apply(replaceValuePrimitive, [value, cast(byBlocks(cast(matrix, "f64")), A.dtype)], undefined) as NDArray,
  );
}

function byBlocks(A: NDArray): NDArray {
  const n = A.shape[0]!;
  const values = numbersOf(readTensor(A)!);
  const rough = completePivots(values, n, WELL_CONDITIONED);
  const split = n - rough.rank <= 2 ? rough : completePivots(values, n, n * Number.EPSILON);
  const { rows, columns, rank, parity } = split;
  if (rank === 0) return divisionFree(A);
  if (rank === n) return regular(A);
  const ordered = A.take(rows).take(columns, 1);
  const [first, rest] = [[0, rank] as const, [rank, n] as const];
  const block = ordered.at(first, first);
  const coupling = solveFor("determinant", block, ordered.at(first, rest), "pivots");
  const remaining = ordered.at(rest, rest).sub(ordered.at(rest, first).matmul(coupling));
  return regular(block).mul(divisionFree(remaining)).mul(parity);
}

function regular(A: NDArray): NDArray {
  return apply(determinantPrimitive, [A], undefined) as NDArray;
}

/** X₀ = A, Xₖ₊₁ = μ(Xₖ)·A; det A = (−1)ⁿ⁻¹·Xₙ₋₁[0, 0]. μ keeps what is above the diagonal and puts −Σⱼ﹥ᵢ X[j, j] on it. */
function divisionFree(A: NDArray): NDArray {
  const n = A.shape[0]!;
  const above = maskLike(A, (i, j) => j > i);
  const diagonal = maskLike(A, (i, j) => i === j);
  let X = A;
  for (let k = 1; k < n; k++) {
    const sums = above.matmul(X.mul(diagonal).sum(1)).neg();
    X = X.mul(above)
      .add(diagonal.mul(sums.expandDims(1)))
      .matmul(A);
  }
  return X.at(0, 0).mul(n % 2 === 1 ? 1 : -1);
}
