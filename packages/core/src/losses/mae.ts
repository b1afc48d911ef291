import { defineLoss, type Loss } from "./loss.ts";

/**
 * Absolute error |e|, with e = prediction − target. Its slope is the sign of e, 0 at 0.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { mae } from "steepest/losses";
 * console.log(mae(array([1, 2, 3]), [1, 2, 5], { reduction: "sum" }).item()); // 2
 * ```
 */
export const mae: Loss = defineLoss({
  card: {
    name: "mae",
    targets: "real",
    per: "entry",
    kinks: (y) => [y],
    truth: ([z], [y]) => Math.abs(z! - y!),
  },
  losses: (prediction, target) => prediction.sub(target).abs(),
});
