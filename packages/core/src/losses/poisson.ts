import { defineLoss, type Loss } from "./loss.ts";

/**
 * eᶻ − y·z for z = the logarithm of the rate and y a count: the negative log-likelihood of Poisson without log y!.
 *
 * @throws DataError naming the sample whose target is negative.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { poisson } from "steepest/losses";
 * console.log(poisson(array([0, 0]), [0, 3], { reduction: "none" }).toArray()); // [1, 1]
 * ```
 */
export const poisson: Loss = defineLoss({
  card: {
    name: "poisson",
    targets: "count",
    per: "entry",
    domain: [-3, 2],
    truth: ([z], [y]) => Math.exp(z!) - y! * z!,
  },
  losses: (z, y) => z.exp().sub(y.mul(z)),
});
