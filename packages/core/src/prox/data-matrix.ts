// The matrix of a data term, dense or sparse, with the products and the factors that proximal steps need.
import { array, fromTyped, type NDArray } from "../array/index.ts";
import { DomainError, formatShape, OptionError, ShapeError } from "../errors/index.ts";
import { cholesky, type Matrix, type SparseMatrix } from "../linalg/index.ts";
import { numbersOf } from "./numbers.ts";

export interface DataMatrix {
  readonly m: number;
  readonly n: number;
  /** A·x */
  times(x: Float64Array): Float64Array;
  /** Aᵀ·y */
  transposedTimes(y: Float64Array): Float64Array;
  /** AᵀA, n × n by rows. */
  gram(): Float64Array;
  /** AAᵀ, m × m by rows. */
  outer(): Float64Array;
}

/** @throws ShapeError unless A is a matrix; OptionError for an entry that is not finite. */
export function dataMatrix(owner: string, A: Matrix): DataMatrix {
  if ("nonzeros" in A) return sparseMatrix(A as SparseMatrix);
  const x = array(A as NDArray);
  if (x.ndim !== 2) {
    throw new ShapeError(`${owner}: A must be a matrix, got shape ${formatShape(x.shape)}.`, {
      code: "not-a-matrix",
      operation: owner,
      shapes: [x.shape],
    });
  }
  const [m, n] = x.shape as [number, number];
  const values = numbersOf(x);
  const at = values.findIndex((v) => !Number.isFinite(v));
  if (at !== -1) {
    throw new OptionError(
      `${owner}: A[${Math.floor(at / n)}, ${at % n}] is ${values[at]}. Impute or drop the row: entries must be finite.`,
      { code: "not-finite", option: "A" },
    );
  }
  return denseMatrix(values, m, n);
}

export function denseMatrix(A: Float64Array, m: number, n: number): DataMatrix {
  return {
    m,
    n,
    times(x) {
      const to = new Float64Array(m);
      for (let i = 0; i < m; i++) {
        let sum = 0;
        const row = i * n;
        for (let j = 0; j < n; j++) sum += A[row + j]! * x[j]!;
        to[i] = sum;
      }
      return to;
    },
    transposedTimes(y) {
      const to = new Float64Array(n);
      for (let i = 0; i < m; i++) {
        const weight = y[i]!;
        const row = i * n;
        for (let j = 0; j < n; j++) to[j]! += weight * A[row + j]!;
      }
      return to;
    },
    gram() {
      const G = new Float64Array(n * n);
      for (let i = 0; i < m; i++) {
        const row = i * n;
        for (let j = 0; j < n; j++) {
          const weight = A[row + j]!;
          if (weight === 0) continue;
          for (let k = 0; k <= j; k++) G[j * n + k]! += weight * A[row + k]!;
        }
      }
      return mirrored(G, n);
    },
    outer() {
      const G = new Float64Array(m * m);
      for (let i = 0; i < m; i++) {
        for (let k = 0; k <= i; k++) {
          let sum = 0;
          for (let j = 0; j < n; j++) sum += A[i * n + j]! * A[k * n + j]!;
          G[i * m + k] = sum;
        }
      }
      return mirrored(G, m);
    },
  };
}

function sparseMatrix(A: SparseMatrix): DataMatrix {
  const { shape, rows, columns, values } = A.entries();
  const [m, n] = shape;
  const gram = (to: Int32Array, across: Int32Array, size: number, lists: number): Float64Array => {
    const G = new Float64Array(size * size);
    const members: number[][] = Array.from({ length: lists }, () => []);
    for (let e = 0; e < values.length; e++) members[across[e]!]!.push(e);
    for (const list of members) {
      for (const e of list) for (const f of list) G[to[e]! * size + to[f]!]! += values[e]! * values[f]!;
    }
    return G;
  };
  return {
    m,
    n,
    times(x) {
      const to = new Float64Array(m);
      for (let e = 0; e < values.length; e++) to[rows[e]!]! += values[e]! * x[columns[e]!]!;
      return to;
    },
    transposedTimes(y) {
      const to = new Float64Array(n);
      for (let e = 0; e < values.length; e++) to[columns[e]!]! += values[e]! * y[rows[e]!]!;
      return to;
    },
    gram: () => gram(columns, rows, n, m),
    outer: () => gram(rows, columns, m, n),
  };
}

function mirrored(G: Float64Array, n: number): Float64Array {
  for (let i = 0; i < n; i++) for (let k = 0; k < i; k++) G[k * n + i] = G[i * n + k]!;
  return G;
}

export type Solver = (right: Float64Array) => Float64Array;

/** x ↦ S⁻¹x for a symmetric positive definite S. @throws DomainError in the name of `owner` when S is not. */
export function positiveDefiniteSolver(owner: string, S: Float64Array, n: number): Solver {
  const L = factor(owner, S, n);
  return (right) => {
    const x = right.slice();
    for (let i = 0; i < n; i++) {
      let sum = x[i]!;
      for (let k = 0; k < i; k++) sum -= L[i * n + k]! * x[k]!;
      x[i] = sum / L[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      const value = x[i]! / L[i * n + i]!;
      x[i] = value;
      for (let k = 0; k < i; k++) x[k]! -= value * L[i * n + k]!;
    }
    return x;
  };
}

function factor(owner: string, S: Float64Array, n: number): Float64Array {
  try {
    return numbersOf(cholesky(fromTyped([n, n], S) as NDArray));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError(`${owner}: the equations of a step have no unique solution. ${error.message}`, {
      code: "not-definite",
      operation: owner,
    });
  }
}

/**
 * x ↦ (AᵀA + shift·I)⁻¹x
 *
 *     columns ≤ rows   Cholesky of AᵀA + shift·I
 *     columns > rows   x/shift − Aᵀ(AAᵀ + shift·I)⁻¹Ax/shift       (Woodbury: Golub & Van Loan (2013), 2.1.4)
 */
export function shiftedGramSolver(owner: string, A: DataMatrix, square: Float64Array, shift: number): Solver {
  const { m, n } = A;
  const size = Math.min(m, n);
  const S = square.slice();
  for (let i = 0; i < size; i++) S[i * size + i]! += shift;
  const solve = positiveDefiniteSolver(owner, S, size);
  if (n <= m) return solve;
  return (right) => {
    const back = A.transposedTimes(solve(A.times(right)));
    return right.map((v, i) => (v - back[i]!) / shift);
  };
}

/** The smaller of AᵀA and AAᵀ: what `shiftedGramSolver` takes. */
export function smallerSquare(A: DataMatrix): Float64Array {
  return A.n <= A.m ? A.gram() : A.outer();
}
