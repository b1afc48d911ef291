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
  const list = isNDArray(values) ? values.toArray() : (values as readonly number[]); // one axis, as was checked
  for (let row = 0; row < list.length; row++) {
    // Number.isFinite is false for null and texts too, which a typed array would turn into numbers.
    if (!Number.isFinite(list[row])) throw notFinite(owner, `${name}[${row}]`, list[row], row);
  }
  return new Float64Array(list);
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
    return toMatrix(owner, name, values.toArray(), rows, columns, values.dtype === "f32" ? 2 ** -23 : Number.EPSILON);
  }
  const columns = values[0]?.length ?? 0;
  const list: number[] = [];
  for (const [row, entries] of values.entries()) {
    if (entries.length !== columns) {
      throw new DataError(
        `${owner}: ${name}[${row}] has ${entries.length} entries but row 0 has ${columns}. Every row needs one number per class.`,
        { code: "ragged", row, received: String(entries.length), expected: String(columns) },
      );
    }
    for (const entry of entries) list.push(entry);
  }
  return toMatrix(owner, name, list, values.length, columns, Number.EPSILON);
}

function toMatrix(
  owner: string,
  name: string,
  list: readonly number[],
  rows: number,
  columns: number,
  eps: number,
): Matrix {
  const wrong = list.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return { values: new Float64Array(list), rows, columns, eps };
  const row = Math.floor(wrong / columns);
  throw notFinite(owner, `${name}[${row}, ${wrong % columns}]`, list[wrong], row);
}

function notFinite(owner: string, place: string, value: unknown, row: number): DataError {
  return new DataError(
    `${owner}: ${place} is ${String(value)}, and a metric needs finite numbers. Drop the row, or look for an overflow or a missing value where it was made.`,
    { code: "not-finite", row, received: String(value), expected: "a finite number" },
  );
}
