// Quadratic programs as callers write them, checked and turned into plain vectors once.
import { type ArrayLike, array, fromTyped, type NDArray } from "../../array/index.ts";
import { DomainError, formatNumber, formatShape, OptionChecker, OptionError, ShapeError } from "../../errors/index.ts";
import { eigh, type Matrix, type SparseMatrix } from "../../linalg/index.ts";
import { readTensor } from "../../program/index.ts";
import { choleskyInPlace } from "../dense/cholesky.ts";
import { maxNorm } from "../vector.ts";
import { SparseLdl, type UpperColumns } from "./sparse-ldl.ts";
import { type Rows, rowsFrom, rowsFromDense, times, toDense, transposedTimes } from "./sparse-rows.ts";

/** minimize ½xᵀPx + qᵀx  subject to  lower ≤ Ax ≤ upper */
export interface QpProblem {
  /** Symmetric positive semi-definite; left out, the problem is a linear program. Dense or sparse. */
  P?: Matrix;
  q: ArrayLike;
  A?: Matrix;
  /** ±Infinity where there is none; equal entries make an equality. */
  lower?: ArrayLike;
  upper?: ArrayLike;
}

export interface QpVectors {
  q?: ArrayLike;
  lower?: ArrayLike;
  upper?: ArrayLike;
}

/** A checked problem. Matrices are kept sparse; dense ones are made when a dense method asks. */
export interface QpData {
  readonly n: number;
  readonly m: number;
  /** Both triangles. */
  readonly P: Rows;
  readonly A: Rows;
  readonly q: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Whether P and A were given as dense matrices. */
  readonly dense: boolean;
  /** L of P = LLᵀ, known from the check where P is small and has one. */
  readonly cholesky: Float64Array | undefined;
}

/** @throws ShapeError, OptionError (lower > upper, not finite), DomainError (P not positive semi-definite). */
export function qpData(owner: string, problem: QpProblem): QpData {
  new OptionChecker(owner, problem, ["P", "q", "A", "lower", "upper"]).required("q").done();
  const q = vectorOf(owner, "q", problem.q);
  const n = q.length;
  if (n === 0) {
    throw new ShapeError(`${owner}: q is empty; there is nothing to minimize over.`, {
      code: "empty",
      operation: owner,
    });
  }
  checkFinite(owner, "q", q);
  const P = problem.P === undefined ? rowsFrom(n, n, [], [], []) : matrixOf(owner, "P", problem.P, n);
  if (P.m !== n) throw misfit(owner, "P", [P.m, P.n], `[${n}, ${n}], as q has ${n} entries`);
  const cholesky = checkSemidefinite(owner, P);
  const A = problem.A === undefined ? rowsFrom(0, n, [], [], []) : matrixOf(owner, "A", problem.A, n);
  const m = A.m;
  const { lower, upper } = boundsOf(owner, problem, m);
  const dense = !isSparse(problem.P) && !isSparse(problem.A);
  return { n, m, P, A, q, lower, upper, dense, cholesky };
}

/** The same problem with other vectors. */
export function withVectors(owner: string, data: QpData, changes: QpVectors): QpData {
  const q = changes.q === undefined ? data.q : vectorOf(owner, "q", changes.q);
  if (q.length !== data.n) throw misfit(owner, "q", [q.length], `[${data.n}]`);
  checkFinite(owner, "q", q);
  const sides = {
    lower: changes.lower ?? fromTyped([data.m], data.lower.slice()),
    upper: changes.upper ?? fromTyped([data.m], data.upper.slice()),
  };
  return { ...data, q, ...boundsOf(owner, sides as QpVectors, data.m) };
}

function boundsOf(owner: string, given: QpVectors, m: number): { lower: Float64Array; upper: Float64Array } {
  const side = (name: "lower" | "upper", none: number) => {
    const vector = given[name] === undefined ? new Float64Array(m).fill(none) : vectorOf(owner, name, given[name]);
    if (vector.length !== m) throw misfit(owner, name, [vector.length], `[${m}], as A has ${m} rows`);
    return vector;
  };
  const lower = side("lower", -Infinity);
  const upper = side("upper", Infinity);
  for (let i = 0; i < m; i++) {
    if (lower[i]! <= upper[i]! && lower[i]! < Infinity && upper[i]! > -Infinity) continue;
    throw new OptionError(
      `${owner}: row ${i} has lower ${formatNumber(lower[i]!)} and upper ${formatNumber(upper[i]!)}: no number lies between. Exchange them, or use ±Infinity for none.`,
      { code: "empty-bounds", option: "lower" },
    );
  }
  return { lower, upper };
}

export function vectorOf(owner: string, name: string, given: ArrayLike): Float64Array {
  const x = array(given as NDArray);
  const tensor = readTensor(x);
  if (x.ndim === 1 && tensor !== undefined) return Float64Array.from(tensor.data);
  if (x.size === 0) return new Float64Array(0);
  throw misfit(owner, name, x.shape, "a vector");
}

