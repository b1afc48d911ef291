import { DataError, formatNumber, formatShape, OptionChecker, ShapeError } from "../errors/index.ts";
import { indexOfLabels, positionOf } from "./class-counts.ts";
import { checkLabels, checkLengths, type Label, labelNames, sortedLabels } from "./label.ts";
import { axesOf, type ClassScores, isNDArray, type Matrix, readMatrix, readVector, type Scores } from "./numbers.ts";
import { checkProbabilities } from "./probabilities.ts";
import { readWeights, type WeightOptions, weightedMean } from "./sample-weight.ts";

export interface LogLossOptions<L extends Label> extends WeightOptions {
  /** The classes, in the order of the columns. Default: the labels that occur, ascending. */
  labels?: readonly L[];
}

/**
 * Mean negative log-likelihood of the true classes, in nats: −Σ wᵢ·log p(actualᵢ) / Σ wᵢ. ln K is guessing among K.
 *
 * Probabilities "n k": column c for class c, rows sum to 1. Probabilities "n": of the later of two classes.
 * p is clipped to [ε, 1 − ε] with the rounding unit ε of the array (2⁻⁵², or 2⁻²³ for f32), so that one wrong certainty
 * costs 36 (or 16), not Infinity.
 * @throws DataError when a probability is outside of [0, 1] or a row does not sum to 1 within 1e-6 (says the row), the
 * lengths differ, or the classes cannot be told from the labels.
 * @throws ShapeError when the columns are not the classes.
 * Source: values equal scikit-learn 1.2.1 `log_loss`.
 *
 * @example
 * ```ts
 * import { logLoss } from "steepest/metrics";
 *
 * console.log(logLoss(["ham", "spam"], [[0.5, 0.5], [0.5, 0.5]])); // 0.6931471805599453
 * ```
 */
export function logLoss<L extends Label>(
  actual: readonly L[],
  probabilities: Scores | ClassScores,
  options: LogLossOptions<L> = {},
): number {
  new OptionChecker("logLoss", options, ["labels", "sampleWeight"]).done();
  checkLabels("logLoss", "actual", actual);
  const labels = options.labels ?? sortedLabels(actual);
  const { values, rows, columns, eps } = readProbabilities(probabilities);
  checkLengths("logLoss", actual.length, "probabilities", rows);
  const weights = readWeights("logLoss", options.sampleWeight, rows);
  if (labels.length !== columns) throw wrongColumns(labels, rows, columns);

  const index = indexOfLabels("logLoss", labels);
  const terms = Float64Array.from(actual, (label, row) => {
    const p = values[row * columns + positionOf("logLoss", "actual", label, row, index)]!;
    return -Math.log(Math.min(Math.max(p, eps), 1 - eps));
  });
  return weightedMean(terms, weights);
}

/** As "n k"; one number per row becomes the columns (1 − p, p). */
function readProbabilities(probabilities: Scores | ClassScores): Matrix {
  if (axesOf(probabilities) === 2) {
    const matrix = readMatrix("logLoss", "probabilities", probabilities as ClassScores);
    checkProbabilities("logLoss", matrix.values, matrix.columns);
    checkRowSums(matrix);
    return matrix;
  }
  const later = readVector("logLoss", "probabilities", probabilities as Scores);
  checkProbabilities("logLoss", later, 1);
  const values = new Float64Array(later.length * 2);
  for (const [row, p] of later.entries()) values.set([1 - p, p], 2 * row);
  const narrow = isNDArray(probabilities) ? probabilities.dtype === "f32" : probabilities instanceof Float32Array;
  return { values, rows: later.length, columns: 2, eps: narrow ? 2 ** -23 : Number.EPSILON };
}

function checkRowSums({ values, rows, columns }: Matrix): void {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += values[row * columns + column]!;
    if (Math.abs(sum - 1) <= 1e-6) continue;
    throw new DataError(
      `logLoss: the probabilities of row ${row} sum to ${formatNumber(sum)}, but must sum to 1. Pass probabilities, not scores: predictProba, or softmax of the logits.`,
      { code: "row-sum", row, received: String(sum), expected: "1 within 1e-6" },
    );
  }
}

function wrongColumns(labels: readonly Label[], rows: number, columns: number): ShapeError | DataError {
  const found = `${labels.length === 1 ? "one class" : `${labels.length} classes`} (${labelNames(labels)})`;
  if (labels.length < columns) {
    return new DataError(
      `logLoss: probabilities speak of ${columns} classes but actual holds ${found}, so the columns cannot be told apart. Pass labels with the class of each column: model.classes.`,
      { code: "labels-needed", received: labelNames(labels), expected: `${columns} labels` },
    );
  }
  return new ShapeError(
    `logLoss: probabilities has shape ${formatShape([rows, columns])}, but there are ${found} (${columns} ≠ ${labels.length}). One column per class is needed.`,
    { code: "columns", operation: "logLoss", shapes: [[rows, columns]] },
  );
}
