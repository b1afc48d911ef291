// What a backend has to offer. Backends know primitives, tensors and programs; never arrays or derivatives.

import type { Primitive } from "../program/primitive.ts";
import type { Program } from "../program/program.ts";
import type { ArraySpec, Tensor } from "../program/tensor.ts";

/** A place where primitives run. */
export interface Backend {
  readonly name: string;
  readonly capabilities: {
    readonly synchronous: boolean;
    readonly dtypes: readonly string[];
    readonly threads: number;
  };
  /** One primitive on tensors, at once. `output` is the shape and width that it has inferred. */
  evaluate(primitive: Primitive<unknown>, inputs: readonly Tensor[], params: unknown, output: ArraySpec): Tensor;
  /**
   * A whole program made ready to run on inputs like these. `donated` says which of them every call hands over.
   * Left out, or nothing returned: programs run primitive by primitive.
   */
  prepare?(program: Program, inputs: readonly Tensor[], donated: readonly boolean[]): Prepared | undefined;
}

/** A program that is ready: compiled, planned, with its constants in place. */
export interface Prepared {
  /**
   * The results; `undefined` where the program cannot go on: primitive by primitive it will say why. With `watch`, each step is
   * measured by its clock.
   */
  run(inputs: readonly Tensor[], watch?: Watch): readonly Tensor[] | undefined;
  readonly stats: PreparedStats;
  /** What runs, step by step, as text. */
  inspect(): string;
}

export interface Watch {
  readonly now: () => number;
  record(steps: readonly StepProfile[]): void;
}

export interface PreparedStats {
  readonly kernels: number;
  /** Bytes of the arena, and what they would be if no place were used twice. */
  readonly arenaBytes: number;
  readonly bytesWithoutReuse: number;
  /** The largest sum of bytes that live at one step: no plan can be smaller. */
  readonly lowerBoundBytes: number;
  /** Typed arrays made, and bytes copied in and out, by the last run. */
  readonly allocations: number;
  readonly copiedBytes: number;
  /** Bytes of the memory that all programs share. */
  readonly memoryBytes: number;
}

/** One step of one run. */
export interface StepProfile {
  /** What it computes, as `inspect` names it. */
  readonly kernel: string;
  /** By the clock that was given, in milliseconds. */
  readonly start: number;
  readonly milliseconds: number;
  /** Read and written. */
  readonly bytes: number;
  readonly flops: number;
}
