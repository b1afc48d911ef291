// Lines of an array along one axis: what running sums, sorting and gathering walk over, and the step to the neighbor.
import type { NDArray } from "../array/types.ts";
import { type Kind, type Shape, sizeOf } from "../program/index.ts";
import { at, pad } from "./slice.ts";

/** Visits every line along the axis: its first element in row-major order and the step from one element to the next. */
export function eachLine(shape: Shape, axis: number, visit: (start: number, step: number) => void): void {
  const step = sizeOf(shape.slice(axis + 1));
  const block = step * shape[axis]!;
  const size = sizeOf(shape);
  for (let front = 0; front < size; front += block) for (let i = 0; i < step; i++) visit(front + i, step);
}

/** Each element replaced by the one before it along the axis (behind it for `reverse`); `border` comes in at the end. */
export function neighbor<K extends Kind>(x: NDArray<K>, axis: number, reverse: boolean, border = 0): NDArray<K> {
  const extent = x.shape[axis]!;
  if (extent === 0) return x;
  const kept = reverse ? ([1, extent] as const) : ([0, extent - 1] as const);
  const others = x.shape.map((_, a) => (a === axis ? kept : (":" as const)));
  const widths = x.shape.map((_, a) =>
    a !== axis ? ([0, 0] as const) : reverse ? ([0, 1] as const) : ([1, 0] as const),
  );
  return pad(at(x, others), widths, border);
}
