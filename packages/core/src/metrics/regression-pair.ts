// Reads targets and predictions of a regression, with all checks.
import type { ArrayLike } from "../array/index.ts";
import { DataError, formatShape, OptionChecker, ShapeError } from "../errors/index.ts";
import { readVector } from "./numbers.ts";
import { readWeights, type WeightOptions } from "./sample-weight.ts";

/** Rows of positive weight. */
export interface RegressionPair {
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  readonly weights: Float64Array;
}

/** @throws ShapeError when these are not two vectors of one length; DataError for values that are not finite, or none. */
export function readRegression(
  owner: string,
  actual: ArrayLike,
  predicted: ArrayLike,
  options: WeightOptions,
): RegressionPair {
  new OptionChecker(owner, options, ["sampleWeight"]).done();
  const hint = ' Nothing is broadcast: take one column, .at(":", 0), or flatten().';
  const y = readVector(owner, "actual", actual, hint);
  const p = readVector(owner, "predicted", predicted, hint);
  if (y.length !== p.length) {
    throw new ShapeError(
      `${owner}: the lengths differ, ${formatShape([y.length])} and ${formatShape([p.length])} (${y.length} ≠ ${p.length}). Both must come from the same rows, in the same order.`,
      { code: "lengths", operation: owner, shapes: [[y.length], [p.length]] },
    );
  }
  if (y.length === 0) {
    throw new DataError(`${owner}: there are no rows; at least one is needed.`, { code: "empty" });
  }
  const weights = readWeights(owner, options.sampleWeight, y.length);
  const counts = (_: number, row: number) => weights[row]! > 0;
  return { actual: y.filter(counts), predicted: p.filter(counts), weights: weights.filter((weight) => weight > 0) };
}

/** predicted − actual */
export function errorsOf({ actual, predicted }: RegressionPair): Float64Array {
  return predicted.map((value, row) => value - actual[row]!);
}
