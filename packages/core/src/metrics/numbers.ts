// Reads what users pass (arrays, lists, typed arrays) into f64, with checks that name the row.
import type { ArrayLike, NDArray } from "../array/index.ts";
import { DataError, formatShape, ShapeError } from "../errors/index.ts";

/** One score per row. */
export type Scores = readonly number[] | Float64Array | Float32Array | NDArray;
/** One score per row and class: "n k". */
export type ClassScores = readonly (readonly number[])[] | NDArray;

/** A matrix in row-major order, and the rounding unit of the numbers it was made from. */
export interface Matrix {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly eps: number;
}

export function isNDArray(value: unknown): value is NDArray {
  return typeof value === "object" && value !== null && "toArray" in value && "ndim" in value;
}

/** Number of axes: 0 for a number, 1 for a list of numbers, 2 for a list of lists (told by the first entry). */
export function axesOf(values: ArrayLike | Scores | ClassScores): number {
  if (isNDArray(values)) return values.ndim;
  let axes = 0;
  let entry: unknown = values;
  while (Array.isArray(entry) || ArrayBuffer.isView(entry)) {
    axes++;
    entry = Array.isArray(entry) ? entry[0] : 0;
  }
  return axes;
}

/** A copy as f64. @throws ShapeError unless there is one axis; DataError for a value that is not finite. */
export function readVector(owner: string, name: string, values: ArrayLike | Scores, hint = ""): Float64Array {
  const axes = axesOf(values);
  if (axes !== 1) {
    const shape = isNDArray(values) ? values.shape : undefined;
    throw new ShapeError(
      `${owner}: ${name} has ${shape ? `shape ${formatShape(shape)}` : `${axes} axes`}, but a vector with one number per row is needed.${hint}`,
      { code: "not-a-vector", operation: owner, shapes: shape ? [shape] : [] },
    );
  }
  const vector = new Float64Array(isNDArray(values) ? values.toArray() : (values as readonly number[]));
  for (let row = 0; row < vector.length; row++) {
    if (!Number.isFinite(vector[row])) throw notFinite(owner, `${name}[${row}]`, vector[row]!, row);
  }
  return vector;
}

/** A copy as f64. @throws ShapeError unless there are two axes; DataError for a value that is not finite or a ragged row. */
export function readMatrix(owner: string, name: string, values: ClassScores): Matrix {
  if (isNDArray(values)) {
    const [rows, columns] = values.shape;
    if (values.ndim !== 2 || rows === undefined || columns === undefined) {
      throw new ShapeError(
        `${owner}: ${name} has shape ${formatShape(values.shape)}, but a matrix "n k" with one row per sample and one column per class is needed.`,
        { code: "not-a-matrix", operation: owner, shapes: [values.shape] },
      );
    }
    return checkMatrix(owner, name, {
      values: new Float64Array(values.toArray()),
      rows,
      columns,
      eps: values.dtype === "f32" ? 2 ** -23 : Number.EPSILON,
    });
  }
  const columns = values[0]?.length ?? 0;
  const matrix = new Float64Array(values.length * columns);
  for (const [row, entries] of values.entries()) {
    if (entries.length !== columns) {
      throw new DataError(
        `${owner}: ${name}[${row}] has ${entries.length} entries but row 0 has ${columns}. Every row needs one number per class.`,
        { code: "ragged", row, received: String(entries.length), expected: String(columns) },
      );
    }
    matrix.set(entries, row * columns);
  }
  return checkMatrix(owner, name, { values: matrix, rows: values.length, columns, eps: Number.EPSILON });
}

function checkMatrix(owner: string, name: string, matrix: Matrix): Matrix {
  for (let i = 0; i < matrix.values.length; i++) {
    const value = matrix.values[i]!;
    if (Number.isFinite(value)) continue;
    const row = Math.floor(i / matrix.columns);
    throw notFinite(owner, `${name}[${row}, ${i % matrix.columns}]`, value, row);
  }
  return matrix;
}

function notFinite(owner: string, place: string, value: number, row: number): DataError {
  return new DataError(
    `${owner}: ${place} is ${value}, and a metric of values that are not finite says nothing. Drop the row, or look for an overflow or a missing value where it was made.`,
    { code: "not-finite", row, received: String(value), expected: "a finite number" },
  );
}
