// What stands on the right of an operation: numbers, lists and typed arrays become arrays; widths and shapes are made equal.
import type { AnyArray, ArrayLike, NDArray } from "../array/types.ts";
import { ShapeError } from "../errors/index.ts";
import {
  broadcastShapes,
  contentOf,
  type DType,
  isArray,
  promote,
  sameShape,
  sizeOf,
  tensorFrom,
  uniformTensor,
  wrap,
} from "../program/index.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { cast } from "./cast.ts";

/** `x` as an array of the class of `like`. @throws ShapeError on ragged lists. */
export function operand(operation: string, like: AnyArray, x: ArrayLike): AnyArray {
  return isArray(x) ? x : wrap(like, tensorFrom(operation, x));
}

/** Both operands in one shape and width, ready for an elementwise primitive. `floats` turns integers into f64. */
export function align(operation: string, x: AnyArray, y: ArrayLike, floats = false): [NDArray, NDArray] {
  if (typeof y === "number") return alignNumber(x, y, floats);
  const other = operand(operation, x, y);
  const a = contentOf(x);
  const b = contentOf(other);
  const dtype = widen(promote(a, b), floats);
  const shape = broadcastShapes(operation, a.shape, b.shape);
  return [fit(x, shape, dtype), fit(other, shape, dtype)];
}

/** The common case of a number on the right: it takes shape and width of the left side at once. */
function alignNumber(x: AnyArray, y: number, floats: boolean): [NDArray, NDArray] {
  const a = contentOf(x);
  const dtype = widen(Number.isInteger(y) ? a.dtype : promote(a, { dtype: "f64", weak: true }), floats);
  const whole = dtype === "bool" ? "i32" : dtype;
  return [fit(x, a.shape, whole), wrap(x, uniformTensor(a.shape, whole, y, a.weak)) as NDArray];
}

function fit(x: AnyArray, shape: readonly number[], dtype: DType): NDArray {
  const wide = cast(x, dtype);
  return (sameShape(x.shape, shape) ? wide : broadcastTo(wide, shape)) as NDArray; // the kind is that of `dtype`
}

function widen(dtype: DType, floats: boolean): DType {
  return floats && (dtype === "i32" || dtype === "bool") ? "f64" : dtype;
}

/** Floats as they are; integers and booleans as f64: functions such as exp have no integer values. */
export function toFloat(x: AnyArray): NDArray {
  const { dtype } = contentOf(x);
  return (dtype === "f32" || dtype === "f64" ? x : cast(x, "f64")) as NDArray;
}

/** @throws ShapeError unless the sizes are equal. */
export function checkSameSize(operation: string, from: readonly number[], to: readonly number[]): void {
  if (sizeOf(from) === sizeOf(to)) return;
  throw new ShapeError(
    `${operation}: ${sizeOf(from)} elements of shape [${from.join(", ")}] do not fill shape [${to.join(", ")}], which holds ${sizeOf(to)}.`,
    { code: "sizes-differ", operation, shapes: [from, to] },
  );
}
