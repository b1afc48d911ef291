import type { ArrayLike } from "../array/index.ts";
import { shareExplained } from "./determination.ts";
import { errorsOf, readRegression } from "./regression-pair.ts";
import { type WeightOptions, weightedMean } from "./sample-weight.ts";

/**
 * Explained variance: 1 − Var(actual − predicted) / Var(actual), with weighted means.
 *
 * R² that forgives a constant error: the mean error is subtracted first. NaN when the target is constant.
 * @throws ShapeError when these are not two vectors of one length; DataError for a value that is not finite (says the row).
 * Source: values equal scikit-learn 1.2.1 `explained_variance_score`, which gives 1 or 0 for a constant target.
 *
 * @example
 * ```ts
 * import { explainedVariance } from "steepest/metrics";
 *
 * console.log(explainedVariance([1, 2, 3], [2, 3, 4])); // 1
 * ```
 */
export function explainedVariance(actual: ArrayLike, predicted: ArrayLike, options: WeightOptions = {}): number {
  const pair = readRegression("explainedVariance", actual, predicted, options);
  const errors = errorsOf(pair);
  return shareExplained(pair, errors, weightedMean(errors.slice(), pair.weights));
}
