import { OptionChecker } from "../errors/index.ts";
import { readBinaryScores, type ScoreOptions } from "./binary-scores.ts";
import { descendingOrder } from "./descending-order.ts";
import { exactSum } from "./exact-sum.ts";
import type { Label } from "./label.ts";
import type { Scores } from "./numbers.ts";
import { checkProbabilities } from "./probabilities.ts";

export interface CalibrationOptions<L extends Label> extends ScoreOptions<L> {
  /** Number of bins. Default 10. */
  bins?: number;
  /** Bins of equal width (default), or of nearly equal numbers of rows; equal probabilities share a bin. */
  strategy?: "uniform" | "quantile";
}

/** One bin that holds rows. */
export interface CalibrationPoint {
  /** Mean probability that was said. */
  readonly predicted: number;
  /** Share of positives that was seen. */
  readonly observed: number;
  /** Weight of the rows. */
  readonly count: number;
}

/**
 * Said against seen: in bins of the predicted probability, its mean and the share of positives. On the diagonal a
 * probability of 0.7 comes true 7 times out of 10.
 *
 * Bins are ascending and empty ones are left out. "uniform": bin b holds p in [b/B, (b + 1)/B), the last one with its end.
 * @throws DataError when a probability is outside of [0, 1] (says the row), one class is missing, or lengths differ.
 * @throws OptionError when `bins` is not a positive integer.
 * Source: Niculescu-Mizil & Caruana (2005), Predicting good probabilities with supervised learning, section 4.
 *
 * @example
 * ```ts
 * import { calibrationCurve } from "steepest/metrics";
 *
 * const curve = calibrationCurve([0, 0, 1, 1], [0.25, 0.25, 0.25, 0.75], { bins: 2 });
 * console.log(curve[1]); // { predicted: 0.75, observed: 1, count: 1 }
 * ```
 */
export function calibrationCurve<L extends Label>(
  actual: readonly L[],
  probabilities: Scores,
  options: CalibrationOptions<L> = {},
): readonly CalibrationPoint[] {
  const { bins = 10, strategy = "uniform", ...scoreOptions } = options;
  new OptionChecker("calibrationCurve", { bins, strategy }, ["bins", "strategy"])
    .integer("bins", 1)
    .oneOf("strategy", ["uniform", "quantile"])
    .done();
  const binary = readBinaryScores("calibrationCurve", actual, probabilities, scoreOptions, "both", "probabilities");
  const { scores, isPositive, weights } = binary;
  checkProbabilities("calibrationCurve", scores, 1);

  const binOf = strategy === "uniform" ? uniformBins(scores, bins) : quantileBins(scores, bins);
  const rowsOf = Array.from({ length: bins }, (): number[] => []);
  for (const [row, bin] of binOf.entries()) rowsOf[bin]!.push(row);
  return rowsOf
    .filter((rows) => rows.length > 0)
    .map((rows) => {
      const count = exactSum(rows.map((row) => weights[row]!));
      return {
        predicted: exactSum(rows.map((row) => weights[row]! * scores[row]!)) / count,
        observed: exactSum(rows.map((row) => weights[row]! * isPositive[row]!)) / count,
        count,
      };
    });
}

function uniformBins(scores: Float64Array, bins: number): Int32Array {
  return Int32Array.from(scores, (p) => Math.min(bins - 1, Math.floor(p * bins)));
}

/** By rank; rows with equal probabilities go where the first of them goes, so that the order of rows does not matter. */
function quantileBins(scores: Float64Array, bins: number): Int32Array {
  const binOf = new Int32Array(scores.length);
  const ascending = descendingOrder(scores).reverse();
  let bin = 0;
  for (const [place, row] of ascending.entries()) {
    const before = ascending[place - 1];
    if (before === undefined || scores[before] !== scores[row]) bin = Math.floor((place * bins) / scores.length);
    binOf[row] = bin;
  }
  return binOf;
}
