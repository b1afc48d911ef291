// Schedules: a program as kernels over buffers, in the order of running. What lowering makes and backends run.
import type { DType } from "../dtype.ts";
import type { Primitive } from "../primitive.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import type { Kernel } from "./kernel.ts";

/** Numbers in a row somewhere in memory. */
export interface BufferSpec {
  readonly dtype: DType;
  readonly size: number;
}

/** A whole buffer as an array, row-major. */
export interface BufferArray {
  readonly buffer: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A primitive that has no kernel: its reference rule runs on views of the buffers. */
export interface HostStep {
  readonly kind: "host";
  readonly primitive: Primitive<unknown>;
  readonly params: unknown;
  readonly inputs: readonly BufferArray[];
  readonly output: BufferArray;
}

/** One round of a body per element of the leading axes: rows of `over` in, carries kept from round to round, rows of results out. */
export interface LoopStep {
  readonly kind: "rounds";
  /** How many at most. */
  readonly count: number;
  readonly reverse: boolean;
  readonly body: Schedule;
  /** Before the first round: buffers copied into inputs of the body. */
  readonly carries: readonly {
    readonly from: number;
    readonly input: number;
    readonly output: number;
    readonly to: number;
  }[];
  /** Buffers read as they are in every round. */
  readonly shared: readonly { readonly from: number; readonly input: number }[];
  readonly rows: readonly { readonly from: number; readonly input: number; readonly size: number }[];
  readonly results: readonly { readonly output: number; readonly to: number; readonly size: number }[];
  /** The output of the body that says, as a bool, whether the round counts; the loop ends at the first that does not. */
  readonly test: number | undefined;
}

export type Step = Kernel | HostStep | LoopStep;

export interface Schedule {
  readonly buffers: readonly BufferSpec[];
  /** The buffer of each input of the program; `undefined` where nothing reads it. */
  readonly inputs: readonly (number | undefined)[];
  /** Arrays of the closure. */
  readonly constants: readonly { readonly buffer: number; readonly tensor: Tensor }[];
  readonly steps: readonly Step[];
  /** Results, in order: a buffer of the schedule (also one of an input), or a constant that is returned as it is. */
  readonly outputs: readonly (BufferArray | { readonly tensor: Tensor })[];
}
