import { softThreshold } from "../ops/index.ts";
import { checkStrength, type Proximable } from "./proximable.ts";

/**
 * l1·‖x‖₁ + ½·l2·‖x‖₂²: the threshold of the one, then the shrinkage of the other.
 *
 *     prox(v)ᵢ = sign(vᵢ)·max(|vᵢ| − t·l1, 0)/(1 + t·l2)
 *
 * @throws OptionError when a weight is negative or not finite.
 * Source: Parikh & Boyd (2014), section 6.5.3.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { elasticNet } from "steepest/prox";
 * elasticNet({ l1: 1, l2: 1 }).prox(array([-3, 0.5, 2]), 1).toArray(); // [-1, 0, 0.5]
 * ```
 */
export function elasticNet({ l1, l2 }: { l1: number; l2: number }): Proximable {
  checkStrength("elasticNet", "l1", l1);
  checkStrength("elasticNet", "l2", l2);
  return {
    name: "elasticNet",
    convex: true,
    value: (x) => l1 * x.abs().sum().item() + 0.5 * l2 * x.square().sum().item(),
    prox: (v, t) => softThreshold(v, t * l1).mul(1 / (1 + t * l2)),
  };
}
