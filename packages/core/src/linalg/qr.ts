// The QR factorization.
import { concat, type NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { batchByLoop } from "../ops/index.ts";
import { apply, type Primitive } from "../program/index.ts";
import { pivotedQrFactors } from "./kernels/pivoted-qr.ts";
import { qrFactors, thinQ, upperR } from "./kernels/qr.ts";
import { constantLike, epsilonOf, matrixOf, numbersOf, valuesOf } from "./operands.ts";
import { substitute } from "./triangular-solve.ts";

/** A "m n" with m ≥ n gives Q "m n" above R "n n", in one matrix of m + n rows. */
const qrPrimitive: Primitive = {
  name: "qr",
  infer: ([A]) => ({ shape: [A!.shape[0]! + A!.shape[1]!, A!.shape[1]!], dtype: A!.dtype, weak: false }),
  evaluate([A], output) {
    const [m, n] = A!.shape as [number, number];
    const factors = qrFactors(numbersOf(A!), m, n);
    output.data.set(thinQ(factors));
    output.data.set(upperR(factors, n), m * n);
  },
  // C = Ȧ·R⁻¹, S = QᵀC, Ω = low(S) − low(S)ᵀ:  Q̇ = Q(Ω − S) + C,  Ṙ = (S − Ω)R: Walter & Lehmann (2010), arXiv 1001.1654
  jvp({ output, tangents: [dA] }) {
    const { Q, R } = unpack(output);
    const C = substitute(R, dA!.T, { owner: "derivative of qr", triangle: "upper", transposed: true, unit: false }).T;
    const S = Q.T.matmul(C);
    const low = S.mul(constantLike(S, S.shape[0]!, (i, j) => (i > j ? 1 : 0)));
    const rest = S.sub(low.sub(low.T));
    return concat([C.sub(Q.matmul(rest)), rest.matmul(R)]);
  },
  batch: (context) => batchByLoop(qrPrimitive, context),
};

function unpack(packed: NDArray): { Q: NDArray; R: NDArray } {
  const [rows, n] = packed.shape as [number, number];
  return { Q: packed.at([0, rows - n]), R: packed.at([rows - n, rows]) };
}

export interface QrOptions {
  /** Exchange columns so that the diagonal of R falls in size, which shows the rank. Default false. */
  pivot?: boolean;
}

export interface Qr {
  /** Orthonormal columns, "m k" with k = min(m, n). */
  readonly Q: NDArray;
  /** Upper triangular, "k n". Its diagonal may be negative: signs are those of LAPACK. */
  readonly R: NDArray;
  /**
   * Number of diagonal entries of R above max(m, n)·ε times the largest, ε that of the width of A.
   * Without `pivot` it can be too large: R does not always show that columns depend on each other.
   * @throws TraceError in a mapped or compiled function, where no numbers are known.
   */
  readonly rank: number;
  /** Column k of Q·R is column `columns[k]` of A: 0, 1, 2, … without `pivot`. */
  readonly columns: readonly number[];
}

/**
 * A = Q·R by Householder reflections; with `pivot`, the columns of A come in the order `columns`.
 *
 * Differentiable in A when its first min(m, n) columns (in that order) are independent; the order itself has no derivative.
 * Cost: 2n²(m − n/3) flops for m ≥ n, twice that with `pivot`. f32 input is factored in f64 and rounded once.
 * @throws ShapeError when A is not a matrix.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * const { R, rank, columns } = qr(array([[3, 0], [4, 10]]), { pivot: true });
 * console.log(R.toNested(), rank, columns); // [[-10, -4], [0, -3]] 2 [1, 0]
 * ```
 */
export function qr(A: NDArray, options: QrOptions = {}): Qr {
  new OptionChecker("qr", options, ["pivot"]).boolean("pivot").done();
  const matrix = matrixOf("qr", A);
  const [m, n] = matrix.shape as [number, number];
  if (options.pivot !== true)
    return factored(
      matrix,
      Array.from({ length: n }, (_, j) => j),
    );
  const { columns } = pivotedQrFactors(numbersOf(valuesOf("qr", "the order of columns", matrix)), m, n);
  return factored(matrix.take([...columns], 1), [...columns]);
}

function factored(A: NDArray, columns: readonly number[]): Qr {
  const [m, n] = A.shape as [number, number];
  const { Q, R } = m >= n ? tall(A) : wide(A);
  return {
    Q,
    R,
    columns,
    // read when it is asked for: Q and R exist where no numbers are known yet
    get rank() {
      const { data } = valuesOf("qr", "the rank", R);
      const diagonal = Array.from({ length: Math.min(m, n) }, (_, k) => Math.abs(data[k * n + k]!));
      const limit = Math.max(m, n) * epsilonOf(A) * Math.max(0, ...diagonal);
      return diagonal.filter((entry) => entry > limit).length;
    },
  };
}

function tall(A: NDArray): { Q: NDArray; R: NDArray } {
  return unpack(apply(qrPrimitive, [A], undefined) as NDArray);
}

/** [A₁ A₂] = Q·[R₁ QᵀA₂] with square A₁ = Q·R₁. */
function wide(A: NDArray): { Q: NDArray; R: NDArray } {
  const [m, n] = A.shape as [number, number];
  const { Q, R } = tall(A.at(":", [0, m]));
  return { Q, R: concat([R, Q.T.matmul(A.at(":", [m, n]))], 1) };
}
