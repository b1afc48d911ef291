import { softplus } from "../ops/index.ts";
import { defineLoss, type Loss, type LossOptions } from "./loss.ts";
import { weigh } from "./weigh.ts";

export interface BceOptions extends LossOptions {
  /** Weight p of the class y = 1. Default 1. */
  positiveWeight?: number;
  /** α: targets become y(1 − α) + α/2. Default 0. */
  labelSmoothing?: number;
}

/**
 * Binary cross-entropy from logits z, for targets y in {0, 1} or probabilities between:
 *
 *     softplus(z) − y·z = y·softplus(−z) + (1 − y)·softplus(z)      the first term times p with `positiveWeight` p
 *
 * The second form is computed: it is exact in both tails, and not capped.
 * @throws DataError naming the sample whose target is outside of [0, 1].
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { bce } from "steepest/losses";
 * console.log(bce(array([40, -40]), [0, 1]).item()); // 40
 * ```
 */
export const bce: Loss<BceOptions> = defineLoss<BceOptions>({
  card: {
    name: "bce",
    targets: "probability",
    per: "entry",
    variants: [{ positiveWeight: 3 }, { labelSmoothing: 0.1 }, { positiveWeight: 0.5, labelSmoothing: 0.2 }],
    truth: ([z], [target], { positiveWeight = 1, labelSmoothing = 0 }) => {
      const y = target! * (1 - labelSmoothing) + labelSmoothing / 2;
      const p = 1 / (1 + Math.exp(-z!));
      return -positiveWeight * y * Math.log(p) - (1 - y) * Math.log(1 - p);
    },
  },
  options: ["positiveWeight", "labelSmoothing"],
  check: (checker) => checker.number("positiveWeight", 0, Infinity, true).number("labelSmoothing", 0, 1),
  losses(z, target, { positiveWeight = 1, labelSmoothing = 0 }) {
    const y = labelSmoothing === 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / 2);
    const positive = weigh(y, softplus(z.neg()));
    const negative = weigh(y.neg().add(1), softplus(z));
    return (positiveWeight === 1 ? positive : positive.mul(positiveWeight)).add(negative);
  },
});
