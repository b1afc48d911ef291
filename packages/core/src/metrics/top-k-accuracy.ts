import { formatShape, OptionChecker, ShapeError } from "../errors/index.ts";
import { indexOfLabels, positionOf } from "./class-counts.ts";
import { checkLabels, checkLengths, type Label, sortedLabels } from "./label.ts";
import { type ClassScores, readMatrix } from "./numbers.ts";
import { readWeights, type WeightOptions, weightedMean } from "./sample-weight.ts";

export interface TopKOptions<L extends Label> extends WeightOptions {
  /** The classes, in the order of the columns. Default: the labels that occur, ascending. */
  labels?: readonly L[];
}

/**
 * Share of the rows whose class is among the k highest scores. k = 1 is the accuracy of the highest score.
 *
 * Of equal scores the later column counts as higher, as in scikit-learn 1.2.1 `top_k_accuracy_score`.
 * @throws DataError when a score is not finite (says the row) or the lengths differ.
 * @throws ShapeError when the columns are not the classes; OptionError when k is not from 1 to their number.
 *
 * @example
 * ```ts
 * import { topKAccuracy } from "steepest/metrics";
 *
 * const scores = [[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.4, 0.5, 0.1]];
 * console.log(topKAccuracy(["a", "b", "c"], scores, 2)); // 0.6666666666666666
 * ```
 */
export function topKAccuracy<L extends Label>(
  actual: readonly L[],
  scores: ClassScores,
  k: number,
  options: TopKOptions<L> = {},
): number {
  new OptionChecker("topKAccuracy", options, ["labels", "sampleWeight"]).done();
  checkLabels("topKAccuracy", "actual", actual);
  const { values, rows, columns } = readMatrix("topKAccuracy", "scores", scores);
  checkLengths("topKAccuracy", actual.length, "scores", rows);
  const labels = options.labels ?? sortedLabels(actual);
  if (labels.length !== columns) {
    throw new ShapeError(
      `topKAccuracy: scores has shape ${formatShape([rows, columns])}, but there are ${labels.length} classes (${columns} ≠ ${labels.length}). Pass labels with the class of each column: model.classes.`,
      { code: "columns", operation: "topKAccuracy", shapes: [[rows, columns]] },
    );
  }
  new OptionChecker("topKAccuracy", { k }, ["k"]).integer("k", 1, columns).done();
  const weights = readWeights("topKAccuracy", options.sampleWeight, rows);
  const index = indexOfLabels("topKAccuracy", labels);
  const hits = Float64Array.from(actual, (label, row) => {
    const own = positionOf("topKAccuracy", "actual", label, row, index);
    const score = values[row * columns + own]!;
    let higher = 0;
    for (let c = 0; c < columns; c++) {
      const other = values[row * columns + c]!;
      if (other > score || (other === score && c > own)) higher++;
    }
    return higher < k ? 1 : 0;
  });
  return weightedMean(hits, weights);
}
