import type { AnyArray } from "../array/types.ts";
import { apply, type Primitive } from "../program/index.ts";
import { batchElementwise } from "./batching.ts";
import { type Op, op } from "./card.ts";

const stopGradientPrimitive: Primitive = {
  name: "stopGradient",
  infer: ([x]) => x!,
  evaluate([x], output) {
    output.data.set(x!.data);
  },
  lower: (_build, [x]) => x,
  batch: (context) => batchElementwise(stopGradientPrimitive, context),
};

/** Passes the value and stops the derivative: a constant to every transform. */
export const stopGradient: Op<<A extends AnyArray>(x: A) => A> = op(
  {
    name: "stopGradient",
    derivative: "none",
    samples: [
      { label: "[3]", inputs: [{ shape: [3], domain: [-3, 3] }], call: (x) => stopGradient(x!), truth: (x) => x! },
    ],
  },
  <A extends AnyArray>(x: A): A => apply(stopGradientPrimitive, [x], undefined) as A,
);
