import { defineLoss, type Loss } from "./loss.ts";

/**
 * Squared error e², with e = prediction − target. No factor ½: see `halfSquared`.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { mse } from "steepest/losses";
 * console.log(mse(array([1, 2, 3]), [1, 2, 5]).item()); // 1.3333333333333333
 * ```
 */
export const mse: Loss = defineLoss({
  card: { name: "mse", targets: "real", per: "entry", truth: ([z], [y]) => (z! - y!) ** 2 },
  losses: (prediction, target) => prediction.sub(target).square(),
});
