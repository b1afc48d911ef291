import { readBinaryScores, type ScoreOptions } from "./binary-scores.ts";
import type { Label } from "./label.ts";
import type { Scores } from "./numbers.ts";
import { rank, stepArea } from "./ranking.ts";

/**
 * Average precision: Σ (R_k − R_{k−1})·P_k over thresholds descending. Its value for guessing is the share of positives.
 *
 * A step sum without interpolation, the `area` of `precisionRecallCurve`. Tells more than the area under ROC when
 * positives are rare.
 * @throws DataError when a score is not finite (says the row), no row is positive, lengths differ, or `positive` does
 * not occur.
 * Source: values equal scikit-learn 1.2.1 `average_precision_score`.
 *
 * @example
 * ```ts
 * import { averagePrecision } from "steepest/metrics";
 *
 * console.log(averagePrecision([0, 1, 0, 1], [0.1, 0.4, 0.5, 0.8])); // 0.8333333333333333
 * ```
 */
export function averagePrecision<L extends Label>(
  actual: readonly L[],
  scores: Scores,
  options: ScoreOptions<L> = {},
): number {
  return stepArea(rank(readBinaryScores("averagePrecision", actual, scores, options, "positive")));
}
