import { DataError, formatShape, OptionChecker, ShapeError } from "../errors/index.ts";
import { type BinaryScores, readBinaryScores, type ScoreOptions } from "./binary-scores.ts";
import { indexOfLabels, positionOf } from "./class-counts.ts";
import { exactSum } from "./exact-sum.ts";
import { checkLabels, checkLengths, type Label, labelName, sortedLabels } from "./label.ts";
import { axesOf, type ClassScores, readMatrix, type Scores } from "./numbers.ts";
import { areaUnderRoc, rank } from "./ranking.ts";
import { readWeights } from "./sample-weight.ts";

export interface RocAucOptions<L extends Label> extends ScoreOptions<L> {
  /** Several classes: each against the rest (default), or each pair. */
  multiclass?: "one-vs-rest" | "one-vs-one";
  /** Mean over classes or pairs: each the same (default), or by the weight of their rows. */
  average?: "macro" | "weighted";
  /** The classes, in the order of the columns. Default: the labels that occur, ascending. */
  labels?: readonly L[];
}

/**
 * Area under the ROC curve: P(score of a positive > score of a negative) + ½P(equal). 1: all right, ½: chance.
 *
 * Scores "n": two classes, or `positive` against the rest. Scores "n k" with k > 2: the mean of
 * one class against the rest, column c scoring class c; or over pairs of ½(AUC(i|j) + AUC(j|i)), the rows of i and j alone.
 * Only the order of the scores matters, not their values. Weights enter the sums; rows of weight 0 are left out.
 * @throws DataError when a score is not finite (says the row), one class is missing (names it), lengths differ, or
 * `positive` does not occur.
 * @throws ShapeError when the columns are not the classes.
 * Source: Hanley & McNeil (1982) for the identity; Hand & Till (2001), eq. 7, for pairs. Values equal scikit-learn 1.2.1
 * `roc_auc_score`, which has no weights for pairs.
 *
 * @example
 * ```ts
 * import { rocAuc } from "steepest/metrics";
 *
 * console.log(rocAuc(["no", "yes", "no", "yes"], [0.1, 0.4, 0.4, 0.8])); // 0.875
 * ```
 */
export function rocAuc<L extends Label>(
  actual: readonly L[],
  scores: Scores | ClassScores,
  options: RocAucOptions<L> = {},
): number {
  new OptionChecker("rocAuc", options, ["positive", "sampleWeight", "multiclass", "average", "labels"])
    .oneOf("multiclass", ["one-vs-rest", "one-vs-one"])
    .oneOf("average", ["macro", "weighted"])
    .done();
  if (axesOf(scores) === 2) return multiclassAuc(actual, scores as ClassScores, options);
  const { positive, sampleWeight } = options;
  const binary = {
    ...(positive === undefined ? {} : { positive }),
    ...(sampleWeight === undefined ? {} : { sampleWeight }),
  };
  return areaUnderRoc(rank(readBinaryScores("rocAuc", actual, scores as Scores, binary)));
}

function multiclassAuc<L extends Label>(
  actual: readonly L[],
  classScores: ClassScores,
  options: RocAucOptions<L>,
): number {
  checkLabels("rocAuc", "actual", actual);
  const { values, rows, columns } = readMatrix("rocAuc", "scores", classScores);
  checkLengths("rocAuc", actual.length, "scores", rows);
  const weights = readWeights("rocAuc", options.sampleWeight, rows);
  const labels = options.labels ?? sortedLabels(actual);
  checkColumns(labels, rows, columns);
  const index = indexOfLabels("rocAuc", labels);
  const classes = Int32Array.from(actual, (label, row) => positionOf("rocAuc", "actual", label, row, index));

  const support = labels.map((_, c) => exactSum(weights.filter((_, row) => classes[row] === c)));
  const absent = labels.find((_, c) => support[c] === 0);
  if (absent !== undefined) {
    throw new DataError(
      `rocAuc: no row ${options.sampleWeight === undefined ? "" : "of positive weight "}is of class ${labelName(absent)}, so its area is undefined. Use rows of every class; in cross-validation, stratified folds.`,
      { code: "one-class", received: `no ${labelName(absent)}`, expected: "rows of every class" },
    );
  }

  /** AUC of column c: class c against the classes that `among` lets in. */
  const area = (c: number, among: (other: number) => boolean) => {
    const kept = Uint32Array.from(actual.keys()).filter(
      (row) => weights[row]! > 0 && (classes[row] === c || among(classes[row]!)),
    );
    const binary: BinaryScores = {
      isPositive: Uint8Array.from(kept, (row) => (classes[row] === c ? 1 : 0)),
      scores: Float64Array.from(kept, (row) => values[row * columns + c]!),
      weights: Float64Array.from(kept, (row) => weights[row]!),
    };
    return areaUnderRoc(rank(binary));
  };
  const parts: { value: number; support: number }[] = [];
  for (let i = 0; i < labels.length; i++) {
    if (options.multiclass !== "one-vs-one") parts.push({ value: area(i, () => true), support: support[i]! });
    else {
      for (let j = 0; j < i; j++) {
        const value = (area(i, (other) => other === j) + area(j, (other) => other === i)) / 2;
        parts.push({ value, support: support[i]! + support[j]! });
      }
    }
  }
  const shares = parts.map((part) => (options.average === "weighted" ? part.support : 1));
  return exactSum(parts.map(({ value }, p) => shares[p]! * value)) / exactSum(shares);
}

function checkColumns(labels: readonly Label[], rows: number, columns: number): void {
  const shape = formatShape([rows, columns]);
  if (columns < 3) {
    throw new ShapeError(
      `rocAuc: scores has shape ${shape}, but two classes need one score per row. Take the column of the positive class: scores.at(":", 1).`,
      { code: "two-columns", operation: "rocAuc", shapes: [[rows, columns]] },
    );
  }
  if (columns === labels.length) return;
  throw new ShapeError(
    `rocAuc: scores has shape ${shape}, but there are ${labels.length} classes (${columns} ≠ ${labels.length}). Pass labels with the class of each column: model.classes.`,
    { code: "columns", operation: "rocAuc", shapes: [[rows, columns]] },
  );
}
