import type { ArrayLike } from "../array/index.ts";
import { errorsOf, readRegression } from "./regression-pair.ts";
import { type WeightOptions, weightedMean } from "./sample-weight.ts";

/**
 * Mean absolute error as a share of the target: Σ wᵢ|predictedᵢ − actualᵢ| / max(|actualᵢ|, ε) / Σ wᵢ, with ε = 2⁻⁵².
 *
 * A share, not percent: 0.1 is 10 %. A target of 0 makes it huge; for targets near 0 take another metric.
 * @throws ShapeError when these are not two vectors of one length; DataError for a value that is not finite (says the row).
 * Source: values equal scikit-learn 1.2.1 `mean_absolute_percentage_error`.
 *
 * @example
 * ```ts
 * import { meanAbsolutePercentageError } from "steepest/metrics";
 *
 * console.log(meanAbsolutePercentageError([100, 50], [90, 55])); // 0.1
 * ```
 */
export function meanAbsolutePercentageError(
  actual: ArrayLike,
  predicted: ArrayLike,
  options: WeightOptions = {},
): number {
  const pair = readRegression("meanAbsolutePercentageError", actual, predicted, options);
  return weightedMean(
    errorsOf(pair).map((e, row) => Math.abs(e) / Math.max(Math.abs(pair.actual[row]!), Number.EPSILON)),
    pair.weights,
  );
}
