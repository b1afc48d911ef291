// The types of arrays: the one value that users hold. Immutable, garbage-collected, row-major; no dispose, no ownership marks.
import type { DType, Kind, KindOf, TypedArray } from "../program/index.ts";

export type NestedNumbers = number | readonly NestedNumbers[];
export type AnyArray = NDArray<Kind>;
/** Anything that means an array: one of ours, nested lists, or a typed array (taken as a vector). */
export type ArrayLike = AnyArray | NestedNumbers | Float64Array | Float32Array | Int32Array;
/** What may stand on the right of an operation whose left side has kind `K`. */
export type Operand<K extends Kind> = K extends "float"
  ? ArrayLike
  : K extends "int"
    ? NDArray<"int"> | NestedNumbers | Int32Array
    : NDArray<"bool">;
/** One index per axis: a position (negative counts from the end), ":" for the whole axis, or [start, stop]. */
export type Index = number | ":" | readonly [start: number, stop: number];
export interface ReduceOptions {
  /** Keep the reduced axis with length 1. Default false. */
  keepDims?: boolean;
}
type Axes = number | readonly number[];

/**
 * An n-dimensional array. Numbers are weakly typed: `x.mul(2)` keeps the width of `x`; f32 with f64 gives f64.
 * `<`, `+` and friends on arrays throw TraceError "comparison", eager or traced; it names the method to use.
 * @throws ShapeError when shapes do not broadcast; the message holds both shapes.
 */
export interface NDArray<K extends Kind = "float"> {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly kind: K;
  readonly ndim: number;
  readonly size: number;
  // arithmetic, with broadcasting
  add(y: Operand<K>): NDArray<K>;
  sub(y: Operand<K>): NDArray<K>;
  mul(y: Operand<K>): NDArray<K>;
  /** True division: the result is float, also for integers. */
  div(y: ArrayLike): NDArray;
  maximum(y: Operand<K>): NDArray<K>;
  minimum(y: Operand<K>): NDArray<K>;
  // elementwise; `this` keeps Scalar a Scalar
  pow(exponent: number): this;
  neg(): this;
  abs(): this;
  sign(): this;
  square(): this;
  sqrt(): this;
  exp(): this;
  log(): this;
  log1p(): this;
  sin(): this;
  cos(): this;
  tanh(): this;
  sigmoid(): this;
  relu(): this;
  /** Towards −∞; to the nearest integer, ties to even. Slope 0. */
  floor(): this;
  round(): this;
  clip(low: number, high: number): this;
  softmax(axis?: number): this;
  logSoftmax(axis?: number): this;
  zerosLike(): this;
  onesLike(): this;
  // comparison
  equal(y: Operand<K>): NDArray<"bool">;
  less(y: Operand<K>): NDArray<"bool">;
  lessEqual(y: Operand<K>): NDArray<"bool">;
  greater(y: Operand<K>): NDArray<"bool">;
  greaterEqual(y: Operand<K>): NDArray<"bool">;
  // linear algebra: "… n k" × "… k m" → "… n m"; vectors as in NumPy
  matmul(y: Operand<K>): NDArray<K>;
  /** Inner product of two arrays of one shape, as a scalar. */
  dot(y: ArrayLike): Scalar;
  readonly T: NDArray<K>;
  transpose(...axes: number[]): NDArray<K>;
  // shape; `reshape` takes one -1
  reshape(...shape: number[] | [readonly number[]]): NDArray<K>;
  flatten(): NDArray<K>;
  expandDims(axis: number): NDArray<K>;
  squeeze(axis?: number): NDArray<K>;
  broadcastTo(shape: readonly number[]): NDArray<K>;
  at(...index: Index[]): NDArray<K>;
  take(indices: NDArray<"int"> | readonly number[], axis?: number): NDArray<K>;
  // reductions: no axis gives a Scalar
  sum(): Scalar;
  sum(axis: Axes, options?: ReduceOptions): NDArray<K>;
  mean(): Scalar;
  mean(axis: Axes, options?: ReduceOptions): NDArray;
  variance(): Scalar;
  variance(axis: Axes, options?: ReduceOptions): NDArray;
  max(): Scalar;
  max(axis: Axes, options?: ReduceOptions): NDArray<K>;
  min(): Scalar;
  min(axis: Axes, options?: ReduceOptions): NDArray<K>;
  logSumExp(): Scalar;
  logSumExp(axis: Axes, options?: ReduceOptions): NDArray;
  /** Euclidean norm; its gradient at 0 is 0. */
  norm(): Scalar;
  norm(axis: Axes, options?: ReduceOptions): NDArray;
  argmax(axis?: number): NDArray<"int">;
  argmin(axis?: number): NDArray<"int">;
  // conversion
  astype<D extends DType>(dtype: D): NDArray<KindOf<D>>;
  /** The single number of an array of size 1. @throws ShapeError otherwise; TraceError inside of `compile`. */
  item(): number;
  /** Flat copy in row-major order. @throws BackendError on a device that can only be read asynchronously: use `data`. */
  toArray(): number[];
  toNested(): NestedNumbers;
  data(): Promise<TypedArray>;
  toString(): string;
}

/** A rank-0 array. `grad` takes functions that return one, so a vector-valued loss does not compile. */
export interface Scalar extends NDArray {
  readonly ndim: 0;
  add(y: Scalar | number): Scalar;
  add(y: ArrayLike): NDArray;
  sub(y: Scalar | number): Scalar;
  sub(y: ArrayLike): NDArray;
  mul(y: Scalar | number): Scalar;
  mul(y: ArrayLike): NDArray;
  div(y: Scalar | number): Scalar;
  div(y: ArrayLike): NDArray;
  maximum(y: Scalar | number): Scalar;
  maximum(y: ArrayLike): NDArray;
  minimum(y: Scalar | number): Scalar;
  minimum(y: ArrayLike): NDArray;
}

export interface ArrayOptions<D extends DType = DType> {
  dtype: D;
}
