import type { NDArray } from "../array/types.ts";
import { type Op, op } from "./card.ts";
import { mean } from "./mean.ts";
import { toFloat } from "./operand.ts";
import { type Axes, reduction, spread } from "./reduce.ts";

/** Population variance mean (x − x̄)² over the axes, in two passes: nothing cancels when the mean is large. */
export const variance: Op<(x: NDArray, axis?: Axes) => NDArray> = op(
  {
    name: "variance",
    derivative: "both modes",
    samples: [
      {
        label: "all of [4]",
        inputs: [{ shape: [4], domain: [-3, 3] }],
        call: (x) => variance(x!),
        truth: (x) => {
          const center = x!.reduce((a, b) => a + b, 0) / 4;
          return [x!.reduce((a, b) => a + (b - center) ** 2, 0) / 4];
        },
      },
    ],
  },
  (x: NDArray, axis?: Axes): NDArray => {
    const { axes } = reduction("variance", x, axis);
    const floats = toFloat(x);
    return mean(floats.sub(spread(mean(floats, axes), x.shape, axes)).square(), axes);
  },
);
