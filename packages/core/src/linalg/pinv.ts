// The pseudo-inverse.
import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { readTensor } from "../program/index.ts";
import { singularValues } from "./kernels/svd.ts";
import { pseudoInverse } from "./lstsq.ts";
import { checkFinite, constantLike, epsilonOf, matrixOf, numbersOf } from "./operands.ts";
import { svd } from "./svd.ts";

export interface PinvOptions {
  /** Singular values up to this share of the largest count as 0. Default max(m, n)·ε, ε that of the width of A. */
  rcond?: number;
}

/**
 * A⁺ = V·diag(1/s)·Uᵀ over the singular values that count: the pseudo-inverse of Moore and Penrose, the one X with AXA = A,
 * XAX = X, and AX and XA symmetric.
 *
 * A⁺·b is the least-squares solution of least norm; for one b, `lstsq(A, b)` is cheaper and says the rank.
 * Shapes: A "m n", result "n m".
 * Differentiable at constant rank. Where the rank is less than min(m, n), A⁺ jumps under almost every change of A: derivatives
 * are those along changes that keep the rank. Where `rcond` cuts off singular values that are no rounding errors, derivatives
 * are those of the factors of `svd`: NaN where two singular values are equal.
 * In mapped and compiled functions, where no numbers are known, the rank is read from the diagonal of a pivoted QR, as in `lstsq`.
 * Cost: that of `svd` and of `lstsq` with m right sides. f32 input is computed in f64 and rounded once.
 * @throws DataError when A holds a value that is not finite (says where).
 * @throws ShapeError when A is not a matrix.
 * Source: Golub & Van Loan (2013), chapter 5; derivative: Golub & Pereyra (1973).
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * pinv(array([[2, 0], [0, 0]])).toNested(); // [[0.5, 0], [0, 0]]
 * ```
 */
export function pinv(A: NDArray, options: PinvOptions = {}): NDArray {
  new OptionChecker("pinv", options, ["rcond"]).number("rcond", 0, 1).done();
  const matrix = matrixOf("pinv", A);
  const [m, n] = matrix.shape as [number, number];
  const noise = Math.max(m, n) * epsilonOf(matrix);
  const rcond = options.rcond ?? noise;
  const given = readTensor(matrix);
  if (given === undefined) return byQr(matrix, rcond);
  checkFinite("pinv", given);
  const { S: values } = singularValues(numbersOf(given), m, n);
  const largest = values[0] ?? 0;
  let rank = 0;
  while (rank < values.length && values[rank]! > rcond * largest) rank++;
  if (rank === values.length) return byQr(matrix, 0);
  if (rank === 0) return matrix.T.zerosLike();
  const [kept, dropped] = [values[rank - 1]! / largest, values[rank]! / largest];
  // the diagonal of R follows the singular values; what rounding leaves of the dropped ones stays well below this
  if (dropped <= noise && noise < kept) return byQr(matrix, Math.sqrt(kept * noise));
  const { U, S, Vt } = svd(matrix);
  return Vt.at([0, rank])
    .T.div(S.at([0, rank]))
    .matmul(U.at(":", [0, rank]).T);
}

/** By the primitive of `lstsq`, whose derivative is that of a matrix of constant rank. */
function byQr(A: NDArray, tolerance: number): NDArray {
  const identity = constantLike(A, A.shape[0]!, (i, j) => (i === j ? 1 : 0));
  return pseudoInverse(A, identity, { owner: "pinv", tolerance, transposed: false });
}
