import { readBinaryScores, type ScoreOptions } from "./binary-scores.ts";
import type { Curve } from "./curve.ts";
import type { Label } from "./label.ts";
import type { Scores } from "./numbers.ts";
import { cumulative, rank, stepArea } from "./ranking.ts";

/**
 * Precision against recall: x = recall tp/P, y = precision tp/(tp + fp).
 *
 * One point per distinct score, thresholds ascending (recall falls from 1), then the end (recall 0, precision 1), which
 * has no threshold: `thresholds` is one shorter than `x`. `area` is the average precision, a sum of steps: trapezoids
 * would be too kind, because precision between two points is not linear in recall. Rows of weight 0 are left out.
 * @throws DataError when a score is not finite (says the row), no row is positive, lengths differ, or `positive` does
 * not occur.
 * Source: Davis & Goadrich (2006) for the interpolation; points equal scikit-learn 1.2.1 `precision_recall_curve`.
 *
 * @example
 * ```ts
 * import { precisionRecallCurve } from "steepest/metrics";
 *
 * const { x, y, thresholds } = precisionRecallCurve([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8]);
 * console.log(x, y, thresholds); // [ 1, 1, 0.5, 0 ] [ 0.5, 0.6666666666666666, 1, 1 ] [ 0.1, 0.4, 0.8 ]
 * ```
 */
export function precisionRecallCurve<L extends Label>(
  actual: readonly L[],
  scores: Scores,
  options: ScoreOptions<L> = {},
): Curve {
  const ranking = rank(readBinaryScores("precisionRecallCurve", actual, scores, options, "positive"));
  const tp = cumulative(ranking.positives);
  const fp = cumulative(ranking.negatives);
  const positives = tp.at(-1)!;
  const precision = tp.map((weight, g) => weight / (weight + fp[g]!));
  return {
    x: [...tp.map((weight) => weight / positives).reverse(), 0],
    y: [...precision.reverse(), 1],
    thresholds: [...ranking.scores].reverse(),
    area: stepArea(ranking),
  };
}
