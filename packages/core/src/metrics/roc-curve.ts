import { readBinaryScores, type ScoreOptions } from "./binary-scores.ts";
import type { Curve } from "./curve.ts";
import type { Label } from "./label.ts";
import type { Scores } from "./numbers.ts";
import { areaUnderRoc, cumulative, rank } from "./ranking.ts";

/**
 * Receiver operating characteristic: x = false positive rate fp/N, y = true positive rate (recall) tp/P.
 *
 * Starts at (0, 0) with threshold Infinity, ends at (1, 1); one point per distinct score, thresholds descending: equal
 * scores move together. `area` is that of `rocAuc`. Rows of weight 0 are left out.
 * @throws DataError when a score is not finite (says the row), one class is missing (names it), lengths differ, or
 * `positive` does not occur.
 * Source: Fawcett (2006), An introduction to ROC analysis, algorithm 1; points equal scikit-learn 1.2.1 `roc_curve`
 * with `drop_intermediate=False`, whose first threshold is max + 1.
 *
 * @example
 * ```ts
 * import { rocCurve } from "steepest/metrics";
 *
 * const { x, y, thresholds } = rocCurve(["no", "yes", "no", "yes"], [0.1, 0.4, 0.35, 0.8]);
 * console.log(x, y, thresholds); // [ 0, 0, 0, 0.5, 1 ] [ 0, 0.5, 1, 1, 1 ] [ Infinity, 0.8, 0.4, 0.35, 0.1 ]
 * ```
 */
export function rocCurve<L extends Label>(actual: readonly L[], scores: Scores, options: ScoreOptions<L> = {}): Curve {
  const ranking = rank(readBinaryScores("rocCurve", actual, scores, options));
  const tp = cumulative(ranking.positives);
  const fp = cumulative(ranking.negatives);
  const [positives, negatives] = [tp.at(-1)!, fp.at(-1)!];
  return {
    x: [0, ...fp.map((weight) => weight / negatives)],
    y: [0, ...tp.map((weight) => weight / positives)],
    thresholds: [Number.POSITIVE_INFINITY, ...ranking.scores],
    area: areaUnderRoc(ranking),
  };
}
