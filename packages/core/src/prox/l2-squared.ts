import { checkStrength, type Proximable } from "./proximable.ts";

/**
 * ½λ‖x‖₂², whose proximal operator shrinks everything by one factor: no zeros.
 *
 *     prox(v) = v/(1 + tλ)
 *
 * @throws OptionError when λ is negative or not finite.
 * Source: Parikh & Boyd (2014), section 6.1.1.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { l2Squared } from "steepest/prox";
 * l2Squared(3).prox(array([-4, 0, 2]), 1).toArray(); // [-1, 0, 0.5]
 * ```
 */
export function l2Squared(lambda: number): Proximable {
  checkStrength("l2Squared", "lambda", lambda);
  return {
    name: "l2Squared",
    convex: true,
    value: (x) => 0.5 * lambda * x.square().sum().item(),
    prox: (v, t) => v.mul(1 / (1 + t * lambda)),
  };
}
