// Comparisons: elementwise, with broadcasting; the result is bool and has no derivative.

import type { AnyArray, ArrayLike, NDArray } from "../array/types.ts";
import { apply, type Body, type CompareOp, type Primitive, type Value } from "../program/index.ts";
import { batchElementwise } from "./batching.ts";
import { type Op, op } from "./card.ts";
import { align } from "./operand.ts";

export type Compare = Op<(x: AnyArray, y: ArrayLike) => NDArray<"bool">>;

/** A comparison from its plain-JS truth, and the same for kernels. NaN compares as false. */
export function compare(
  name: string,
  sign: string,
  value: (x: number, y: number) => boolean,
  expression: (b: Body, x: Value, y: Value) => Value,
): Compare {
  const primitive: Primitive = {
    name,
    infer: ([x]) => ({ shape: x!.shape, dtype: "bool", weak: false }),
    evaluate([x, y], output) {
      const a = x!.data;
      const b = y!.data;
      const to = output.data;
      for (let i = 0; i < to.length; i++) to[i] = value(a[i]!, b[i]!) ? 1 : 0;
    },
    batch: (context) => batchElementwise(primitive, context),
    lower: (build, inputs) => build.map(inputs, (b, [x, y]) => expression(b, x!, y!)),
    formula: ([x, y]) => `${x} ${sign} ${y}`,
  };
  const call = (x: AnyArray, y: ArrayLike): NDArray<"bool"> =>
    apply(primitive, align(name, x, y), undefined) as NDArray<"bool">;
  return op(
    {
      name,
      derivative: "none",
      samples: [
        {
          label: "[4] [4]",
          inputs: [
            { shape: [4], domain: [-3, 3] },
            { shape: [4], domain: [-3, 3] },
          ],
          call: (x, y) => call(x!.round(), y!.round()) as AnyArray as NDArray, // rounded, so that equality occurs
          truth: (x, y) => x!.map((v, i) => (value(nearest(v), nearest(y![i]!)) ? 1 : 0)),
          smooth: () => false,
        },
      ],
    },
    call,
  );
}

/** Numbers by a comparison of their width, conditions as 0 and 1. */
export function comparing(op: CompareOp): (b: Body, x: Value, y: Value) => Value {
  return (b, x, y) =>
    x.dtype === "bool" ? b.compare(op, b.convert(x, "i32"), b.convert(y, "i32")) : b.compare(op, x, y);
}

function nearest(x: number): number {
  return Math.round(x); // draws never sit on a tie
}
