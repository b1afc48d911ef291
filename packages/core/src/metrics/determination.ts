import type { RegressionPair } from "./regression-pair.ts";
import { weightedMean } from "./sample-weight.ts";

/**
 * 1 − Σw(e − c)² / Σw(y − ȳ)² with ȳ the weighted mean of y; NaN when y is constant.
 *
 * `center`: c = 0 for R², the mean error for explained variance.
 */
export function shareExplained({ actual, weights }: RegressionPair, errors: Float64Array, center: number): number {
  // Told by the values, not by the sum of squares: the mean of equal numbers may be rounded, and 1e-34 is not 0.
  if (actual.every((y) => y === actual[0])) return Number.NaN;
  const mean = weightedMean(actual.slice(), weights);
  const residual = weightedMean(
    errors.map((e) => (e - center) ** 2),
    weights,
  );
  const total = weightedMean(
    actual.map((y) => (y - mean) ** 2),
    weights,
  );
  return 1 - residual / total;
}
