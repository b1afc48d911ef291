// How primitives become kernels: each says it once, in terms that every backend understands.
import type { AnyArray } from "../array/types.ts";
import type { DType } from "./dtype.ts";
import type { Body, Value } from "./kernels/body.ts";
import type { Combine } from "./kernels/kernel.ts";
import type { Program } from "./program.ts";
import type { Shape } from "./shape.ts";
import type { ArraySpec } from "./tensor.ts";

/** An array of the program that is lowered. Views are free: they change how it is read, and copy nothing. */
export interface Operand {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What one element of the result is made of. Pure: equal types of inputs make equal instructions. */
export type Recipe = (b: Body, inputs: readonly Value[]) => Value;

/** One place of an assembled array. */
export interface Part {
  readonly x: Operand;
  /** Where its first element goes; one per axis. */
  readonly start: readonly number[];
}

/** A loop as one step: its body is lowered once. */
export interface Loop {
  /** How many rounds at most. */
  readonly count: number;
  /** From the last row to the first; results keep their places. */
  readonly reverse: boolean;
  /** Kept from round to round. */
  readonly carries: readonly Operand[];
  /** Read row by row along the leading axis. */
  readonly rows: readonly Operand[];
  readonly shared: readonly Operand[];
  /** From [carries…, rows…, shared…] to [carries…, a row of each result…], and with `tested` a condition behind them. */
  readonly body: (build: Builder, inputs: readonly Operand[]) => readonly Operand[] | undefined;
  /** Ends before the first round whose condition is false. */
  readonly tested: boolean;
}

/** Makes the arrays of a lowered program. All inputs of `map` have one shape. */
export interface Builder {
  scalar(value: number, dtype: DType): Operand;
  /** The position along an axis, as i32. */
  iota(shape: Shape, axis: number): Operand;
  map(inputs: readonly Operand[], recipe: Recipe): Operand;
  broadcast(x: Operand, shape: Shape): Operand;
  transpose(x: Operand, axes: readonly number[]): Operand;
  reshape(x: Operand, shape: Shape): Operand;
  slice(x: Operand, start: readonly number[], stop: readonly number[]): Operand;
  /** Over the listed axes, which go away. */
  reduce(x: Operand, axes: readonly number[], combine: Combine): Operand;
  /** "… n k" × "… k m" with equal leading axes. */
  matmul(a: Operand, b: Operand): Operand;
  /** `ids` of any shape stand in the place of the axis. Negative ones count from the end. */
  take(x: Operand, ids: Operand, axis: number): Operand;
  /** x[…, ids[…, i, …], …]: ids of the shape of the result, which differs from that of x along the axis only. */
  takeAlong(x: Operand, ids: Operand, axis: number): Operand;
  /** target with updates "ids… rest" added at ids along axis 0. */
  scatterAdd(target: Operand, ids: Operand, updates: Operand): Operand;
  /** An array whose parts do not overlap; the rest is `fill`. */
  assemble(shape: Shape, dtype: DType, parts: readonly Part[], fill: number): Operand;
  /** The operations of a program on these inputs. `captured` stand for arrays of outer traces. */
  inline(program: Program, inputs: readonly Operand[], captured: ReadonlyMap<unknown, Operand>): readonly Operand[];
  /** What `make` makes is computed for itself, also where the same was computed before: memory is given back in between. */
  apart<T>(make: () => T): T;
  /** The last carries, and the rows of the results behind one another; `undefined` where the body has no kernels to offer. */
  loop(loop: Loop): readonly Operand[] | undefined;
  /** The operations of a function of arrays. `undefined` where it uses arrays of other traces. */
  call(
    f: (inputs: readonly AnyArray[]) => readonly AnyArray[],
    inputs: readonly Operand[],
  ): readonly Operand[] | undefined;
}

/** `undefined` where these inputs have no kernel: the reference rule runs on the host. */
export type Lowering<P> = (
  build: Builder,
  inputs: readonly Operand[],
  params: P,
  output: ArraySpec,
) => Operand | undefined;

/** For primitives whose inputs have the shape of the result, element by element. Arithmetic with conditions has no kernel. */
export function elementwise(recipe: Recipe): Lowering<unknown> {
  return (build, inputs) => (inputs.every(({ dtype }) => dtype !== "bool") ? build.map(inputs, recipe) : undefined);
}
