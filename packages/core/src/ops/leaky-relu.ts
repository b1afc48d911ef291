import type { NDArray } from "../array/types.ts";
import { OptionChecker } from "../errors/index.ts";
import { type Op, op } from "./card.ts";
import { toFloat } from "./operand.ts";
import { where } from "./where.ts";

/** x for x > 0, slope·x otherwise (default slope 0.01). At 0 the slope is that from below. */
export const leakyRelu: Op<<A extends NDArray>(x: A, options?: { slope?: number }) => A> = op(
  {
    name: "leakyRelu",
    derivative: "both modes",
    kinks: "slope `slope` at 0",
    samples: [
      {
        label: "[5]",
        inputs: [{ shape: [5], domain: [-3, 3], kinks: [0] }],
        call: (x) => leakyRelu(x!),
        truth: (x) => x!.map((v) => (v > 0 ? v : 0.01 * v)),
      },
      {
        label: "slope 0.3 [2, 3]",
        inputs: [{ shape: [2, 3], domain: [-3, 3], kinks: [0] }],
        call: (x) => leakyRelu(x!, { slope: 0.3 }),
        truth: (x) => x!.map((v) => (v > 0 ? v : 0.3 * v)),
      },
    ],
  },
  <A extends NDArray>(x: A, options: { slope?: number } = {}): A => {
    new OptionChecker("leakyRelu", options, ["slope"]).number("slope").done();
    const { slope = 0.01 } = options;
    const floats = toFloat(x);
    return where(floats.greater(0), floats, floats.mul(slope)) as A;
  },
);
