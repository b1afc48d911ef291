import type { NDArray } from "../array/types.ts";
import { OptionError } from "../errors/index.ts";
import { normalizeAxis } from "../program/index.ts";
import { sortedPositions } from "./argsort.ts";
import { type Op, op } from "./card.ts";
import { gatherAlong } from "./take-along.ts";

/**
 * The k largest entries along the last axis, largest first, and their positions. Of equal entries the first comes first;
 * NaN counts as largest. The derivative goes to the entries that are chosen.
 *
 * @throws OptionError unless k is an integer from 0 to the length of the axis.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { topK } from "steepest/ops";
 * const { values, indices } = topK(array([3, 9, 1, 4]), 2);
 * console.log(values.toArray(), indices.toArray()); // [9, 4] [1, 3]
 * ```
 */
export const topK: Op<(x: NDArray, k: number) => { values: NDArray; indices: NDArray<"int"> }> = op(
  {
    name: "topK",
    derivative: "both modes",
    kinks: "of equal entries the first is chosen",
    samples: [
      {
        label: "2 of [2, 4]",
        inputs: [{ shape: [2, 4], domain: [-3, 3] }],
        call: (x) => topK(x!, 2).values,
        truth: (x) => [x!.slice(0, 4), x!.slice(4)].flatMap((row) => row.sort((a, b) => b - a).slice(0, 2)),
        smooth: (x) => x!.every((a, i) => x!.every((b, j) => i === j || Math.abs(a - b) > 1e-3)),
      },
    ],
  },
  (x, k) => {
    const axis = normalizeAxis("topK", -1, x.shape.length);
    const extent = x.shape[axis]!;
    if (!Number.isInteger(k) || k < 0 || k > extent) {
      throw new OptionError(`topK: k must be an integer from 0 to ${extent}, the length of the last axis, got ${k}.`, {
        code: "invalid-option",
        option: "k",
      });
    }
    const indices = sortedPositions(x, { axis, descending: true, count: k });
    return { values: gatherAlong(x, indices, axis), indices };
  },
);
