// The product that selects: 0·∞ = 0. It keeps the derivative of a branch that is not taken out of the sum.

import type { NDArray } from "../array/types.ts";
import { apply, type Primitive } from "../program/index.ts";
import { batchElementwise } from "./batching.ts";

const primitive: Primitive = {
  name: "strongMul",
  infer: ([c]) => ({ shape: c!.shape, dtype: c!.dtype, weak: c!.weak }),
  evaluate([c, s], output) {
    const a = c!.data;
    const b = s!.data;
    const to = output.data;
    for (let i = 0; i < to.length; i++) to[i] = a[i] === 0 ? 0 : a[i]! * b[i]!;
  },
  jvp({ inputs: [c, s], tangents: [dc, ds] }) {
    // Both terms, also where c = 0: written as where(c = 0, 0, c·s) the product would lose its derivative in c.
    const first = dc === undefined ? undefined : strongMul(dc, s!);
    if (ds === undefined) return first;
    const second = strongMul(c!, ds);
    return first === undefined ? second : first.add(second);
  },
  transpose({ adjoint, inputs: [c, s] }) {
    return c === undefined ? [strongMul(adjoint, s!), undefined] : [undefined, strongMul(c, adjoint)];
  },
  batch: (context) => batchElementwise(primitive, context),
  formula: ([c, s]) => `${c}·${s}`,
};

/**
 * c·s, and 0 where c is exactly 0, whatever s is.
 *
 * Linear in c with a derivative of its own, so (√x − 1)² has its second derivative ½ at 1, where the adjoint of √ is 0.
 * Both arguments have one shape and width.
 */
export function strongMul(c: NDArray, s: NDArray): NDArray {
  return apply(primitive, [c, s], undefined) as NDArray;
}
