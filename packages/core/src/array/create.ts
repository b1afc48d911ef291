// Making arrays from numbers.
import { OptionChecker, OptionError, ShapeError } from "../errors/index.ts";
import { cast } from "../ops/index.ts";
import {
  checkDType,
  checkShape,
  type DType,
  filledTensor,
  isArray,
  type Kind,
  type KindOf,
  type Shape,
  type TypedArray,
  tensor,
  tensorFrom,
} from "../program/index.ts";
import { fromTensor } from "./ndarray.ts";
import type { AnyArray, ArrayLike, NDArray, Scalar } from "./types.ts";

type NestedBooleans = boolean | readonly NestedBooleans[];
export interface ArrayOptions<D extends DType = DType> {
  dtype: D;
}

/**
 * An array of numbers: nested lists of one length per level, a typed array (a vector of its width), or an array as it is.
 *
 * Numbers become f64 and booleans bool, unless `dtype` says otherwise. Input is copied.
 * @throws ShapeError on ragged lists, with the path of the first row that differs.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * const X = array([[1, 2], [3, 4]]);
 * console.log(X.matmul(X.T).toArray()); // [5, 11, 11, 25]
 * ```
 */
export function array(x: Exclude<ArrayLike, AnyArray>): NDArray;
export function array(x: NestedBooleans): NDArray<"bool">;
export function array<K extends Kind>(x: NDArray<K>): NDArray<K>;
export function array<D extends DType>(x: ArrayLike, options: ArrayOptions<D>): NDArray<KindOf<D>>;
export function array(x: ArrayLike | NestedBooleans, options?: ArrayOptions): AnyArray {
  const dtype = dtypeFrom("array", options);
  if (isArray(x)) return dtype === undefined ? x : cast(x, dtype);
  const from = tensorFrom("array", x);
  // A typed array of integers keeps its width; JS numbers are floats.
  const made = fromTensor({ ...from, weak: false });
  return dtype === undefined ? made : cast(made, dtype);
}

/** @throws OptionError when the options are none, hold another option, or name no width. */
function dtypeFrom(operation: string, options: ArrayOptions | undefined): DType | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== "object") {
    throw new OptionError(
      `${operation}: options are an object such as { dtype: "f32" }, got ${JSON.stringify(options)}.`,
      {
        code: "invalid-option",
        option: "dtype",
      },
    );
  }
  new OptionChecker(operation, options, ["dtype"]).done();
  checkDType(operation, options.dtype);
  return options.dtype;
}

/** A rank-0 f64 array. */
export function scalar(x: number): Scalar {
  return fromTensor(filledTensor([], "f64", x)) as Scalar;
}

/** An array around a typed array that is handed over: no copy, and nobody may write to it afterwards. */
export function fromTyped(shape: Shape, data: TypedArray): AnyArray {
  return fromTensor(tensor(shape, data));
}

export function full(shape: Shape, value: number): NDArray {
  checkShape("full", shape);
  return fromTensor(filledTensor([...shape], "f64", value)) as NDArray;
}

export function zeros(shape: Shape): NDArray;
export function zeros<D extends DType>(shape: Shape, options: ArrayOptions<D>): NDArray<KindOf<D>>;
export function zeros(shape: Shape, options?: ArrayOptions): AnyArray {
  checkShape("zeros", shape);
  return fromTensor(filledTensor([...shape], dtypeFrom("zeros", options) ?? "f64", 0));
}

export function ones(shape: Shape): NDArray;
export function ones<D extends DType>(shape: Shape, options: ArrayOptions<D>): NDArray<KindOf<D>>;
export function ones(shape: Shape, options?: ArrayOptions): AnyArray {
  checkShape("ones", shape);
  return fromTensor(filledTensor([...shape], dtypeFrom("ones", options) ?? "f64", 1));
}

/** The identity matrix of n rows. */
export function eye(n: number): NDArray {
  checkShape("eye", [n]);
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) data[i * n + i] = 1;
  return fromTyped([n, n], data) as NDArray;
}

/** 0, 1, …, stop − 1 as i32. */
export function arange(stop: number, ...more: readonly never[]): NDArray<"int"> {
  if (more.length > 0) {
    throw new OptionError(
      `arange: takes the end alone and counts from 0, got ${[stop, ...more].join(", ")}. For other starts or steps use linspace(start, stop, count), or arange(n).mul(step).add(start).`,
      {
        code: "invalid-option",
        option: "stop",
      },
    );
  }
  checkShape("arange", [stop]);
  return fromTyped(
    [stop],
    Int32Array.from({ length: stop }, (_, i) => i),
  ) as NDArray<"int">;
}

/** `count` numbers from `start` to `stop`, both included. */
export function linspace(start: number, stop: number, count: number): NDArray {
  if (!Number.isInteger(count) || count < 1) {
    throw new OptionError(`linspace: count must be an integer of 1 or more, got ${count}.`, {
      code: "invalid-option",
      option: "count",
    });
  }
  const at = (i: number) =>
    i === count - 1 && count > 1 ? stop : start + ((stop - start) * i) / Math.max(1, count - 1);
  return fromTyped(
    [count],
    Float64Array.from({ length: count }, (_, i) => at(i)),
  ) as NDArray;
}

/** Coordinates of a grid: for x of n and y of m entries two arrays [m, n], x along the rows and y along the columns. */
export function meshgrid(x: NDArray, y: NDArray): [NDArray, NDArray] {
  if (x.ndim !== 1 || y.ndim !== 1) {
    throw new ShapeError(`meshgrid: takes two vectors, got [${x.shape.join(", ")}] and [${y.shape.join(", ")}].`, {
      code: "not-a-vector",
      operation: "meshgrid",
      shapes: [x.shape, y.shape],
    });
  }
  const shape = [y.size, x.size];
  return [x.broadcastTo(shape), y.expandDims(1).broadcastTo(shape)];
}
