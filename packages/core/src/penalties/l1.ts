import type { NDArray, Scalar } from "../array/index.ts";
import { l1 as proximable } from "../prox/index.ts";
import { type Penalty, spreadOf } from "./penalty.ts";

/**
 * λ‖w‖₁: sparsity. The prior is Laplace with scale σ²/(nλ).
 *
 * A tutorial's mean e² + λ‖w‖₁ is this with λ/2 and mean ½e². Descent on the value hovers around 0 and never reaches it: take
 * `proximalStep` after a gradient step on the loss.
 * @throws OptionError when λ is negative or not finite.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { l1 } from "steepest/penalties";
 * l1(0.5).value(array([3, -1])).item(); // 2
 * l1(0.1).prior(200); // { family: "laplace", scale: 0.05 }
 * ```
 */
export function l1(lambda: number): Penalty {
  return {
    ...proximable(lambda),
    value: (w: NDArray) => w.abs().sum().mul(lambda) as Scalar,
    prior: (samples, noiseVariance = 1) => ({ family: "laplace", scale: spreadOf(lambda, samples, noiseVariance) }),
  };
}
