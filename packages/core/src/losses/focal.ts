import { softplus } from "../ops/index.ts";
import { defineLoss, type Loss, type LossOptions } from "./loss.ts";
import { weigh } from "./weigh.ts";

export interface FocalOptions extends LossOptions {
  /** γ: how much less samples count that are right already. Default 2; 0 is `bce`. */
  gamma?: number;
  /** α: weight of the class y = 1; y = 0 has 1 − α. Default: both 1. */
  alpha?: number;
}

/**
 * Cross-entropy from logits with less weight on what is right already:
 *
 *     −α_t·(1 − p_t)^γ·log p_t      p_t: probability of the true class; α_t = α for y = 1, 1 − α for y = 0
 *
 * Computed from softplus alone: 1 − σ(z) = exp(−softplus(z)), exact in both tails.
 * Targets between 0 and 1 mix both classes.
 * @throws DataError naming the sample whose target is outside of [0, 1].
 * Source: Lin et al. (2017), equation 5.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { focal } from "steepest/losses";
 * console.log(focal(array([0]), [1]).item()); // 0.17328679513998632
 * ```
 */
export const focal: Loss<FocalOptions> = defineLoss<FocalOptions>({
  card: {
    name: "focal",
    targets: "probability",
    per: "entry",
    variants: [{ gamma: 0 }, { gamma: 1, alpha: 0.25 }, { gamma: 0.5 }],
    truth: ([z], [y], { gamma = 2, alpha }) => {
      const p = 1 / (1 + Math.exp(-z!));
      const one = -(alpha ?? 1) * (1 - p) ** gamma * Math.log(p);
      const zero = -(alpha === undefined ? 1 : 1 - alpha) * p ** gamma * Math.log(1 - p);
      return y! * one + (1 - y!) * zero;
    },
  },
  options: ["gamma", "alpha"],
  check: (checker) => checker.number("gamma", 0).number("alpha", 0, 1),
  losses(z, y, { gamma = 2, alpha }) {
    const wrong = softplus(z); // −log(1 − σ(z))
    const right = softplus(z.neg()); // −log σ(z)
    const one = wrong.mul(-gamma).exp().mul(right);
    const zero = right.mul(-gamma).exp().mul(wrong);
    const positive = weigh(y, alpha === undefined ? one : one.mul(alpha));
    return positive.add(weigh(y.neg().add(1), alpha === undefined ? zero : zero.mul(1 - alpha)));
  },
});
