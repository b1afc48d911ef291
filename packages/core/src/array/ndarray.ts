// The class behind NDArray: content (a tensor or a node of a trace) and the operations as methods. It adds nothing of its own.
import { InternalError, OptionChecker, ShapeError, TraceError } from "../errors/index.ts";
import * as ops from "../ops/index.ts";
import {
  CONTENT,
  type Content,
  callSite,
  contentOf,
  type DType,
  type Kind,
  type KindOf,
  kindOf,
  readTensor,
  SIBLING,
  sizeOf,
  type Tensor,
  type TypedArray,
  uniformTensor,
  type WithContent,
} from "../program/index.ts";
import { LEAF } from "../tree/index.ts";
import { printArray } from "./print.ts";
import type { AnyArray, ArrayLike, Index, NDArray, NestedNumbers, ReduceOptions, Scalar } from "./types.ts";

type Axes = number | readonly number[];

/** An array around a tensor: how the creation functions make their results. */
export function fromTensor(content: Tensor): AnyArray {
  return new ArrayImpl(content) as unknown as AnyArray; // the class holds every kind; the interface names one
}

class ArrayImpl implements WithContent {
  readonly [LEAF] = true;
  readonly [CONTENT]: Content;

  constructor(content: Content) {
    this[CONTENT] = content;
  }

  [SIBLING](content: Content): AnyArray {
    return new ArrayImpl(content) as unknown as AnyArray;
  }

