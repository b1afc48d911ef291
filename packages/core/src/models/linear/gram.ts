// The Gram matrix of a least-squares system, and its Cholesky factor.
import { fromTyped, type NDArray } from "../../array/index.ts";
import { DomainError } from "../../errors/index.ts";
import { cholesky, triangularSolve } from "../../linalg/index.ts";
import { readTensor } from "../../program/index.ts";
import { type System, sumOfSquares } from "./system.ts";

/** Below this reciprocal condition of the scaled Gram matrix, refinement no longer repairs the squared condition: QR instead. */
export const LEAST_RECIPROCAL_CONDITION = 1e-10;

export interface GramFactor {
  /** Cholesky factor of D·(AᵀA + ridge·I)·D, whose diagonal is 1. */
  readonly L: NDArray;
  /** The diagonal of D. */
  readonly scale: Float64Array;
  /** At most 1/cond₂: 1/(‖G‖_F·trace G⁻¹). */
  readonly reciprocalCondition: number;
}

/** Undefined when a column is zero, or depends on the others to working precision. */
export function gramFactor(system: System, ridge: number): GramFactor | undefined {
  const { n, d } = system;
  const G = system.products?.gram() ?? gram(system.A, n, d);
  for (let j = 0; j < d; j++) G[j * d + j] = G[j * d + j]! + ridge;
  const scale = Float64Array.from({ length: d }, (_, j) => 1 / Math.sqrt(G[j * d + j]!));
  if (!scale.every(Number.isFinite)) return undefined;
  for (let j = 0; j < d; j++) for (let k = 0; k < d; k++) G[j * d + k] = G[j * d + k]! * scale[j]! * scale[k]!;
  const L = factorOrNothing(matrixOf(G, d));
  if (L === undefined) return undefined;
  const traceOfInverse = sumOfSquares(inverseOfLower(numbersOf(L), d)); // ‖L⁻¹‖_F²
  return { L, scale, reciprocalCondition: 1 / (Math.sqrt(sumOfSquares(G)) * traceOfInverse) };
}

/** L⁻¹ by rows: row i is (eᵢ − Σ_{j<i} L[i, j]·row j)/L[i, i]. Higham (2002), section 14.2. */
function inverseOfLower(L: Float64Array, d: number): Float64Array {
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    const to = i * d;
    out[to + i] = 1;
    for (let j = 0; j < i; j++) {
      const factor = L[to + j]!;
      for (let k = 0; k <= j; k++) out[to + k] = out[to + k]! - factor * out[j * d + k]!;
    }
    for (let k = 0; k <= i; k++) out[to + k] = out[to + k]! / L[to + i]!;
  }
  return out;
}

function factorOrNothing(G: NDArray): NDArray | undefined {
  try {
    return cholesky(G);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/** (AᵀA + ridge·I)⁻¹·R for R "d t". */
export function solveGram({ L, scale }: GramFactor, R: Float64Array, t: number): Float64Array {
  const scaled = R.map((v, at) => v * scale[Math.floor(at / t)]!);
  return solveFactored(L, scaled, t).map((v, at) => v * scale[Math.floor(at / t)]!);
}

/** (L·Lᵀ)⁻¹·R for R with t columns. */
export function solveFactored(L: NDArray, R: Float64Array, t: number): Float64Array {
  return numbersOf(triangularSolve(L, triangularSolve(L, matrixOf(R, t)), { transposed: true })).slice();
}

/** AᵀA, both triangles. */
export function gram(A: Float64Array, n: number, d: number): Float64Array {
  const G = new Float64Array(d * d);
  for (let i = 0; i < n; i++) {
    const row = i * d;
    for (let j = 0; j < d; j++) {
      const a = A[row + j]!;
      if (a === 0) continue;
      const to = j * d;
      for (let k = 0; k <= j; k++) G[to + k] = G[to + k]! + a * A[row + k]!;
    }
  }
  for (let j = 0; j < d; j++) for (let k = 0; k < j; k++) G[k * d + j] = G[j * d + k]!;
  return G;
}

export function matrixOf(values: Float64Array, columns: number): NDArray {
  return fromTyped([values.length / columns, columns], values) as NDArray;
}

export function numbersOf(x: NDArray): Float64Array {
  return readTensor(x)!.data as Float64Array; // of f64 operands
}
