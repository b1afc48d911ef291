import type { NDArray, Scalar } from "../array/index.ts";
import { elasticNet as proximable } from "../prox/index.ts";
import { l1 } from "./l1.ts";
import { l2 } from "./l2.ts";
import type { Penalty } from "./penalty.ts";

/**
 * l1·‖w‖₁ + ½·l2·‖w‖₂²: sparsity that keeps correlated columns together.
 *
 * @throws OptionError when a weight is negative or not finite.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { elasticNet } from "steepest/penalties";
 * elasticNet({ l1: 0.5, l2: 2 }).value(array([3, -1])).item(); // 12
 * ```
 */
export function elasticNet(weights: { l1: number; l2: number }): Penalty {
  const [first, second] = [l1(weights.l1), l2(weights.l2)];
  return {
    ...proximable(weights),
    value: (w: NDArray) => first.value(w).add(second.value(w)) as Scalar,
    prior: (samples, noiseVariance = 1) => ({
      family: "product",
      of: [first.prior(samples, noiseVariance), second.prior(samples, noiseVariance)],
    }),
  };
}
