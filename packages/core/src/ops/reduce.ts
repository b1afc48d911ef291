// What all reductions share: which axes, how the result is shaped, and the rows that are reduced, side by side in memory.
import type { NDArray } from "../array/types.ts";
import {
  copyStrided,
  normalizeAxes,
  type Shape,
  sizeOf,
  stridesOf,
  type Tensor,
  type TypedArray,
  withoutAxes,
} from "../program/index.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { reshape } from "./reshape.ts";

export type Axes = number | readonly number[];

/** Parameters of a reduction: sorted axes that go away. */
export interface Reduction {
  readonly axes: readonly number[];
}

export function reduction(operation: string, x: NDArray, axis: Axes | undefined): Reduction {
  return { axes: normalizeAxes(operation, axis, x.shape.length) };
}

/** `kept` with its reduced axes back as axes of length 1. */
export function restoreAxes(kept: NDArray, shape: Shape, axes: readonly number[]): NDArray {
  return reshape(
    kept,
    shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
  );
}

/** The reduced array repeated to the shape that it came from. */
export function spread(kept: NDArray, shape: Shape, axes: readonly number[]): NDArray {
  return broadcastTo(restoreAxes(kept, shape, axes), shape);
}

/** The data with the reduced axes last: row r, of `length` elements, makes element r of the result. */
export function rowsOf(x: Tensor, axes: readonly number[]): { data: TypedArray; length: number } {
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const length = sizeOf(axes.map((axis) => x.shape[axis]!));
  const order = [...kept, ...axes];
  if (order.every((axis, i) => axis === i)) return { data: x.data, length };
  const strides = stridesOf(x.shape);
  const data = new (x.data.constructor as new (size: number) => TypedArray)(x.data.length);
  copyStrided(
    x.data,
    0,
    order.map((axis) => strides[axis]!),
    order.map((axis) => x.shape[axis]!),
    data,
  );
  return { data, length };
}

export function reducedShape(shape: Shape, axes: readonly number[]): Shape {
  return withoutAxes(shape, axes);
}

/** A finished reduction with its axes back as axes of length 1. */
export function keepAxes(result: NDArray, shape: Shape, axis: Axes | undefined): NDArray {
  return restoreAxes(result, shape, normalizeAxes("keepDims", axis, shape.length));
}
