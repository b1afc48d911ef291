import type { ArrayLike, NDArray } from "../array/types.ts";
import { OptionError } from "../errors/index.ts";
import { type Op, op } from "./card.ts";
import { toFloat } from "./operand.ts";

/**
 * sign(x)·max(|x| − t, 0), the proximal operator of t·|x|, with broadcasting. At |x| = t both slopes are 0.
 *
 * @throws OptionError on a number t below 0.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { softThreshold } from "steepest/ops";
 * console.log(softThreshold(array([-3, 0.5, 2]), 1).toArray()); // [-2, 0, 1]
 * ```
 */
export const softThreshold: Op<(x: NDArray, t: ArrayLike) => NDArray> = op(
  {
    name: "softThreshold",
    derivative: "both modes",
    kinks: "slopes 0 at |x| = t",
    samples: [
      {
        label: "by a number",
        inputs: [{ shape: [5], domain: [-3, 3], kinks: [-1, 1] }],
        call: (x) => softThreshold(x!, 1),
        truth: (x) => x!.map((v) => shrunk(v, 1)),
      },
      {
        label: "[2, 3] by [3]",
        inputs: [
          { shape: [2, 3], domain: [-3, 3] },
          { shape: [3], domain: [0.1, 2] },
        ],
        call: (x, t) => softThreshold(x!, t!),
        truth: (x, t) => x!.map((v, i) => shrunk(v, t![i % 3]!)),
        smooth: (x, t) => x!.every((v, i) => Math.abs(Math.abs(v) - t![i % 3]!) > 1e-3 && Math.abs(v) > 1e-3),
      },
    ],
  },
  (x, t) => {
    if (typeof t === "number" && !(t >= 0)) {
      throw new OptionError(`softThreshold: the threshold must be 0 or more, got ${t}.`, {
        code: "invalid-option",
        option: "t",
      });
    }
    const floats = toFloat(x);
    return floats.abs().sub(t).relu().mul(floats.sign());
  },
);

function shrunk(x: number, t: number): number {
  return Math.sign(x) * Math.max(Math.abs(x) - t, 0);
}
