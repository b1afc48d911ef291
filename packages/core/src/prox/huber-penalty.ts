import { checkPositive } from "./numbers.ts";
import { checkStrength, type Proximable } from "./proximable.ts";

/**
 * λ·Σ h(xᵢ): quadratic up to δ, then linear, so that large entries are not held back more than medium ones.
 *
 *     h(x) = ½x² for |x| ≤ δ,   δ(|x| − ½δ) beyond;       prox(v) = v − tλ/(1 + tλ)·clip(v, ±δ(1 + tλ))
 *
 * `delta` is 1 by default.
 * @throws OptionError when λ is negative or δ is not positive.
 * Source: Parikh & Boyd (2014), section 7.1 (the Moreau envelope of |x|).
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { huberPenalty } from "steepest/prox";
 * huberPenalty(1, 1).prox(array([-4, 1, 2]), 1).toArray(); // [-3, 0.5, 1]
 * ```
 */
export function huberPenalty(lambda: number, delta: number = 1): Proximable {
  checkStrength("huberPenalty", "lambda", lambda);
  checkPositive("huberPenalty", "delta", delta);
  return {
    name: "huberPenalty",
    convex: true,
    value(x) {
      const inside = x.abs().clip(0, delta);
      return (
        lambda *
        inside
          .mul(x.abs().sub(inside.mul(0.5)))
          .sum()
          .item()
      );
    },
    prox(v, t) {
      const knee = delta * (1 + t * lambda);
      return v.sub(v.clip(-knee, knee).mul((t * lambda) / (1 + t * lambda)));
    },
  };
}
