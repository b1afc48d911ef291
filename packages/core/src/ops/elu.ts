import type { NDArray } from "../array/types.ts";
import { OptionChecker } from "../errors/index.ts";
import { type Op, op } from "./card.ts";
import { expm1 } from "./expm1.ts";
import { toFloat } from "./operand.ts";
import { where } from "./where.ts";

/** x for x > 0, alpha·(eˣ − 1) otherwise (default alpha 1). At 0 the slope is that from below, alpha. */
export const elu: Op<<A extends NDArray>(x: A, options?: { alpha?: number }) => A> = op(
  {
    name: "elu",
    derivative: "both modes",
    kinks: "slope alpha at 0",
    samples: [
      {
        label: "[5]",
        inputs: [{ shape: [5], domain: [-4, 4], kinks: [0] }],
        call: (x) => elu(x!),
        truth: (x) => x!.map((v) => (v > 0 ? v : Math.expm1(v))),
      },
      {
        label: "alpha 0.5 [2, 3]",
        inputs: [{ shape: [2, 3], domain: [-4, 4], kinks: [0] }],
        call: (x) => elu(x!, { alpha: 0.5 }),
        truth: (x) => x!.map((v) => (v > 0 ? v : 0.5 * Math.expm1(v))),
      },
    ],
  },
  <A extends NDArray>(x: A, options: { alpha?: number } = {}): A => {
    new OptionChecker("elu", options, ["alpha"]).number("alpha").done();
    const { alpha = 1 } = options;
    const floats = toFloat(x);
    const above = floats.greater(0);
    // The exponential sees no positive x: it would overflow in the branch that is not taken.
    return where(above, floats, expm1(where(above, 0, floats)).mul(alpha)) as A;
  },
);
