import type { NDArray } from "../array/types.ts";
import { OptionError } from "../errors/index.ts";
import { type Op, op } from "./card.ts";
import { where } from "./where.ts";

/** x held inside of [low, high]; slope 1 in the closed interval, 0 outside. @throws OptionError when low > high. */
export const clip: Op<<A extends NDArray>(x: A, low: number, high: number) => A> = op(
  {
    name: "clip",
    derivative: "both modes",
    kinks: "slope 1 at both ends",
    samples: [
      {
        label: "to [-1, 1]",
        inputs: [{ shape: [5], domain: [-3, 3], kinks: [-1, 1] }],
        call: (x) => clip(x!, -1, 1),
        truth: (x) => x!.map((v) => Math.min(1, Math.max(-1, v))),
      },
    ],
  },
  <A extends NDArray>(x: A, low: number, high: number): A => {
    if (!(low <= high)) {
      throw new OptionError(`clip: low must not exceed high, got [${low}, ${high}].`, {
        code: "invalid-range",
        option: "low",
      });
    }
    return where(x.less(low), low, where(x.greater(high), high, x)) as A;
  },
);
