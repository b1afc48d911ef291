import type { NDArray } from "../array/types.ts";
import { type Op, op } from "./card.ts";
import { max } from "./extremum.ts";
import { toFloat } from "./operand.ts";
import { type Axes, reduction, spread } from "./reduce.ts";
import { stopGradient } from "./stop-gradient.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

/** Euclidean norm √Σx² over the axes; scaled, so that entries of 1e200 do not overflow. Its gradient at 0 is 0. */
export const norm: Op<(x: NDArray, axis?: Axes) => NDArray> = op(
  {
    name: "norm",
    derivative: "both modes",
    kinks: "gradient and second derivative 0 at 0",
    samples: [
      {
        label: "all of [3]",
        inputs: [{ shape: [3], domain: [0.5, 3] }],
        call: (x) => norm(x!),
        truth: (x) => [Math.hypot(...x!)],
        singular: [[0]],
      },
      {
        label: "axis 0 of [2, 2]",
        inputs: [{ shape: [2, 2], domain: [-3, -0.5] }],
        call: (x) => norm(x!, 0),
        truth: ([a, b, c, d] = []) => [Math.hypot(a!, c!), Math.hypot(b!, d!)],
      },
    ],
  },
  (x: NDArray, axis?: Axes): NDArray => {
    const { axes } = reduction("norm", x, axis);
    const floats = toFloat(x);
    if (x.size === 0) return sum(floats, axes);
    // m·√Σ(x/m)² with m = max |x| as a constant: it cancels from value and derivative. m = 0 (or ∞) takes scale 1.
    const largest = stopGradient(max(floats.abs(), axes));
    const scale = where(largest.greater(0), where(largest.less(Infinity), largest, 1), 1);
    const squares = sum(floats.div(spread(scale, x.shape, axes)).square(), axes);
    const positive = squares.greater(0);
    // At 0 the value is that of a constant: the second derivative of Σx² must not leak into that of the norm.
    return where(positive, where(positive, squares, 1).sqrt().mul(scale), stopGradient(squares));
  },
);
