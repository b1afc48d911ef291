// What the operations of linear algebra ask of their arguments, and the ways from arrays to kernels and back.
import { type AnyArray, type ArrayLike, array, fromTyped, type NDArray } from "../array/index.ts";
import { DataError, formatShape, ShapeError, TraceError } from "../errors/index.ts";
import { cast, toFloat } from "../ops/index.ts";
import { contentOf, type DType, promote, readTensor, type Tensor } from "../program/index.ts";

/** A float matrix. @throws ShapeError in the name of `operation` when `A` has another rank. */
export function matrixOf(operation: string, given: ArrayLike): NDArray {
  const A = array(given as NDArray); // lists are taken too
  if (A.ndim === 2) return toFloat(A);
  const advice = A.ndim === 1 ? ` Make it a column with A.expandDims(1), or a row with A.expandDims(0).` : "";
  throw new ShapeError(`${operation}: A must be a matrix, got an array of shape ${formatShape(A.shape)}.${advice}`, {
    code: "not-a-matrix",
    operation,
    shapes: [A.shape],
  });
}

/** A float matrix with as many rows as columns. @throws ShapeError */
export function squareOf(operation: string, A: ArrayLike, advice = ""): NDArray {
  const matrix = matrixOf(operation, A);
  if (matrix.shape[0] === matrix.shape[1]) return matrix;
  throw new ShapeError(`${operation}: A must be square, got shape ${formatShape(matrix.shape)}.${advice}`, {
    code: "not-square",
    operation,
    shapes: [matrix.shape],
  });
}

/** Calls `solve` with A and b in one width and b as a matrix; a vector comes back as a vector. @throws ShapeError */
export function withRightSide(
  operation: string,
  A: NDArray,
  given: ArrayLike,
  solve: (A: NDArray, B: NDArray) => NDArray,
): NDArray {
  const b = array(given as NDArray);
  if (b.ndim !== 1 && b.ndim !== 2) {
    throw new ShapeError(
      `${operation}: b must be a vector or a matrix, got an array of shape ${formatShape(b.shape)}.`,
      {
        code: "not-a-matrix",
        operation,
        shapes: [A.shape, b.shape],
      },
    );
  }
  if (b.shape[0] !== A.shape[0]) {
    throw new ShapeError(
      `${operation}: A has ${A.shape[0]} rows and b has ${b.shape[0]}, shapes ${formatShape(A.shape)} and ${formatShape(b.shape)}. Every row of A needs its row of b.`,
      { code: "rows-differ", operation, shapes: [A.shape, b.shape] },
    );
  }
  const right = toFloat(b);
  const dtype = promote(contentOf(A), contentOf(right));
  const wide = (x: NDArray) => cast(x, dtype) as NDArray; // both are floats
  if (b.ndim === 2) return solve(wide(A), wide(right));
  return solve(wide(A), wide(right).expandDims(1)).squeeze(1);
}

/** A copy of the numbers in f64, for a kernel to work on. */
export function numbersOf({ data }: Tensor): Float64Array {
  return Float64Array.from(data);
}

/** The numbers behind an array, from which `what` is read. @throws TraceError where only its shape is known. */
export function valuesOf(operation: string, what: string, x: AnyArray): Tensor {
  const tensor = readTensor(x);
  if (tensor !== undefined) return tensor;
  throw new TraceError(
    `${operation}: ${what} is read from the numbers of A, and in a mapped or compiled function only its shape is known. Call ${operation} outside of that function.`,
    { code: "value-read" },
  );
}

/** @throws DataError that names the first entry of a matrix that is NaN or infinite. */
export function checkFinite(operation: string, { data, shape }: Tensor): void {
  const at = (data as Float64Array).findIndex((v) => !Number.isFinite(v)); // all widths search alike
  if (at === -1) return;
  const row = Math.floor(at / shape[1]!);
  const column = at % shape[1]!;
  throw new DataError(
    `${operation}: A[${row}, ${column}] is ${data[at]}; matrices must be finite. Impute the value or drop the row.`,
    { code: "not-finite", row, column: String(column) },
  );
}

/** Distance from 1 to the next number of the width in which A is stored. */
export function epsilonOf(A: NDArray): number {
  return epsilonOfWidth(A.dtype);
}

export function epsilonOfWidth(dtype: DType): number {
  return dtype === "f32" ? 2 ** -23 : Number.EPSILON;
}

/** The diagonal of a square matrix. */
export function diagonalOf(A: NDArray): NDArray {
  const n = A.shape[0]!;
  return A.flatten().take(Array.from({ length: n }, (_, i) => i * (n + 1)));
}

/** A constant n × n matrix in the width of `like`. */
export function constantLike(like: NDArray, n: number, entry: (i: number, j: number) => number): NDArray {
  return constant(like, n, n, entry);
}

/** 1 where `inside` holds and 0 elsewhere, in the shape and width of the matrix `like`. */
export function maskLike(like: NDArray, inside: (i: number, j: number) => boolean): NDArray {
  const [m, n] = like.shape as [number, number];
  return constant(like, m, n, (i, j) => (inside(i, j) ? 1 : 0));
}

function constant(like: NDArray, m: number, n: number, entry: (i: number, j: number) => number): NDArray {
  const values = Float64Array.from({ length: m * n }, (_, at) => entry(Math.floor(at / n), at % n));
  return fromTyped([m, n], like.dtype === "f32" ? Float32Array.from(values) : values) as NDArray;
}
