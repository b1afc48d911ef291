import type { NDArray } from "../array/types.ts";
import { apply, type Primitive } from "../program/index.ts";
import { batchElementwise } from "./batching.ts";

const identityPrimitive: Primitive = {
  name: "identity",
  infer: ([x]) => x!,
  evaluate([x], output) {
    output.data.set(x!.data);
  },
  jvp: ({ tangents: [dx] }) => identity(dx!),
  transpose: ({ adjoint }) => [adjoint],
  lower: (_build, [x]) => x,
  batch: (context) => batchElementwise(identityPrimitive, context),
};

/** x itself, as a node of its own in a traced program. */
export function identity(x: NDArray): NDArray {
  return apply(identityPrimitive, [x], undefined) as NDArray;
}
