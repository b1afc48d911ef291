import { softThreshold } from "../ops/index.ts";
import { checkStrength, type Proximable } from "./proximable.ts";

/**
 * λ‖x‖₁, whose proximal operator moves every entry towards 0 by tλ and stops there: exact zeros.
 *
 *     prox(v)ᵢ = sign(vᵢ)·max(|vᵢ| − tλ, 0)
 *
 * @throws OptionError when λ is negative or not finite.
 * Source: Parikh & Boyd (2014), "Proximal algorithms", section 6.5.2.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { l1 } from "steepest/prox";
 * l1(1).prox(array([-3, 0.5, 2]), 0.5).toArray(); // [-2.5, 0, 1.5]
 * ```
 */
export function l1(lambda: number): Proximable {
  checkStrength("l1", "lambda", lambda);
  return {
    name: "l1",
    convex: true,
    value: (x) => x.abs().sum().item() * lambda,
    prox: (v, t) => softThreshold(v, t * lambda),
  };
}
