// From what users pass to plain numbers.

import type { ArrayLike, NestedNumbers } from "steepest";
import { DataError, OptionError, ShapeError } from "steepest";

/** All entries in row-major order. */
export function toNumbers(values: ArrayLike): number[] {
  if (typeof values === "number") return [values];
  if (values instanceof Float64Array || values instanceof Float32Array || values instanceof Int32Array)
    return [...values];
  if ("toArray" in values) return values.toArray();
  return flatten(values);
}

function flatten(values: readonly NestedNumbers[]): number[] {
  return values.flatMap((value) => (typeof value === "number" ? [value] : flatten(value)));
}

/** @throws DataError naming the first entry that is not finite. */
export function requireFinite(owner: string, name: string, values: readonly number[]): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new DataError(
    `${owner}: ${name}[${at}] is ${values[at]}; a figure needs finite numbers. Drop or impute the entry.`,
    {
      code: "not-finite",
      row: at,
    },
  );
}

/** @throws ShapeError when two lists that belong together differ in length. */
export function requireSame(
  owner: string,
  names: readonly [string, string],
  a: readonly unknown[],
  b: readonly unknown[],
): void {
  if (a.length === b.length) return;
  throw new ShapeError(
    `${owner}: ${names[0]} has ${a.length} entries and ${names[1]} has ${b.length}. Both describe the same points, so the lengths must agree.`,
    { code: "length", operation: owner, shapes: [[a.length], [b.length]] },
  );
}

/** @throws DataError when there is nothing to draw. */
export function requireSome(owner: string, what: string, size: number): void {
  if (size > 0) return;
  throw new DataError(`${owner}: there are no ${what} to draw. Pass at least one.`, { code: "empty-figure" });
}

/** @throws OptionError for a picture too small to hold its own labels. */
export function requireRoom(owner: string, option: string, inner: number, outer: number, least: number): void {
  if (inner >= least) return;
  throw new OptionError(
    `${owner}: ${option} ${outer} leaves no room beside the labels. Use ${Math.ceil(outer - inner + least)} or more.`,
    { code: "no-room", option },
  );
}

/** Rows and columns in row-major order. @throws ShapeError unless there are two axes, DataError for an empty matrix. */
export function toMatrix(
  owner: string,
  name: string,
  matrix: ArrayLike,
): { readonly values: number[]; readonly shape: readonly [rows: number, columns: number] } {
  const values = toNumbers(matrix);
  const rows = typeof matrix === "number" ? 0 : "shape" in matrix ? (matrix.shape[0] ?? 0) : matrix.length;
  requireSome(owner, `entries of ${name}`, values.length);
  const columns = values.length / rows;
  const isMatrix =
    typeof matrix === "object" &&
    ("shape" in matrix
      ? matrix.shape.length === 2
      : Array.isArray(matrix) && matrix.every((row) => isRow(row, columns)));
  if (isMatrix) return { values, shape: [rows, columns] };
  throw new ShapeError(`${owner}: ${name} must be a matrix: rows of equally many numbers. Reshape it to two axes.`, {
    code: "not-a-matrix",
    operation: owner,
  });
}

const isRow = (row: unknown, columns: number) =>
  Array.isArray(row) && row.length === columns && row.every((value) => typeof value === "number");

/** For logarithmic axes. @throws DataError naming the first entry that is not positive and finite. */
export function requirePositive(owner: string, name: string, values: readonly number[]): void {
  const at = values.findIndex((value) => !(value > 0 && value < Infinity));
  if (at < 0) return;
  throw new DataError(
    `${owner}: ${name}[${at}] is ${values[at]}, but a logarithmic axis shows positive numbers only. Leave it out, or use a linear axis.`,
    { code: "not-positive", row: at },
  );
}
