// Reads labels and scores of a two-class problem (or of one class against the rest), with all checks.
import { DataError, didYouMean, OptionChecker } from "../errors/index.ts";
import { checkLabels, checkLengths, type Label, labelName, labelNames, sortedLabels } from "./label.ts";
import { readVector, type Scores } from "./numbers.ts";
import { readWeights, type WeightOptions } from "./sample-weight.ts";

export interface ScoreOptions<L extends Label> extends WeightOptions {
  /** The class that high scores speak for; the others are negative. Default: the greater of two labels. */
  positive?: NoInfer<L>;
}

/** Rows of positive weight. */
export interface BinaryScores {
  readonly isPositive: Uint8Array;
  readonly scores: Float64Array;
  readonly weights: Float64Array;
}

const columnHint = ' For the probabilities of a classifier take the column of the positive class: scores.at(":", 1).';

/**
 * @throws DataError when lengths differ, a score is not finite (says the row), one class is missing (names it), or
 * `positive` is unknown or unclear.
 */
export function readBinaryScores<L extends Label>(
  owner: string,
  actual: readonly L[],
  scores: Scores,
  options: ScoreOptions<L>,
  needs: "both" | "positive" = "both",
  name = "scores",
): BinaryScores {
  new OptionChecker(owner, options, ["positive", "sampleWeight"]).done();
  checkLabels(owner, "actual", actual);
  const vector = readVector(owner, name, scores, columnHint);
  checkLengths(owner, actual.length, name, vector.length);
  const weights = readWeights(owner, options.sampleWeight, actual.length);

  if (weights.every((weight) => weight > 0)) {
    return { isPositive: positiveRows(owner, actual, options.positive, needs), scores: vector, weights };
  }
  const counts = (_: unknown, row: number) => weights[row]! > 0;
  return {
    isPositive: positiveRows(owner, actual.filter(counts), options.positive, needs),
    scores: vector.filter(counts),
    weights: weights.filter(counts),
  };
}

function positiveRows<L extends Label>(
  owner: string,
  actual: readonly L[],
  named: L | undefined,
  needs: "both" | "positive",
): Uint8Array {
  const positive = positiveLabel(owner, actual, named, needs);
  const isPositive = new Uint8Array(actual.length);
  for (let row = 0; row < actual.length; row++) if (actual[row] === positive) isPositive[row] = 1;
  return isPositive;
}

function positiveLabel<L extends Label>(
  owner: string,
  actual: readonly L[],
  positive: L | undefined,
  needs: "both" | "positive",
): L {
  const labels = sortedLabels(actual);
  const [first, second] = labels;
  if (labels.length === 1 && (positive !== first || needs === "both")) {
    const missing =
      positive === undefined || positive === first ? "the other class" : `the class ${labelName(positive)}`;
    const unclear = positive === undefined && needs === "positive" ? " Say with positive which class it is." : "";
    throw new DataError(
      `${owner}: all ${actual.length} labels are ${labelName(first!)}, so ${missing} is missing and the value is undefined.${unclear} Use rows of both classes; in cross-validation, stratified folds.`,
      { code: "one-class", received: labelName(first!), expected: "labels of two classes" },
    );
  }
  if (positive !== undefined) {
    if (labels.includes(positive)) return positive;
    throw new DataError(
      `${owner}: the positive class ${labelName(positive)} does not occur; the labels are ${labelNames(labels)}.${didYouMean(String(positive), labels.map(String))}`,
      { code: "unknown-positive", received: labelName(positive), expected: labelNames(labels) },
    );
  }
  if (labels.length === 2) return second!;
  throw new DataError(
    `${owner}: actual holds ${labels.length} classes (${labelNames(labels)}), and scores of one number per row speak of one. Name it with positive; the others are then negative.`,
    { code: "positive-needed", received: labelNames(labels), expected: "two classes, or the option positive" },
  );
}
