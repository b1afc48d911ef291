import type { AnyArray, NDArray } from "../array/types.ts";
import { type Op, op } from "./card.ts";
import { cast } from "./cast.ts";
import { equal } from "./equal.ts";

/** True where x is false. */
export const not: Op<(x: NDArray<"bool">) => NDArray<"bool">> = op(
  {
    name: "not",
    derivative: "none",
    samples: [
      {
        label: "[4]",
        inputs: [{ shape: [4], domain: [-3, 3], kinks: [0] }],
        call: (x) => not(x!.greater(0)) as AnyArray as NDArray, // read as 0 and 1 by the law
        truth: (x) => x!.map((v) => (v > 0 ? 0 : 1)),
      },
    ],
  },
  (x) => equal(cast(x, "i32"), 0),
);
