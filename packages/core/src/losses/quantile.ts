import { defineLoss, type Loss, type LossOptions } from "./loss.ts";

export interface QuantileOptions extends LossOptions {
  /** τ, the share of targets that should lie below the prediction. Default ½. */
  tau?: number;
}

/**
 * The loss whose best constant prediction is the τ-quantile of the targets:
 *
 *     max(τe', (τ − 1)e')      with e' = target − prediction; slope −τ above the prediction, 1 − τ below, 0 at 0
 *
 * Options: `tau` τ, default ½, which is half of `mae`.
 * @throws OptionError unless tau is between 0 and 1.
 * Source: Koenker & Bassett (1978).
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { quantile } from "steepest/losses";
 * console.log(quantile(array([0, 0]), [1, -1], { tau: 0.9, reduction: "none" }).toArray()); // [0.9, 0.09999999999999998]
 * ```
 */
export const quantile: Loss<QuantileOptions> = defineLoss<QuantileOptions>({
  card: {
    name: "quantile",
    targets: "real",
    per: "entry",
    variants: [{ tau: 0.1 }, { tau: 0.9 }],
    kinks: (y) => [y],
    truth: ([z], [y], { tau = 0.5 }) => Math.max(tau * (y! - z!), (tau - 1) * (y! - z!)),
  },
  options: ["tau"],
  check: (checker) => checker.number("tau", 0, 1),
  losses(prediction, target, { tau = 0.5 }) {
    const e = prediction.sub(target);
    return e
      .neg()
      .relu()
      .mul(tau)
      .add(e.relu().mul(1 - tau));
  },
});
