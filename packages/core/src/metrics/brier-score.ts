import { formatShape, OptionChecker, ShapeError } from "../errors/index.ts";
import { readBinaryScores, type ScoreOptions } from "./binary-scores.ts";
import { indexOfLabels, positionOf } from "./class-counts.ts";
import { checkColumns, readClassProbabilities } from "./class-probabilities.ts";
import { checkLabels, checkLengths, type Label, sortedLabels } from "./label.ts";
import { axesOf, type ClassScores, type Scores } from "./numbers.ts";
import { checkProbabilities } from "./probabilities.ts";
import { readWeights, weightedMean } from "./sample-weight.ts";

export interface BrierScoreOptions<L extends Label> extends ScoreOptions<L> {
  /** Several classes: the class of each column. Default: the labels that occur, ascending. */
  labels?: readonly L[];
}

/**
 * Brier score: mean squared distance of the probabilities from what happened.
 *
 *     two classes, "n":   Σ wᵢ(pᵢ − yᵢ)²/Σ wᵢ              0 is best, ¼ is always saying ½, 1 is worst
 *     k > 2, "n k":       Σ wᵢ Σ_c (pᵢ_c − [yᵢ = c])²/Σ wᵢ   0 is best, 1 − 1/k is guessing, 2 is worst
 *
 * It sees calibration and separation together. With rows of one class only it is defined when `positive` is given and
 * occurs. The sum over two columns would be twice the value of one; so for two classes pass one column.
 * @throws DataError when a probability is outside of [0, 1] or a row does not sum to 1 within 1e-6 (says the row),
 * lengths differ, `positive` is unclear, or the classes cannot be told from the labels.
 * @throws ShapeError when the columns are not the classes.
 * Source: Brier (1950); values equal scikit-learn 1.2.1 `brier_score_loss`, for several classes 1.9.1.
 *
 * @example
 * ```ts
 * import { brierScore } from "steepest/metrics";
 *
 * console.log(brierScore(["dry", "rain"], [0.5, 0.75], { positive: "rain" })); // 0.15625
 * console.log(brierScore(["dry", "rain", "snow"], [[1, 0, 0], [0, 1, 0], [0.5, 0, 0.5]])); // 0.1666…
 * ```
 */
export function brierScore<L extends Label>(
  actual: readonly L[],
  probabilities: Scores | ClassScores,
  options: BrierScoreOptions<L> = {},
): number {
  new OptionChecker("brierScore", options, ["positive", "sampleWeight", "labels"]).done();
  if (axesOf(probabilities) === 2) return multiclassBrier(actual, probabilities as ClassScores, options);
  const { labels: _, ...binaryOptions } = options;
  const scores = probabilities as Scores;
  const binary = readBinaryScores("brierScore", actual, scores, binaryOptions, "positive", "probabilities");
  checkProbabilities("brierScore", binary.scores, 1);
  return weightedMean(
    binary.scores.map((p, row) => (p - binary.isPositive[row]!) ** 2),
    binary.weights,
  );
}

function multiclassBrier<L extends Label>(
  actual: readonly L[],
  probabilities: ClassScores,
  options: BrierScoreOptions<L>,
): number {
  checkLabels("brierScore", "actual", actual);
  const { values, rows, columns } = readClassProbabilities("brierScore", probabilities);
  if (columns < 3) {
    throw new ShapeError(
      `brierScore: probabilities has shape ${formatShape([rows, columns])}, but two classes need one probability per row. Take the column of the positive class: probabilities.at(":", 1).`,
      { code: "two-columns", operation: "brierScore", shapes: [[rows, columns]] },
    );
  }
  checkLengths("brierScore", actual.length, "probabilities", rows);
  const weights = readWeights("brierScore", options.sampleWeight, rows);
  const labels = options.labels ?? sortedLabels(actual);
  checkColumns("brierScore", labels, rows, columns);
  const index = indexOfLabels("brierScore", labels);
  const terms = Float64Array.from(actual, (label, row) => {
    const happened = positionOf("brierScore", "actual", label, row, index);
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += (values[row * columns + c]! - (c === happened ? 1 : 0)) ** 2;
    return sum;
  });
  return weightedMean(terms, weights);
}
