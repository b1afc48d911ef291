import { readBinaryScores, type ScoreOptions } from "./binary-scores.ts";
import type { Label } from "./label.ts";
import type { Scores } from "./numbers.ts";
import { checkProbabilities } from "./probabilities.ts";
import { weightedMean } from "./sample-weight.ts";

/**
 * Brier score: mean squared distance of the probability of the positive class from what happened, Σ wᵢ(pᵢ − yᵢ)²/Σ wᵢ.
 *
 * 0 is best, ¼ is always saying ½. It sees calibration and separation together. With rows of one class only it is
 * defined when `positive` is given and occurs.
 * @throws DataError when a probability is outside of [0, 1] (says the row), lengths differ, or `positive` is unclear.
 * Source: Brier (1950), for one of two events; values equal scikit-learn 1.2.1 `brier_score_loss`.
 *
 * @example
 * ```ts
 * import { brierScore } from "steepest/metrics";
 *
 * console.log(brierScore(["dry", "rain"], [0.5, 0.75], { positive: "rain" })); // 0.15625
 * ```
 */
export function brierScore<L extends Label>(
  actual: readonly L[],
  probabilities: Scores,
  options: ScoreOptions<L> = {},
): number {
  const binary = readBinaryScores("brierScore", actual, probabilities, options, "positive", "probabilities");
  checkProbabilities("brierScore", binary.scores, 1);
  return weightedMean(
    binary.scores.map((p, row) => (p - binary.isPositive[row]!) ** 2),
    binary.weights,
  );
}
