import { defineLoss, type Loss } from "./loss.ts";

/**
 * ½e², with e = prediction − target: the loss in the objective of `steepest/models`. Its slope is e.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { halfSquared } from "steepest/losses";
 * console.log(halfSquared(array([1, 2, 3]), [1, 2, 5], { reduction: "none" }).toArray()); // [0, 0, 2]
 * ```
 */
export const halfSquared: Loss = defineLoss({
  card: { name: "halfSquared", targets: "real", per: "entry", truth: ([z], [y]) => 0.5 * (z! - y!) ** 2 },
  losses: (prediction, target) => prediction.sub(target).square().mul(0.5),
});
