import type { ArrayLike } from "../array/index.ts";
import { errorsOf, readRegression } from "./regression-pair.ts";
import { type WeightOptions, weightedMean } from "./sample-weight.ts";

/**
 * Root of the mean squared error: √(Σ wᵢ(predictedᵢ − actualᵢ)² / Σ wᵢ), in units of the target.
 *
 * @throws ShapeError when these are not two vectors of one length; DataError for a value that is not finite (says the row).
 * Source: values equal scikit-learn 1.2.1 `mean_squared_error(squared=False)`.
 *
 * @example
 * ```ts
 * import { rootMeanSquaredError } from "steepest/metrics";
 *
 * console.log(rootMeanSquaredError([3, -0.5, 2, 7], [2.5, 0, 2, 8])); // 0.6123724356957945
 * ```
 */
export function rootMeanSquaredError(actual: ArrayLike, predicted: ArrayLike, options: WeightOptions = {}): number {
  const pair = readRegression("rootMeanSquaredError", actual, predicted, options);
  return Math.sqrt(
    weightedMean(
      errorsOf(pair).map((e) => e * e),
      pair.weights,
    ),
  );
}