function isSparse(given: Matrix | undefined): given is SparseMatrix {
  return given !== undefined && "nonzeros" in given;
}

function matrixOf(owner: string, name: string, given: Matrix, n: number): Rows {
  if (isSparse(given)) {
    const { shape, rows, columns, values } = given.entries();
    if (shape[1] !== n) throw misfit(owner, name, shape, `${n} columns, one per entry of q`);
    return rowsFrom(shape[0], n, rows, columns, values);
  }
  if (Array.isArray(given) && given.length === 0) return rowsFrom(0, n, [], [], []);
  const x = array(given as NDArray);
  const tensor = readTensor(x);
  if (x.ndim !== 2 || x.shape[1] !== n || tensor === undefined) throw misfit(owner, name, x.shape, `${n} columns`);
  const values = Float64Array.from(tensor.data);
  checkFinite(owner, name, values);
  return rowsFromDense(x.shape[0]!, n, values);
}

function misfit(owner: string, name: string, shape: readonly number[], wanted: string): ShapeError {
  return new ShapeError(`${owner}: ${name} has shape ${formatShape(shape)}; it must have ${wanted}.`, {
    code: "shapes-differ",
    operation: owner,
    shapes: [shape],
  });
}

function checkFinite(owner: string, name: string, values: Float64Array): void {
  if (Number.isFinite(maxNorm(values))) return;
  const at = values.findIndex((v) => !Number.isFinite(v));
  throw new OptionError(`${owner}: entry ${at} of ${name} is ${values[at]}; only lower and upper may be infinite.`, {
    code: "not-finite",
    option: name,
  });
}

/** The factor of P ≻ 0. A pivot below −1e-9·‖P‖ of P + 1e-9·‖P‖·I shows a direction of negative curvature. */
function checkSemidefinite(owner: string, P: Rows): Float64Array | undefined {
  const n = P.n;
  checkSymmetric(owner, P);
  const size = maxNorm(P.values);
  if (size === 0) return undefined;
  const shift = 1e-9 * size * Math.sqrt(n);
  if (n <= 500) {
    const L = toDense(P).slice();
    if (choleskyInPlace(L, n) === -1) return L;
    L.set(toDense(P));
    for (let i = 0; i < n; i++) L[i * n + i]! += shift;
    if (choleskyInPlace(L, n) === -1) return undefined;
    const { values, vectors } = eigh(fromTyped([n, n], toDense(P).slice()) as NDArray);
    const lowest = values.toArray()[0]!;
    if (lowest >= -shift) return undefined;
    const direction = vectors.T.at(0).toArray();
    throw notConvex(owner, `its smallest eigenvalue is ${formatNumber(lowest)}, along ${shortVector(direction)}`);
  }
  const { pattern, values } = upperOf(P, shift);
  const negative = new SparseLdl(pattern).factor(values);
  if (negative > 0) throw notConvex(owner, `${negative} of its ${n} eigenvalues are negative`);
  return undefined;
}

function checkSymmetric(owner: string, P: Rows): void {
  // a matrix and its transpose agree exactly when they do on vectors that are in general position
  const probe = Float64Array.from({ length: P.n }, (_, i) => Math.sin(i + 1) + 1.5);
  const size = maxNorm(P.values);
  const forward = times(P, probe);
  const backward = transposedTimes(P, probe);
  const row = forward.findIndex((v, i) => Math.abs(v - backward[i]!) > 1e-9 * size * P.n);
  if (row === -1) return;
  throw new DomainError(
    `${owner}: P is not symmetric: its row ${row} differs from its column ${row}. Give ½(P + Pᵀ), which has the same value of xᵀPx.`,
    { code: "not-symmetric", operation: owner },
  );
}

/** The upper triangle by columns, with a shift of the diagonal; every diagonal entry is there. */
export function upperOf(P: Rows, shift: number): { pattern: UpperColumns; values: Float64Array } {
  const n = P.n;
  const rows: number[] = [];
  const values: number[] = [];
  const starts = new Int32Array(n + 1);
  for (let j = 0; j < n; j++) {
    // column j of the upper triangle is row j of the lower one
    let diagonal = shift;
    for (let e = P.starts[j]!; e < P.starts[j + 1]!; e++) {
      const i = P.columns[e]!;
      if (i === j) diagonal += P.values[e]!;
      else if (i < j) {
        rows.push(i);
        values.push(P.values[e]!);
      }
    }
    rows.push(j);
    values.push(diagonal);
    starts[j + 1] = rows.length;
  }
  return { pattern: { n, starts, rows: Int32Array.from(rows) }, values: Float64Array.from(values) };
}

function notConvex(owner: string, why: string): DomainError {
  return new DomainError(
    `${owner}: P is not positive semi-definite: ${why}. The problem is not convex; minimize with slsqp() finds a local solution.`,
    { code: "not-convex", operation: owner },
  );
}

function shortVector(values: readonly number[]): string {
  const shown = values.slice(0, 6).map(formatNumber).join(", ");
  return `[${shown}${values.length > 6 ? ", …" : ""}]`;
}
