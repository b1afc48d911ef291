import type { NDArray, Scalar } from "../array/index.ts";
import { l2Squared } from "../prox/index.ts";
import { type Penalty, spreadOf } from "./penalty.ts";

/**
 * ½λ‖w‖₂²: shrinkage, with gradient λw. The prior is Gaussian with variance σ²/(nλ).
 *
 * A tutorial's mean e² + λ‖w‖² is this with the same λ and mean ½e².
 * @throws OptionError when λ is negative or not finite.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { l2 } from "steepest/penalties";
 * l2(2).value(array([3, -1])).item(); // 10
 * ```
 */
export function l2(lambda: number): Penalty {
  return {
    ...l2Squared(lambda),
    name: "l2",
    value: (w: NDArray) =>
      w
        .square()
        .sum()
        .mul(0.5 * lambda) as Scalar,
    prior: (samples, noiseVariance = 1) => ({ family: "gaussian", variance: spreadOf(lambda, samples, noiseVariance) }),
  };
}
