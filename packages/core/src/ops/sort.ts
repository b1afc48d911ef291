import type { NDArray } from "../array/types.ts";
import { type Kind, normalizeAxis } from "../program/index.ts";
import { argsort } from "./argsort.ts";
import { type Op, op } from "./card.ts";
import { gatherAlong } from "./take-along.ts";

const distinct = (x: number[] = []): boolean => x.every((a, i) => x.every((b, j) => i === j || Math.abs(a - b) > 1e-3));

/** The entries along an axis (default the last) in ascending order, NaN last. The derivative follows the permutation; of equal entries the first stays first. */
export const sort: Op<<K extends Kind>(x: NDArray<K>, axis?: number) => NDArray<K>> = op(
  {
    name: "sort",
    derivative: "both modes",
    kinks: "ties keep their order",
    samples: [
      {
        label: "[5]",
        inputs: [{ shape: [5], domain: [-3, 3] }],
        call: (x) => sort(x!),
        truth: (x) => [...x!].sort((a, b) => a - b),
        smooth: distinct,
      },
      {
        label: "axis 0 of [3, 2]",
        inputs: [{ shape: [3, 2], domain: [-3, 3] }],
        call: (x) => sort(x!, 0),
        truth: (x) => {
          const [left, right] = [0, 1].map((j) => [x![j]!, x![j + 2]!, x![j + 4]!].sort((a, b) => a - b));
          return [0, 1, 2].flatMap((i) => [left![i]!, right![i]!]);
        },
        smooth: distinct,
      },
    ],
  },
  <K extends Kind>(x: NDArray<K>, axis = -1): NDArray<K> =>
    gatherAlong(x, argsort(x, axis), normalizeAxis("sort", axis, x.shape.length)),
);
