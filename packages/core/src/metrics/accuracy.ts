import { OptionChecker } from "../errors/index.ts";
import { checkLabels, checkLengths, type Label } from "./label.ts";
import { readWeights, type WeightOptions, weightedMean } from "./sample-weight.ts";

/**
 * Share of the labels that were predicted right: Σ wᵢ·[predictedᵢ = actualᵢ] / Σ wᵢ.
 *
 * With classes of unlike size look at `confusion(…).balancedAccuracy` or `.mcc` too: always saying the larger class
 * gives its share.
 * @throws DataError when the lengths differ, a list is empty, or the weights cannot be used.
 *
 * @example
 * ```ts
 * import { accuracy } from "steepest/metrics";
 *
 * console.log(accuracy(["a", "b", "b", "a"], ["a", "b", "a", "a"])); // 0.75
 * ```
 */
export function accuracy<L extends Label>(
  actual: readonly L[],
  predicted: readonly NoInfer<L>[],
  options: WeightOptions = {},
): number {
  new OptionChecker("accuracy", options, ["sampleWeight"]).done();
  checkLabels("accuracy", "actual", actual);
  checkLengths("accuracy", actual.length, "predicted", predicted.length);
  checkLabels("accuracy", "predicted", predicted);
  const weights = readWeights("accuracy", options.sampleWeight, actual.length);
  return weightedMean(
    Float64Array.from(actual, (label, row) => (label === predicted[row] ? 1 : 0)),
    weights,
  );
}
