// The product that selects: 0·∞ = 0. It keeps the derivative of a branch that is not taken out of the sum.

import type { NDArray } from "../array/types.ts";
import { apply, type Primitive } from "../program/index.ts";
import { batchElementwise } from "./batching.ts";
import { type Op, op } from "./card.ts";

/** `either`: also 0 where s is exactly 0. */
const primitive: Primitive<{ either: boolean }> = {
  name: "strongMul",
  infer: ([c]) => ({ shape: c!.shape, dtype: c!.dtype, weak: c!.weak }),
  evaluate([c, s], output, { either }) {
    const a = c!.data;
    const b = s!.data;
    const to = output.data;
    for (let i = 0; i < to.length; i++) to[i] = a[i] === 0 || (either && b[i] === 0) ? 0 : a[i]! * b[i]!;
  },
  jvp({ inputs: [c, s], tangents: [dc, ds], params }) {
    // Both terms, also where c = 0: written as where(c = 0, 0, c·s) the product would lose its derivative in c.
    const first = dc === undefined ? undefined : apply(primitive, [dc, s!], params);
    if (ds === undefined) return first as NDArray | undefined;
    const second = apply(primitive, [c!, ds], EITHER); // a tangent of 0 selects as well, whatever c is
    return (first === undefined ? second : first.add(second)) as NDArray;
  },
  transpose({ adjoint, inputs: [c, s], params }) {
    return c === undefined
      ? [apply(primitive, [adjoint, s!], params) as NDArray, undefined]
      : [undefined, apply(primitive, [c, adjoint], EITHER) as NDArray];
  },
  batch: (context) => batchElementwise(primitive, context),
  lower: (build, inputs, { either }) =>
    build.map(inputs, (b, [c, s]) => {
      const zero = b.constant(0, c!.dtype);
      const isZero = b.compare("equal", c!, zero);
      const selects = either ? b.binary("or", isZero, b.compare("equal", s!, zero)) : isZero;
      return b.select(selects, zero, b.mul(c!, s!));
    }),
  formula: ([c, s]) => `${c}·${s}`,
};
const EITHER = { either: true };

/**
 * c·s, and 0 where c is exactly 0, whatever s is.
 *
 * Linear in c with a derivative of its own, so (√x − 1)² has its second derivative ½ at 1, where the adjoint of √ is 0.
 * Both arguments have one shape and width.
 */
export const strongMul: Op<(c: NDArray, s: NDArray) => NDArray> = op(
  {
    name: "strongMul",
    derivative: "both modes",
    kinks: "0·∞ = 0",
    samples: [
      {
        label: "[] []",
        inputs: [
          { shape: [], domain: [-3, 3] },
          { shape: [], domain: [-3, 3] },
        ],
        call: (c, s) => strongMul(c!, s!),
        truth: ([c] = [], [s] = []) => [c! * s!],
        singular: [
          [0, Infinity],
          [1, Infinity],
          [Infinity, Infinity],
          [0, Number.NaN],
        ],
      },
      {
        label: "[3] [3]",
        inputs: [
          { shape: [3], domain: [-3, 3] },
          { shape: [3], domain: [-3, 3] },
        ],
        call: (c, s) => strongMul(c!, s!),
        truth: (c, s) => c!.map((v, i) => v * s![i]!),
      },
    ],
  },
  (c, s) => apply(primitive, [c, s], { either: false }) as NDArray,
);
