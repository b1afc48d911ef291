import type { ArrayLike } from "../array/index.ts";
import { errorsOf, readRegression } from "./regression-pair.ts";
import { type WeightOptions, weightedMean } from "./sample-weight.ts";

/**
 * Mean squared error: Σ wᵢ(predictedᵢ − actualᵢ)² / Σ wᵢ, in squared units of the target.
 *
 * @throws ShapeError when these are not two vectors of one length; DataError for a value that is not finite (says the row).
 * Source: values equal scikit-learn 1.2.1 `mean_squared_error`.
 *
 * @example
 * ```ts
 * import { meanSquaredError } from "steepest/metrics";
 *
 * console.log(meanSquaredError([3, -0.5, 2, 7], [2.5, 0, 2, 8])); // 0.375
 * ```
 */
export function meanSquaredError(actual: ArrayLike, predicted: ArrayLike, options: WeightOptions = {}): number {
  const pair = readRegression("meanSquaredError", actual, predicted, options);
  return weightedMean(
    errorsOf(pair).map((e) => e * e),
    pair.weights,
  );
}
