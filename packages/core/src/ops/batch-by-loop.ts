// The batching rule of routines that have no form for stacks.
import type { NDArray } from "../array/types.ts";
import { apply, type BatchContext, type Primitive } from "../program/index.ts";
import { stack } from "./concat.ts";
import { at } from "./slice.ts";

/** Example by example, for routines that have no form for stacks (factorizations, gathers with positions of their own). */
export function batchByLoop<P>(primitive: Primitive<P>, { inputs, batched, size, params }: BatchContext<P>): NDArray {
  const examples = Array.from({ length: size }, (_, i) =>
    apply(
      primitive,
      inputs.map((x, k) => (batched[k] === true ? at(x, [i]) : x)),
      params,
    ),
  );
  return stack(examples) as NDArray;
}
