// The LU factorization with row exchanges.
import { concat, type NDArray } from "../array/index.ts";
import { batchByLoop, pad } from "../ops/index.ts";
import { apply, type Primitive, type Tensor } from "../program/index.ts";
import { luFactors } from "./kernels/lu.ts";
import { checkFinite, maskLike, matrixOf, numbersOf, valuesOf } from "./operands.ts";
import { remembered } from "./remembered.ts";
import { substitute } from "./triangular-solve.ts";

/** The factors of a matrix, for every operation that needs them. @internal */
export const luOf = remembered((A: Tensor) => luFactors(numbersOf(A), A.shape[0]!, A.shape[1]!));

/** A "m n" gives "m n+1": L below the diagonal, U on and above it, and the order of rows in the last column. */
const luPrimitive: Primitive = {
  name: "lu",
  infer: ([A]) => ({ shape: [A!.shape[0]!, A!.shape[1]! + 1], dtype: A!.dtype, weak: false }),
  evaluate([A], output) {
    checkFinite("lu", A!);
    const { m, n, factors, rows } = luOf(A!);
    for (let i = 0; i < m; i++) {
      output.data.set(factors.subarray(i * n, (i + 1) * n), i * (n + 1));
      output.data[i * (n + 1) + n] = rows[i]!;
    }
  },
  // With Ȧ in the order of rows, leading squares A₁ = L₁·U₁, and F = L₁⁻¹·Ȧ₁·U₁⁻¹ = low(F) + up(F):
  //     L̇₁ = L₁·low(F), U̇₁ = up(F)·U₁; rows below: L̇₂ = Ȧ₂·U₁⁻¹ − L₂·up(F); columns beyond: U̇₂ = L₁⁻¹·Ȧ₂ − low(F)·U₂
  jvp({ output, tangents: [dA] }) {
    const { L, U, order } = unpack(output);
    const [m, n] = [L.shape[0]!, U.shape[1]!];
    const k = Math.min(m, n);
    const moved = dA!.take(order);
    const [square, lower] = [L.at([0, k]), { ...FORM, triangle: "lower", transposed: false, unit: true } as const];
    const [right, upper] = [U.at(":", [0, k]), { ...FORM, triangle: "upper", transposed: true, unit: false } as const];
    const F = substitute(right, substitute(square, moved.at([0, k], [0, k]), lower).T, upper).T;
    const low = F.mul(maskLike(F, (i, j) => i > j));
    const up = F.sub(low);
    const block = square.matmul(low).add(up.matmul(right));
    if (m > k) {
      const below = substitute(right, moved.at([k, m]).T, upper).T.sub(L.at([k, m]).matmul(up));
      return withoutOrder(concat([block, below]));
    }
    if (n > k) {
      const beyond = substitute(square, moved.at(":", [k, n]), lower).sub(low.matmul(U.at(":", [k, n])));
      return withoutOrder(concat([block, beyond], 1));
    }
    return withoutOrder(block);
  },
  batch: (context) => batchByLoop(luPrimitive, context),
};

const FORM = { owner: "derivative of lu" } as const;

function unpack(packed: NDArray): { L: NDArray; U: NDArray; order: NDArray<"int"> } {
  const [m, n] = [packed.shape[0]!, packed.shape[1]! - 1];
  const k = Math.min(m, n);
  const below = packed.at(":", [0, k]);
  const above = packed.at([0, k], [0, n]);
  return {
    L: below.mul(maskLike(below, (i, j) => i > j)).add(maskLike(below, (i, j) => i === j)),
    U: above.mul(maskLike(above, (i, j) => i <= j)),
    order: packed.at(":", n).astype("i32"),
  };
}

/** The order of rows has no derivative. */
function withoutOrder(tangent: NDArray): NDArray {
  return pad(tangent, [
    [0, 0],
    [0, 1],
  ]);
}

export interface Lu {
  /** Lower trapezoidal with ones on the diagonal and no entry larger than 1: "m k", k = min(m, n). */
  readonly L: NDArray;
  /** Upper trapezoidal: "k n". */
  readonly U: NDArray;
  /** Row i of L·U is row `rows[i]` of A. @throws TraceError where only shapes are known (inside of `vmap`, for one). */
  readonly rows: readonly number[];
}

/**
 * P·A = L·U by Gaussian elimination with partial pivoting: the rows of A come in the order `rows`.
 *
 * Shapes: A "m n", also singular ones. Cost: 2n³/3 flops for a square. f32 input is factored in f64 and rounded once.
 * Differentiable in A where its first min(m, n) columns are independent; the order of rows has no derivative.
 * @throws ShapeError when A is not a matrix.
 * @throws DataError when A holds a value that is not finite (says where).
 * @throws DomainError when it is differentiated where U has a 0 on its diagonal.
 * Source: Golub & Van Loan (2013), section 3.4; derivative: differentiate P·A = L·U.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * const { L, U, rows } = lu(array([[1, 3], [2, 4]]));
 * console.log(L.toNested(), U.toNested(), rows); // [[1, 0], [0.5, 1]] [[2, 4], [0, 1]] [1, 0]
 * ```
 */
export function lu(A: NDArray): Lu {
  const { L, U, order } = unpack(apply(luPrimitive, [matrixOf("lu", A)], undefined) as NDArray);
  return {
    L,
    U,
    // read when it is asked for: L and U exist where no numbers are known yet
    get rows() {
      return Array.from(valuesOf("lu", "the order of rows", order).data);
    },
  };
}
