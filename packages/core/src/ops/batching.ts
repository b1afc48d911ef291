// Batching rules that most operations share.
import type { NDArray } from "../array/types.ts";
import { apply, type BatchContext, type Primitive } from "../program/index.ts";
import { broadcastTo } from "./broadcast-to.ts";

/** The inputs with all examples: shared ones are repeated. */
export function stackedInputs<P>({ inputs, batched, size }: BatchContext<P>): NDArray[] {
  return inputs.map((x, i) => (batched[i] === true ? x : broadcastTo(x, [size, ...x.shape])));
}

/** For elementwise primitives, whose inputs have one shape: the same primitive on larger arrays. */
export function batchElementwise<P>(primitive: Primitive<P>, context: BatchContext<P>): NDArray {
  return apply(primitive, stackedInputs(context), context.params) as NDArray;
}
