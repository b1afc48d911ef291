// The singular value decomposition.
import { concat, type NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { batchByLoop, strongMul } from "../ops/index.ts";
import { apply, type Primitive } from "../program/index.ts";
import { singularValues } from "./kernels/svd.ts";
import { checkFinite, diagonalOf, matrixOf, numbersOf } from "./operands.ts";
import { type Degenerate, reciprocalGaps, reciprocalSums } from "./separation.ts";

/** A "m n" gives "m+1+n k": U above S above V. */
const svdPrimitive: Primitive<{ degenerate: Degenerate }> = {
  name: "svd",
  infer([A]) {
    const [m, n] = A!.shape as [number, number];
    return { shape: [m + 1 + n, Math.min(m, n)], dtype: A!.dtype, weak: false };
  },
  evaluate([A], output) {
    checkFinite("svd", A!);
    const [m, n] = A!.shape as [number, number];
    const k = Math.min(m, n);
    const { U, S, Vt } = singularValues(numbersOf(A!), m, n);
    output.data.set(U);
    output.data.set(S, m * k);
    for (let j = 0; j < n; j++) for (let c = 0; c < k; c++) output.data[(m + 1 + j) * k + c] = Vt[c * n + j]!;
  },
  // P = UᵀȦV = K + W (symmetric and antisymmetric), E[i, j] = 1/(sⱼ − sᵢ), G[i, j] = 1/(sⱼ + sᵢ):
  //     ṡ = diag P,  U̇ = U(E∘K + G∘W) + (I − UUᵀ)ȦV·S⁻¹,  V̇ = V(E∘K − G∘W) + (I − VVᵀ)ȦᵀU·S⁻¹
  // Townsend (2016) with 1/(sⱼ² − sᵢ²) split, so that only K meets equal singular values
  jvp({ inputs: [A], output, tangents: [dA], params: { degenerate } }) {
    const [m, n] = A!.shape as [number, number];
    const { U, S, V } = unpack(output, m);
    const P = U.T.matmul(dA!).matmul(V);
    const even = P.add(P.T).mul(0.5);
    const odd = P.sub(P.T).mul(0.5);
    const sums = reciprocalSums("svd", S, m === n ? "nan" : degenerate); // a square has no use for 1/s
    const stretched = strongMul(even, reciprocalGaps("svd", S, degenerate));
    const turned = strongMul(odd, sums);
    let dU = U.matmul(stretched.add(turned));
    let dV = V.matmul(stretched.sub(turned));
    const divided = (X: NDArray) => strongMul(X, diagonalOf(sums).mul(2).broadcastTo(X.shape)); // X·S⁻¹
    if (m > n) dU = dU.add(divided(outside(U, dA!.matmul(V))));
    if (n > m) dV = dV.add(divided(outside(V, dA!.T.matmul(U))));
    return concat([dU, diagonalOf(P).expandDims(0), dV]);
  },
  batch: (context) => batchByLoop(svdPrimitive, context),
};

/** (I − QQᵀ)·X */
function outside(Q: NDArray, X: NDArray): NDArray {
  return X.sub(Q.matmul(Q.T.matmul(X)));
}

function unpack(packed: NDArray, m: number): { U: NDArray; S: NDArray; V: NDArray } {
  return { U: packed.at([0, m]), S: packed.at(m), V: packed.at([m + 1, packed.shape[0]!]) };
}

export interface SvdOptions {
  /**
   * The derivative of the singular vectors where two singular values are equal to working precision (k·ε·s₁), or one is 0
   * and m ≠ n: it does not exist there. "nan" puts NaN into what depends on them; "throw" throws DomainError and names them.
   * Default "nan".
   */
  degenerate?: Degenerate;
}

export interface Svd {
  /** Orthonormal columns, "m k" with k = min(m, n). The first entry of largest size in each is positive. */
  readonly U: NDArray;
  /** Singular values, descending and not negative: "k". */
  readonly S: NDArray;
  /** Orthonormal rows: "k n". */
  readonly Vt: NDArray;
}

/**
 * A = U·diag(S)·Vᵀ, thin: k = min(m, n) singular values.
 *
 *     dsᵢ = uᵢᵀ·dA·vᵢ
 *
 * Signs: the first entry of each column of U whose size is, but for rounding, the largest is positive; the row of Vᵀ follows.
 * Equal singular values: their vectors are some basis and have no derivative, see `degenerate`. Functions of S alone keep
 * their first derivative; for U·Vᵀ, which is smooth there, use `polarFactor`.
 * Rank loss: at s = 0 the vectors have no derivative when m ≠ n, or when two are 0: NaN in what depends on them. S has a kink
 * there; its derivative is that of the branch uᵀ·dA·v.
 * Method: QR with column pivoting, then one-sided Jacobi, which keeps the digits of small singular values.
 * Cost: 4mn² flops and about 80n³ for m ≥ n. f32 input is computed in f64 and rounded once.
 * @throws DataError when A holds a value that is not finite (says where).
 * @throws ShapeError when A is not a matrix.
 * Source: Drmač & Veselić (2008); derivative: Townsend (2016), "Differentiating the singular value decomposition".
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * const { U, S, Vt } = svd(array([[0, 2], [3, 0]]));
 * console.log(S.toArray(), U.toNested(), Vt.toNested()); // [3, 2] [[0, 1], [1, 0]] [[1, 0], [0, 1]]
 * ```
 */
export function svd(A: NDArray, options: SvdOptions = {}): Svd {
  new OptionChecker("svd", options, ["degenerate"]).oneOf("degenerate", ["nan", "throw"]).done();
  const matrix = matrixOf("svd", A);
  const packed = apply(svdPrimitive, [matrix], { degenerate: options.degenerate ?? "nan" }) as NDArray;
  const { U, S, V } = unpack(packed, matrix.shape[0]!);
  return { U, S, Vt: V.T };
}
