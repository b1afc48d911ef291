// What a backend has to offer. Backends know primitives, tensors and programs; never arrays or derivatives.
import type { Primitive } from "../program/primitive.ts";
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
}
