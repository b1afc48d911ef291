import type { NDArray } from "../array/types.ts";
import { sizeOf } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { toFloat } from "./operand.ts";
import { type Axes, reduction } from "./reduce.ts";
import { sum } from "./sum.ts";

/** Mean over the axes (all when none is named). NaN over nothing. */
export const mean: Op<(x: NDArray, axis?: Axes) => NDArray> = op(
  {
    name: "mean",
    derivative: "both modes",
    samples: [
      {
        label: "axis 1 of [2, 2]",
        inputs: [{ shape: [2, 2], domain: [-3, 3] }],
        call: (x) => mean(x!, 1),
        truth: ([a, b, c, d] = []) => [(a! + b!) / 2, (c! + d!) / 2],
      },
    ],
  },
  (x: NDArray, axis?: Axes): NDArray => {
    const { axes } = reduction("mean", x, axis);
    return sum(toFloat(x), axes).div(sizeOf(axes.map((a) => x.shape[a]!)));
  },
);