  get #self(): NDArray {
    return this as unknown as NDArray;
  }

  get shape(): readonly number[] {
    return this[CONTENT].shape;
  }
  get dtype(): DType {
    return this[CONTENT].dtype;
  }
  get kind(): Kind {
    return kindOf(this.dtype);
  }
  get ndim(): number {
    return this.shape.length;
  }
  get size(): number {
    return sizeOf(this.shape);
  }

  add(y: ArrayLike): NDArray {
    return ops.add(this.#self, y);
  }
  sub(y: ArrayLike): NDArray {
    return ops.sub(this.#self, y);
  }
  mul(y: ArrayLike): NDArray {
    return ops.mul(this.#self, y);
  }
  div(y: ArrayLike): NDArray {
    return ops.div(this.#self, y);
  }
  maximum(y: ArrayLike): NDArray {
    return ops.maximum(this.#self, y);
  }
  minimum(y: ArrayLike): NDArray {
    return ops.minimum(this.#self, y);
  }

  pow(exponent: number): NDArray {
    return ops.pow(this.#self, exponent);
  }
  neg(): NDArray {
    return ops.neg(this.#self);
  }
  abs(): NDArray {
    return ops.abs(this.#self);
  }
  sign(): NDArray {
    return ops.sign(this.#self);
  }
  square(): NDArray {
    return ops.square(this.#self);
  }
  sqrt(): NDArray {
    return ops.sqrt(this.#self);
  }
  exp(): NDArray {
    return ops.exp(this.#self);
  }
  log(): NDArray {
    return ops.log(this.#self);
  }
  log1p(): NDArray {
    return ops.log1p(this.#self);
  }
  sin(): NDArray {
    return ops.sin(this.#self);
  }
  cos(): NDArray {
    return ops.cos(this.#self);
  }
  tanh(): NDArray {
    return ops.tanh(this.#self);
  }
  sigmoid(): NDArray {
    return ops.sigmoid(this.#self);
  }
  relu(): NDArray {
    return ops.relu(this.#self);
  }
  floor(): NDArray {
    return ops.floor(this.#self);
  }
  round(): NDArray {
    return ops.round(this.#self);
  }
  clip(low: number, high: number): NDArray {
    return ops.clip(this.#self, low, high);
  }
  softmax(axis = -1): NDArray {
    return ops.softmax(this.#self, axis);
  }
  logSoftmax(axis = -1): NDArray {
    return ops.logSoftmax(this.#self, axis);
  }
  zerosLike(): AnyArray {
    return this.#filled(0);
  }
  onesLike(): AnyArray {
    return this.#filled(1);
  }
  #filled(value: number): AnyArray {
    const { shape, dtype, weak } = this[CONTENT];
    return fromTensor(uniformTensor(shape, dtype, value, weak));
  }

  equal(y: ArrayLike): NDArray<"bool"> {
    return ops.equal(this.#self, y);
  }
  less(y: ArrayLike): NDArray<"bool"> {
    return ops.less(this.#self, y);
  }
  lessEqual(y: ArrayLike): NDArray<"bool"> {
    return ops.lessEqual(this.#self, y);
  }
  greater(y: ArrayLike): NDArray<"bool"> {
    return ops.greater(this.#self, y);
  }
  greaterEqual(y: ArrayLike): NDArray<"bool"> {
    return ops.greaterEqual(this.#self, y);
  }

  matmul(y: ArrayLike): NDArray {
    return ops.matmul(this.#self, ops.operand("matmul", this.#self, y) as NDArray); // the width follows from promotion
  }
  dot(y: ArrayLike): NDArray {
    const other = ops.operand("dot", this.#self, y);
    if (other.shape.length !== this.ndim || other.shape.some((extent, axis) => extent !== this.shape[axis])) {
      throw new ShapeError(
        `dot: shapes [${this.shape.join(", ")}] and [${other.shape.join(", ")}] differ; the inner product takes two arrays of one shape.`,
        { code: "shapes-differ", operation: "dot", shapes: [this.shape, other.shape] },
      );
    }
    return ops.sum(ops.mul(this.#self, other));
  }
  get T(): NDArray {
    return ops.transpose(this.#self);
  }
  transpose(...axes: number[]): NDArray {
    return ops.transpose(this.#self, axes.length === 0 ? undefined : axes);
  }

  reshape(...shape: number[] | [readonly number[]]): NDArray {
    return ops.reshape(this.#self, shape.flat() as number[]); // a list of extents, or the extents
  }
  flatten(): NDArray {
    return ops.flatten(this.#self);
  }
  expandDims(axis: number): NDArray {
    return ops.expandDims(this.#self, axis);
  }
  squeeze(axis?: number): NDArray {
    return ops.squeeze(this.#self, axis);
  }
  broadcastTo(shape: readonly number[]): NDArray {
    return ops.broadcastTo(this.#self, shape);
  }
  at(...index: Index[]): NDArray {
    return ops.at(this.#self, index);
  }
  take(indices: NDArray<"int"> | readonly number[], axis = 0): NDArray {
    return ops.take(this.#self, indices, axis);
  }

  sum(axis?: Axes, options?: ReduceOptions): NDArray {
    return this.#reduced(ops.sum(this.#self, axis), axis, options);
  }
  mean(axis?: Axes, options?: ReduceOptions): NDArray {
    return this.#reduced(ops.mean(this.#self, axis), axis, options);
  }
  variance(axis?: Axes, options?: ReduceOptions): NDArray {
    return this.#reduced(ops.variance(this.#self, axis), axis, options);
  }
  max(axis?: Axes, options?: ReduceOptions): NDArray {
    return this.#reduced(ops.max(this.#self, axis), axis, options);
  }
  min(axis?: Axes, options?: ReduceOptions): NDArray {
    return this.#reduced(ops.min(this.#self, axis), axis, options);
  }
  logSumExp(axis?: Axes, options?: ReduceOptions): NDArray {
    return this.#reduced(ops.logSumExp(this.#self, axis), axis, options);
  }
  norm(axis?: Axes, options?: ReduceOptions): NDArray {
    return this.#reduced(ops.norm(this.#self, axis), axis, options);
  }
  #reduced(result: NDArray, axis: Axes | undefined, options: ReduceOptions | undefined): NDArray {
    if (options === undefined) return result;
    new OptionChecker("reduction", options, ["keepDims"]).boolean("keepDims").done();
    return options.keepDims === true ? ops.keepAxes(result, this.shape, axis) : result;
  }
  argmax(axis?: number): NDArray<"int"> {
    return ops.argmax(this.#self, axis);
  }
  argmin(axis?: number): NDArray<"int"> {
    return ops.argmin(this.#self, axis);
  }

  astype<D extends DType>(dtype: D): NDArray<KindOf<D>> {
    return ops.cast(this.#self, dtype);
  }
  item(): number {
    if (this.size !== 1) {
      throw new ShapeError(
        `item: the array has shape [${this.shape.join(", ")}] and ${this.size} elements; item reads arrays of one element. Use at(…) or toArray().`,
        {
          code: "not-one-element",
          operation: "item",
          shapes: [this.shape],
        },
      );
    }
    return this.#read("item()").data[0]!;
  }
  toArray(): number[] {
    return Array.from(this.#read("toArray()").data);
  }
  toNested(): NestedNumbers {
    const { shape, data } = this.#read("toNested()");
    let offset = 0;
    const nest = (axis: number): NestedNumbers =>
      axis === shape.length ? data[offset++]! : Array.from({ length: shape[axis]! }, () => nest(axis + 1));
    return nest(0);
  }
  async data(): Promise<TypedArray> {
    return this.#read("data()").data.slice();
  }
  #read(what: string): Tensor {
    const tensor = readTensor(this.#self);
    if (tensor !== undefined) return tensor;
    throw new TraceError(
      `${what}: this array has no value yet, only a shape [${this.shape.join(", ")}]: it stands for every value that the traced function will see. Choose by condition with where(…) instead of reading the number.`,
      atCaller("value-read"),
    );
  }

  toString(): string {
    const content = contentOf(this.#self);
    return printArray(content.shape, content.dtype, readTensor(this.#self)?.data);
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
  toJSON(): NestedNumbers {
    return this.toNested();
  }
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new TraceError(
      `An array of shape [${this.shape.join(", ")}] stands where JavaScript wants a number: operators such as +, * and < do not work on arrays. Use add, mul, less and the other methods, or item() for the number itself.`,
      atCaller("comparison"),
    );
  }
}

function atCaller(code: string): { code: string; at?: string } {
  const at = callSite();
  return at === undefined ? { code } : { code, at };
}

/** @throws InternalError unless the array has rank 0: narrows the type after a full reduction. */
export function asScalar(x: NDArray): Scalar {
  if (x.shape.length !== 0) throw new InternalError(`asScalar: an array of rank ${x.shape.length} is no scalar.`);
  return x as Scalar;
}
