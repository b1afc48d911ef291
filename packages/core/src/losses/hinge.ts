import { defineLoss, type Loss } from "./loss.ts";

/**
 * max(0, 1 − y·f) for a score f and y in {−1, +1}: nothing beyond the margin 1, linear before it. Slope 0 at the margin.
 *
 * @throws DataError naming the sample whose target is not −1 or +1; labels 0 and 1 are refused.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { hinge } from "steepest/losses";
 * console.log(hinge(array([2, 0.5, 0.5]), [1, 1, -1], { reduction: "none" }).toArray()); // [0, 0.5, 1.5]
 * ```
 */
export const hinge: Loss = defineLoss({
  card: {
    name: "hinge",
    targets: "sign",
    per: "entry",
    kinks: (y) => [y], // y·f = 1
    truth: ([f], [y]) => Math.max(0, 1 - y! * f!),
  },
  losses: (f, y) => y.mul(f).neg().add(1).relu(),
});
