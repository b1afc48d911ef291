// Least squares and ridge without iterations.
import { eye, type NDArray } from "../../array/index.ts";
import { DomainError, formatNumber } from "../../errors/index.ts";
import { cholesky, lstsq, solve } from "../../linalg/index.ts";
import type { Design, Targets } from "../design.ts";
import { byColumns, byGramFactor, type Certificate } from "./certificate.ts";
import {
  type GramFactor,
  gram,
  gramFactor,
  LEAST_RECIPROCAL_CONDITION,
  matrixOf,
  numbersOf,
  solveFactored,
  solveGram,
} from "./gram.ts";
import { isLarge, outerProducts } from "./products.ts";
import { descentDirection, residuals, type System, transposedProduct } from "./system.ts";

export interface DirectSolution {
  /** "d t" */
  readonly W: Float64Array;
  /** "t", where it is not ȳ − x̄·W. */
  readonly b?: Float64Array;
  /** Of the centered columns; undefined with a ridge, where it does not matter. */
  readonly rank: number | undefined;
  readonly solver: string;
  readonly message: string;
  /** Without ridge, from the factors at hand. */
  readonly certificate?: Certificate;
}

/**
 * min ½‖A·W − B‖² + ½·ridge·‖W‖²
 *
 * Given:    centered A "n d", B "n t", ridge ≥ 0
 * Returns:  W of least norm; the rank when ridge = 0
 * Method:   d ≤ n: Cholesky of G = AᵀA + ridge·I after scaling its diagonal to 1, one step of refinement with the residual
 *           from A (corrected seminormal equations, Björck 1987), unless 1/cond(G) < 1e-10; then, and for d > n without ridge,
 *           QR with column pivoting, complete to a orthogonal decomposition when columns depend on each other
 *           d > n with ridge: W = Aᵀ(AAᵀ + ridge·I)⁻¹B
 * Cost:     nd² + d³/3, or 2nd² − 2d³/3 by QR, or n²d + n³/3
 * Traps:    squaring loses twice the digits of cond(A): NIST Wampler1 goes to QR; the ridge enters QR as further rows √ridge·I
 * Tests:    reference/linear-models.json, NIST Wampler1, minimum norm, primal = dual
 */
export function solveDirectly(system: System, ridge: number): DirectSolution {
  if (ridge > 0 && system.d > system.n) return solveByDual(system, ridge);
  if (system.d <= system.n) {
    const factor = gramFactor(system, ridge);
    if (factor !== undefined && factor.reciprocalCondition > LEAST_RECIPROCAL_CONDITION) {
      return byFactor(system, ridge, factor);
    }
  }
  return solveByQr(system, ridge);
}

/** @throws DomainError when the Gram matrix is not positive definite to working precision. */
export function solveByCholesky(system: System, ridge: number): DirectSolution {
  const factor = gramFactor(system, ridge);
  if (factor !== undefined) return byFactor(system, ridge, factor);
  throw dependentColumns("XᵀX has no Cholesky factor");
}

export function solveByQr(system: System, ridge: number): DirectSolution {
  const { n, d, t } = system;
  const [A, B] = ridge > 0 ? withRidgeRows(system, ridge) : [system.A, system.B];
  const matrix = matrixOf(A, d);
  const first = lstsq(matrix, matrixOf(B, t));
  const W = numbersOf(first.x).slice();
  const left = new Float64Array(B.length);
  left.set(residuals(system, W));
  for (let i = n * t; i < left.length; i++) left[i] = -Math.sqrt(ridge) * W[i - n * t]!;
  add(W, numbersOf(lstsq(matrix, matrixOf(left, t)).x)); // the factors are remembered
  if (ridge > 0) return { W, rank: undefined, solver: "qr", message: "Exact, by QR with column pivoting." };
  const message =
    first.rank < d
      ? `Exact, by QR with column pivoting. The ${d} columns have rank ${first.rank}${n <= d ? ` (${n} rows)` : ""}: many coefficients fit alike, these are the ones of least norm.`
      : "Exact, by QR with column pivoting.";
  return { W, rank: first.rank, solver: "qr", message, certificate: byColumns(system, matrix) };
}

