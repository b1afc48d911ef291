import { type NDArray, where } from "../array/index.ts";
import { isClass, scoreOfClass } from "./class-of-rows.ts";
import { defineLoss, type Loss } from "./loss.ts";

/**
 * max(0, 1 + max of the other scores − score of the class): the true class should lead by 1.
 *
 * Shapes: scores "… k", labels "…" from 0 to k − 1, losses "…". Slope 0 at the margin; ties of the others share it.
 * @throws DataError naming the sample whose label is out of range.
 * Source: Crammer & Singer (2001).
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { multiclassHinge } from "steepest/losses";
 * console.log(multiclassHinge(array([[2, 1.5, -0.5]]), [0]).item()); // 0.5
 * ```
 */
export const multiclassHinge: Loss = defineLoss({
  card: {
    name: "multiclassHinge",
    targets: "label",
    per: "row",
    smooth: (z, [c]) => {
      const others = z.filter((_, k) => k !== c).sort((a, b) => b - a);
      return Math.abs(1 + others[0]! - z[c!]!) > 1e-3 && others[0]! - (others[1] ?? -Infinity) > 1e-3;
    },
    truth: (z, [c]) => Math.max(0, 1 + Math.max(...z.filter((_, k) => k !== c)) - z[c!]!),
  },
  losses(scores, target) {
    const labels = target.astype("i32");
    const others = where(isClass(labels, scores.shape.at(-1)!), -Infinity, scores);
    return (others.max(-1) as NDArray).sub(scoreOfClass(scores, labels)).add(1).relu();
  },
});
