// The orthogonal factor of the polar decomposition.
import type { NDArray } from "../array/index.ts";
import { DomainError, OptionChecker } from "../errors/index.ts";
import { batchByLoop } from "../ops/index.ts";
import { apply, type Primitive, type Tensor } from "../program/index.ts";
import { symmetricEigen } from "./kernels/eigh.ts";
import { singularValues } from "./kernels/svd.ts";
import { type NewtonSchulz, newtonSchulz, newtonSchulzPlan, PRESETS } from "./newton-schulz.ts";
import { checkFinite, epsilonOfWidth, matrixOf, numbersOf } from "./operands.ts";
import { remembered } from "./remembered.ts";
import { reciprocalOf, solveFor } from "./solve.ts";

/** For A "m n" with m ≥ n. */
const polarPrimitive: Primitive = {
  name: "polarFactor",
  infer: ([A]) => ({ shape: A!.shape, dtype: A!.dtype, weak: false }),
  evaluate([A], output) {
    checkFinite("polarFactor", A!);
    const [m, n] = A!.shape as [number, number];
    const { U, S, Vt } = singularValues(numbersOf(A!), m, n);
    const limit = m * epsilonOfWidth(A!.dtype) * (S[0] ?? 0);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n && S[k]! > limit; k++) sum += U[i * n + k]! * Vt[k * n + j]!;
        output.data[i * n + j] = sum;
      }
    }
  },
  // A = W·H: with WᵀW = I and H symmetric, X = WᵀẆ is antisymmetric and solves H·X + X·H = WᵀȦ − ȦᵀW. Then
  //     Ẇ = W·X + (I − WWᵀ)·Ȧ·H⁻¹
  // No difference of singular values is divided by, so equal ones do no harm, to any order
  jvp({ inputs: [A], output: W, tangents: [dA] }) {
    const [m, n] = W.shape as [number, number];
    const projected = W.T.matmul(dA!);
    const product = W.T.matmul(A!);
    const H = regular(product.add(product.T).mul(0.5));
    const turned = W.matmul(solveLyapunov(H, projected.sub(projected.T)));
    if (m === n) return turned;
    const outside = dA!.sub(W.matmul(projected));
    return turned.add(solveFor("derivative of polarFactor", H, outside.T, "pivots").T);
  },
  batch: (context) => batchByLoop(polarPrimitive, context),
};

/** H itself, which must have an inverse. */
const regularPrimitive: Primitive = {
  name: "regular",
  infer: ([H]) => H!,
  evaluate([H], output) {
    if (!(reciprocalOf(H!) >= epsilonOfWidth(H!.dtype))) throw rankLoss();
    output.data.set(H!.data);
  },
  jvp: ({ tangents: [dH] }) => dH,
  batch: (context) => batchByLoop(regularPrimitive, context),
};

function regular(H: NDArray): NDArray {
  return apply(regularPrimitive, [H], undefined) as NDArray;
}

const eigenOf = remembered((H: Tensor) => symmetricEigen(numbersOf(H), H.shape[0]!));

/** The antisymmetric X with H·X + X·H = C, for positive definite H; of C, the antisymmetric part counts. */
const lyapunovPrimitive: Primitive = {
  name: "solveLyapunov",
  infer: ([, C]) => C!,
  evaluate([H, C], output) {
    const n = H!.shape[0]!;
    const { values, vectors } = eigenOf(H!);
    // with H = VᵀΛV (rows of V): M = V·C·Vᵀ, X = Vᵀ·(½(M − Mᵀ)/(λᵢ + λⱼ))·V
    const M = congruence(vectors, numbersOf(C!), n, false);
    const scaled = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) scaled[i * n + j] = (M[i * n + j]! - M[j * n + i]!) / 2 / (values[i]! + values[j]!);
    }
    output.data.set(congruence(vectors, scaled, n, true));
  },
  // Ẋ solves H·Ẋ + Ẋ·H = Ċ − Ḣ·X − X·Ḣ
  jvp({ inputs: [H], output: X, tangents: [dH, dC] }) {
    if (dH === undefined) return solveLyapunov(H!, dC!);
    const shift = dH.matmul(X).add(X.matmul(dH));
    return solveLyapunov(H!, dC === undefined ? shift.neg() : dC.sub(shift));
  },
  transpose: ({ adjoint, inputs: [H] }) => [undefined, solveLyapunov(H!, adjoint)],
  batch: (context) => batchByLoop(lyapunovPrimitive, context),
};

