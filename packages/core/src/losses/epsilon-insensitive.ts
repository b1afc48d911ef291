import { defineLoss, type Loss, type LossOptions } from "./loss.ts";

export interface EpsilonInsensitiveOptions extends LossOptions {
  /** Half the width of the tube in which errors cost nothing. Default 0.1. */
  epsilon?: number;
}

/**
 * max(0, |e| − ε), with e = prediction − target: the loss of support vector regression. Slope 0 on the edge of the tube.
 *
 * Options: `epsilon` ε, default 0.1.
 * @throws OptionError when epsilon is negative.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { epsilonInsensitive } from "steepest/losses";
 * console.log(epsilonInsensitive(array([0.25, 3]), 0, { epsilon: 0.5, reduction: "none" }).toArray()); // [0, 2.5]
 * ```
 */
export const epsilonInsensitive: Loss<EpsilonInsensitiveOptions> = defineLoss<EpsilonInsensitiveOptions>({
  card: {
    name: "epsilonInsensitive",
    targets: "real",
    per: "entry",
    variants: [{ epsilon: 0 }, { epsilon: 1 }],
    kinks: (y, { epsilon = 0.1 }) => [y - epsilon, y + epsilon],
    truth: ([z], [y], { epsilon = 0.1 }) => Math.max(0, Math.abs(z! - y!) - epsilon),
  },
  options: ["epsilon"],
  check: (checker) => checker.number("epsilon", 0),
  losses: (prediction, target, { epsilon = 0.1 }) => prediction.sub(target).abs().sub(epsilon).relu(),
});