function solveByDual(system: System, ridge: number): DirectSolution {
  const { n, d, t, A, B } = system;
  const K = new Float64Array(n * n);
  const products = isLarge(n, d) ? outerProducts(A, n, d) : undefined;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k <= i; k++) {
      let sum = i === k ? ridge : 0;
      if (products !== undefined) sum += products[i * n + k]!;
      else for (let j = 0; j < d; j++) sum += A[i * d + j]! * A[k * d + j]!;
      K[i * n + k] = sum;
      K[k * n + i] = sum;
    }
  }
  const L = cholesky(matrixOf(K, n));
  const alpha = solveFactored(L, B, t);
  // K·α = B once more, with the residual B − A(Aᵀα) − ridge·α
  const left = residuals(system, transposedProduct(system, alpha));
  for (let i = 0; i < left.length; i++) left[i] = left[i]! - ridge * alpha[i]!;
  add(alpha, solveFactored(L, left, t));
  return {
    W: transposedProduct(system, alpha),
    rank: undefined,
    solver: "cholesky",
    message: `Exact, by Cholesky of the ${n} × ${n} matrix XXᵀ + Σs·l2·I: there are fewer rows than columns.`,
  };
}

/**
 * (XᵀX)⁻¹Xᵀy as in the books: with a column of ones for the intercept, a general solve, no centering, no refinement.
 *
 * @throws DomainError when XᵀX is singular to working precision.
 */
export function solveNormalEquation(
  X: Design,
  y: Targets,
  weights: Float64Array,
  ridge: number,
  intercept: boolean,
): DirectSolution {
  const { n, d } = X;
  const { t } = y;
  const columns = intercept ? d + 1 : d;
  const A = new Float64Array(n * columns);
  const B = new Float64Array(n * t);
  for (let i = 0; i < n; i++) {
    const root = Math.sqrt(weights[i]!);
    for (let j = 0; j < d; j++) A[i * columns + j] = root * X.values[i * d + j]!;
    if (intercept) A[i * columns + d] = root;
    for (let c = 0; c < t; c++) B[i * t + c] = root * y.values[i * t + c]!;
  }
  const G = gram(A, n, columns);
  for (let j = 0; j < d; j++) G[j * columns + j] = G[j * columns + j]! + ridge;
  const matrix = matrixOf(G, columns);
  const right = matrixOf(transposedProduct({ n, d: columns, t, A }, B), t);
  const [solution, inverse] = [right, eye(columns)].map((side) => numbersOf(solveRegular(matrix, side)));
  const condition = oneNorm(G, columns) * oneNorm(inverse!, columns);
  const digits = Math.log10(condition);
  return {
    W: solution!.slice(0, d * t),
    ...(intercept && { b: solution!.slice(d * t) }),
    rank: undefined,
    solver: "normal-equation",
    message:
      `By the normal equation. Its matrix XᵀX has condition number ${condition.toExponential(1)}, the square of that of X: ` +
      `about ${digits.toFixed(0)} of 16 digits are lost, where solver: "qr" loses ${(digits / 2).toFixed(0)}.`,
  };
}

function solveRegular(matrix: NDArray, right: NDArray): NDArray {
  try {
    return solve(matrix, right);
  } catch (error) {
    if (error instanceof DomainError) throw dependentColumns("XᵀX has no inverse");
    throw error;
  }
}

function dependentColumns(consequence: string): DomainError {
  return new DomainError(
    `linearRegression: the columns of X depend on each other to working precision, so ${consequence}. Add a ridge (l2), or use solver: "qr", which gives the coefficients of least norm.`,
    { code: "dependent-columns", operation: "linearRegression" },
  );
}

function byFactor(system: System, ridge: number, factor: GramFactor): DirectSolution {
  const { d, t } = system;
  const W = new Float64Array(d * t);
  // the second refines
  for (let round = 0; round < 2; round++) {
    const right = round === 0 ? transposedProduct(system, system.B) : descentDirection(system, W, ridge);
    add(W, solveGram(factor, right, t));
  }
  return {
    W,
    rank: ridge > 0 ? undefined : d,
    solver: "cholesky",
    message: `Exact, by Cholesky with one refinement; 1/cond of the scaled Gram matrix is at least ${formatNumber(factor.reciprocalCondition)}.`,
    ...(ridge === 0 && { certificate: byGramFactor(system, factor) }),
  };
}

function withRidgeRows({ n, d, t, A, B }: System, ridge: number): [A: Float64Array, B: Float64Array] {
  const longA = new Float64Array((n + d) * d);
  longA.set(A);
  for (let j = 0; j < d; j++) longA[(n + j) * d + j] = Math.sqrt(ridge);
  const longB = new Float64Array((n + d) * t);
  longB.set(B);
  return [longA, longB];
}

function oneNorm(G: Float64Array, d: number): number {
  let most = 0;
  for (let k = 0; k < d; k++) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += Math.abs(G[j * d + k]!);
    most = Math.max(most, sum);
  }
  return most;
}

function add(to: Float64Array, change: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = to[i]! + change[i]!;
}
