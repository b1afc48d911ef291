import type { ArrayLike } from "../array/index.ts";
import { shareExplained } from "./determination.ts";
import { errorsOf, readRegression } from "./regression-pair.ts";
import type { WeightOptions } from "./sample-weight.ts";

/**
 * Coefficient of determination: R² = 1 − Σ wᵢ(actualᵢ − predictedᵢ)² / Σ wᵢ(actualᵢ − ȳ)², ȳ the weighted mean.
 *
 * 1: exact. 0: as good as always saying ȳ. Negative: worse than that.
 * NaN when the target is constant (so also for one row): there is nothing to explain. Never −Infinity.
 * @throws ShapeError when these are not two vectors of one length; DataError for a value that is not finite (says the row).
 * Source: values equal scikit-learn 1.2.1 `r2_score`, which gives 1 or 0 for a constant target.
 *
 * @example
 * ```ts
 * import { r2 } from "steepest/metrics";
 *
 * console.log(r2([3, -0.5, 2, 7], [2.5, 0, 2, 8])); // 0.9486081370449679
 * ```
 */
export function r2(actual: ArrayLike, predicted: ArrayLike, options: WeightOptions = {}): number {
  const pair = readRegression("r2", actual, predicted, options);
  return shareExplained(pair, errorsOf(pair), 0);
}
