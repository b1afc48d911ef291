import { defineLoss, type Loss } from "./loss.ts";

/**
 * max(0, 1 − y·f)² for a score f and y in {−1, +1}: the hinge without its kink.
 *
 * @throws DataError naming the sample whose target is not −1 or +1; labels 0 and 1 are refused.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { squaredHinge } from "steepest/losses";
 * console.log(squaredHinge(array([2, 0.5, 0.5]), [1, 1, -1], { reduction: "none" }).toArray()); // [0, 0.25, 2.25]
 * ```
 */
export const squaredHinge: Loss = defineLoss({
  card: {
    name: "squaredHinge",
    targets: "sign",
    per: "entry",
    kinks: (y) => [y], // of the second derivative
    truth: ([f], [y]) => Math.max(0, 1 - y! * f!) ** 2,
  },
  losses: (f, y) => y.mul(f).neg().add(1).relu().square(),
});
