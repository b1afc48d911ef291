// The reference backend: each primitive by its own plain-JS definition. Slow, and the truth that others are compared with.
import type { Primitive } from "../../program/primitive.ts";
import { type ArraySpec, emptyTensor, type Tensor } from "../../program/tensor.ts";
import type { Backend } from "../interface.ts";

/** Plain JS, in f64 inside and rounded once to the width of the result: the definition of truth. */
export const referenceBackend: Backend = {
  name: "reference",
  capabilities: { synchronous: true, dtypes: ["f64", "f32", "i32", "bool"], threads: 1 },
  evaluate(primitive: Primitive<unknown>, inputs: readonly Tensor[], params: unknown, output: ArraySpec): Tensor {
    const result = emptyTensor(output);
    primitive.evaluate(inputs, result, params);
    return result;
  },
};