function solveLyapunov(H: NDArray, C: NDArray): NDArray {
  return apply(lyapunovPrimitive, [H, C], undefined) as NDArray;
}

/** V·C·Vᵀ, or Vᵀ·C·V. */
function congruence(V: Float64Array, C: Float64Array, n: number, transposed: boolean): Float64Array {
  const at = (i: number, j: number) => (transposed ? V[j * n + i]! : V[i * n + j]!);
  const half = new Float64Array(n * n);
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) half[i * n + j]! += at(i, k) * C[k * n + j]!;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) result[i * n + j]! += half[i * n + k]! * at(j, k);
  return result;
}

function rankLoss(): DomainError {
  return new DomainError(
    "derivative of polarFactor: A loses rank to working precision, where its polar factor jumps and has no derivative. Perturb A, or use Newton–Schulz steps, which are smooth.",
    { code: "singular", operation: "polarFactor" },
  );
}

export interface PolarFactorOptions {
  /** "svd" is exact; "newton-schulz" takes matrix products alone and stops near to it. Default "svd". */
  method?: "svd" | "newton-schulz";
  /** Newton–Schulz: which polynomials. Default "quintic". */
  coefficients?: NewtonSchulz;
  /** Newton–Schulz: how many steps. Default 5; for a list of triples its length. */
  steps?: number;
}

/**
 * W = U·Vᵀ of A = U·diag(S)·Vᵀ: the matrix with orthonormal columns (rows, when m < n) that is nearest to A.
 *
 * With Newton–Schulz, X₀ = A/‖A‖ and X ← aX + b(XXᵀ)X + c(XXᵀ)²X move every singular value towards 1:
 *
 * | coefficients | (a, b, c) | singular values in [0.01, 1] after 5 steps |
 * |---|---|---|
 * | "quintic" | (3.4445, −4.775, 2.0315) | [0.682, 1.134]; never converges to 1 |
 * | "polar-express" | five triples, X₀ = A/(1.02·‖A‖ + 1e-6) | [0.859, 1.141] |
 * | "cubic" | (1.5, −0.5, 0) | slow at first: 0.07 for 0.01; 1 after 20 steps |
 * | a list | one triple per step, such as (2, −1.5, 0.5) × 20 | that list: 1 |
 *
 * Zero gives zero. Rank loss: with "svd", directions whose singular value is at most max(m, n)·ε·s₁ are left out, as
 * Newton–Schulz does with those that are 0; W then has lower rank.
 * Differentiable to any order, also at equal singular values. With "svd", A must have full rank where it is differentiated.
 * Cost: that of `svd`; Newton–Schulz 4k²·max(m, n) + 2k³ flops per step, k = min(m, n), and in the width of A.
 * @throws DomainError when the derivative of "svd" is taken where A loses rank.
 * @throws DataError when A holds a value that is not finite (says where; "svd" only).
 * @throws ShapeError when A is not a matrix. @throws OptionError on `steps` or `coefficients` with "svd".
 * Source: Higham (2008), chapter 8; Jordan (2024), "Muon"; Amsel, Persson, Musco & Gower (2025), "The Polar Express".
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * polarFactor(array([[0, 2], [3, 0]])).toNested(); // [[0, 1], [1, 0]]
 * ```
 */
export function polarFactor(A: NDArray, options: PolarFactorOptions = {}): NDArray {
  const { method = "svd", coefficients = "quintic", steps } = options;
  const checker = new OptionChecker("polarFactor", options, ["method", "coefficients", "steps"])
    .oneOf("method", ["svd", "newton-schulz"])
    .integer("steps", 1);
  if (!Array.isArray(coefficients)) checker.oneOf("coefficients", Object.keys(PRESETS));
  for (const option of ["coefficients", "steps"] as const) {
    if (method === "svd" && options[option] !== undefined)
      checker.fail(option, `${option} belongs to method: "newton-schulz".`);
  }
  checker.done();
  const matrix = matrixOf("polarFactor", A);
  if (method === "newton-schulz") return newtonSchulz(matrix, newtonSchulzPlan("polarFactor", coefficients, steps));
  const [m, n] = matrix.shape as [number, number];
  return m < n ? exact(matrix.T).T : exact(matrix);
}

function exact(A: NDArray): NDArray {
  return apply(polarPrimitive, [A], undefined) as NDArray;
}
