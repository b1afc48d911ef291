// The matrix of cofactors, without dividing by a determinant that may be 0.
import type { Tensor } from "../program/index.ts";
import { luFactors, solveByLu } from "./kernels/lu.ts";
import { scaledProduct } from "./kernels/product.ts";
import { singularValues } from "./kernels/svd.ts";
import { luOf } from "./lu.ts";
import { numbersOf } from "./operands.ts";
import { reciprocalOf } from "./solve.ts";

/**
 * cof A, by rows: cof A[i, j] = ±det of A without row i and column j = ∂ det A/∂A[i, j]
 *
 * Given:    A, n × n, finite
 * Method:   det A·A⁻ᵀ for a regular A; near to a singular one A = U·S·Vᵀ and cof A = det U·det V·U·cof S·Vᵀ, where cof S
 *           is diagonal with the products of all other singular values
 * Cost:     2n³ flops, near to singular matrices that of the decomposition
 * Tests:    sums over permutations, for matrices of every rank
 */
export function cofactorMatrix(A: Tensor): Float64Array {
  const n = A.shape[0]!;
  if (reciprocalOf(A) >= 2 ** -26) {
    const lu = luOf(A);
    const determinant = determinantOf(lu);
    return solveByLu(lu, identity(n), n, true).map((v) => v * determinant);
  }
  const { U, S, Vt } = singularValues(numbersOf(A), n, n);
  const sign = Math.sign(determinantOf(luFactors(U, n)) * determinantOf(luFactors(Vt, n)));
  const C = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const others = sign * scaledProduct(S.filter((_, i) => i !== k));
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) C[i * n + j]! += U[i * n + k]! * others * Vt[k * n + j]!;
  }
  return C;
}

/** Π U[k, k], with the sign of the exchanges. */
export function determinantOf({ n, factors, parity }: ReturnType<typeof luFactors>): number {
  return scaledProduct([parity, ...Array.from({ length: n }, (_, k) => factors[k * n + k]!)]);
}

function identity(n: number): Float64Array {
  const I = new Float64Array(n * n);
  for (let k = 0; k < n; k++) I[k * n + k] = 1;
  return I;
}
