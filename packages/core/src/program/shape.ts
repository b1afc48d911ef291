// Shapes as plain lists of numbers: sizes, strides, axes, broadcasting. Knows nothing of arrays.
import { formatShape, OptionError, ShapeError } from "../errors/index.ts";

export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** Axis counted from 0; negative ones count from the end. @throws ShapeError when there is no such axis. */
export function normalizeAxis(operation: string, axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && normal >= 0 && normal < rank) return normal;
  throw new ShapeError(
    `${operation}: axis ${axis} does not exist in an array of rank ${rank}.${
      rank === 0 ? " A scalar has no axes." : ` Axes run from ${-rank} to ${rank - 1}.`
    }`,
    { code: "no-such-axis", operation },
  );
}

/** Sorted axes without repetition; all of them when none is named. */
export function normalizeAxes(operation: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = typeof axes === "number" ? [axes] : axes;
  if (!Array.isArray(list)) {
    throw new OptionError(
      `${operation}: axes are a number or a list of numbers, got ${JSON.stringify(axes)}. Options come behind the axis: ${operation}(0, { keepDims: true }).`,
      {
        code: "invalid-option",
        option: "axis",
      },
    );
  }
  const normal = list.map((axis) => normalizeAxis(operation, axis, rank)).sort((a, b) => a - b);
  const repeated = normal.find((axis, i) => axis === normal[i - 1]);
  if (repeated === undefined) return normal;
  throw new ShapeError(`${operation}: axis ${repeated} is named twice in [${list.join(", ")}].`, {
    code: "repeated-axis",
    operation,
  });
}

/** The shape that both broadcast to, aligned at the last axis. @throws ShapeError with both shapes. */
export function broadcastShapes(operation: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const p = a[a.length - i] ?? 1;
    const q = b[b.length - i] ?? 1;
    if (p !== q && p !== 1 && q !== 1) {
      throw new ShapeError(
        `${operation}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: axis ${rank - i} counted from the front of the result is ${p} on one side and ${q} on the other. Sizes must be equal or 1; expandDims or reshape can line them up.`,
        { code: "no-broadcast", operation, shapes: [a, b] },
      );
    }
    result[rank - i] = p === 1 ? q : p;
  }
  return result;
}

/** @throws OptionError unless every entry is an integer ≥ 0. */
export function checkShape(operation: string, shape: Shape): void {
  if (!Array.isArray(shape)) {
    throw new OptionError(`${operation}: a shape is a list such as [2, 3], got ${JSON.stringify(shape)}.`, {
      code: "invalid-shape",
      option: "shape",
    });
  }
  const wrong = shape.find((extent) => !Number.isInteger(extent) || extent < 0);
  if (wrong === undefined) return;
  throw new OptionError(`${operation}: a shape holds integers of 0 or more, got ${formatShape(shape)}.`, {
    code: "invalid-shape",
    option: "shape",
  });
}

/** The shape without the listed axes (sorted). */
export function withoutAxes(shape: Shape, axes: readonly number[]): number[] {
  return shape.filter((_, axis) => !axes.includes(axis));
}
