// Changing the width of the stored numbers.

import type { AnyArray, NDArray } from "../array/types.ts";
import { apply, checkDType, contentOf, type DType, type KindOf, kindOf, type Primitive } from "../program/index.ts";
import { batchElementwise } from "./batching.ts";

const castPrimitive: Primitive<{ dtype: DType }> = {
  name: "astype",
  infer: ([x], { dtype }) => ({ shape: x!.shape, dtype, weak: false }),
  evaluate([x], output) {
    const from = x!.data;
    const to = output.data;
    if (output.dtype === "bool") for (let i = 0; i < to.length; i++) to[i] = from[i] === 0 ? 0 : 1;
    else if (output.dtype === "i32" && x!.dtype !== "bool") {
      for (let i = 0; i < to.length; i++) to[i] = Math.min(Math.max(from[i]!, -(2 ** 31)), 2 ** 31 - 1); // NaN is stored as 0
    } else to.set(from);
  },
  jvp: ({ tangents: [dx], params }) =>
    kindOf(params.dtype) === "float" ? (cast(dx!, params.dtype) as NDArray) : undefined,
  transpose: ({ adjoint, specs: [x] }) => [cast(adjoint, x!.dtype) as NDArray],
  batch: (context) => batchElementwise(castPrimitive, context),
  lower: (build, [x], { dtype }) => build.map([x!], (b, [v]) => b.convert(v!, dtype)),
  formula: ([x], { dtype }) => `${x} as ${dtype}`,
};

/**
 * The same numbers in another width: floats are rounded to nearest, to integers truncated towards 0; ≠ 0 is true. Beyond
 * [−2³¹, 2³¹ − 1] an integer is the end of that range, and NaN becomes 0.
 * The derivative passes between floats.
 */
export function cast<D extends DType>(x: AnyArray, dtype: D): NDArray<KindOf<D>> {
  const from = contentOf(x);
  checkDType("astype", dtype);
  if (from.dtype === dtype) return x as NDArray<KindOf<D>>; // the kind belongs to the width
  return apply(castPrimitive, [x], { dtype }) as NDArray<KindOf<D>>;
}
