import { OptionChecker } from "../errors/index.ts";
import { indexOfLabels, positionOf } from "./class-counts.ts";
import { checkColumns, readClassProbabilities } from "./class-probabilities.ts";
import { checkLabels, checkLengths, type Label, sortedLabels } from "./label.ts";
import { axesOf, type ClassScores, isNDArray, type Matrix, readVector, type Scores } from "./numbers.ts";
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
  checkColumns("logLoss", labels, rows, columns);

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
    return readClassProbabilities("logLoss", probabilities as ClassScores);
  }
  const later = readVector("logLoss", "probabilities", probabilities as Scores);
  checkProbabilities("logLoss", later, 1);
  const values = new Float64Array(later.length * 2);
  for (const [row, p] of later.entries()) values.set([1 - p, p], 2 * row);
  const narrow = isNDArray(probabilities) ? probabilities.dtype === "f32" : probabilities instanceof Float32Array;
  return { values, rows: later.length, columns: 2, eps: narrow ? 2 ** -23 : Number.EPSILON };
}
