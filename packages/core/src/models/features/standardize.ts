// Columns about 0 and of size 1.
import { OptionChecker } from "../../errors/index.ts";
import { readTensor } from "../../program/index.ts";
import { readTraining, readWeights } from "../design.ts";
import type { ModelState } from "../state.ts";
import { StateReader } from "../state-reader.ts";
import { weightedMeans } from "../weighted-means.ts";
import { columnNames, type FittedTransform, fittedTransform, type Transform, vectorOf } from "./transform.ts";

export interface StandardizeOptions {
  /** Take away the mean. Default true. */
  mean?: boolean;
  /** Divide by the standard deviation. Default true. */
  scale?: boolean;
}

const KIND = "standardize";

/**
 * (x − mean)/std of each column, with mean and population standard deviation of the rows given to `fit`.
 *
 * A constant column is only shifted. Penalties then treat all features alike, and descent needs fewer steps.
 * @throws DataError for NaN and ∞ (says row and column), or no rows.
 *
 * @example
 * ```ts
 * import { standardize } from "steepest/models";
 * const scaler = standardize().fit([[1, 5], [3, 5]]);
 * console.log(scaler.transform([[1, 5], [5, 7]]).toNested()); // [[-1, 0], [3, 2]]
 * ```
 */
export function standardize(options: StandardizeOptions = {}): Transform {
  new OptionChecker(KIND, options, ["mean", "scale"]).boolean("mean").boolean("scale").done();
  const { mean = true, scale = true } = options;
  return {
    kind: KIND,
    fit(X, { sampleWeight } = {}) {
      const { n, d, values } = readTraining(KIND, X);
      const weights = readWeights(KIND, sampleWeight, n);
      const means = weightedMeans(values, n, d, weights);
      const stds = scale ? deviations(values, n, means, weights) : new Float64Array(d).fill(1);
      return fitted(mean ? means : new Float64Array(d), stds);
    },
  };
}

export function restoreStandardize(state: ModelState, path: string): FittedTransform {
  const reader = new StateReader(state, path);
  const columns = reader.integer("columns", 1);
  const numbers = (name: string) => readTensor(reader.tensor(name, [columns]))!.data as Float64Array; // f64, just checked
  const transform = fitted(numbers("mean"), numbers("std"));
  reader.done();
  return transform;
}

function fitted(means: Float64Array, stds: Float64Array): FittedTransform {
  const d = means.length;
  return fittedTransform({
    kind: KIND,
    features: d,
    names: columnNames(d),
    missing: "refuse",
    options: {},
    tensors: { mean: vectorOf(means), std: vectorOf(stds) },
    apply: (values) => values.map((x, at) => (x - means[at % d]!) / stds[at % d]!),
  });
}

/** √(Σ s(x − mean)²/Σ s); 1 for a constant column. */
function deviations(values: Float64Array, n: number, means: Float64Array, weights: Float64Array): Float64Array {
  const d = means.length;
  const sums = new Float64Array(d);
  let total = 0;
  for (let i = 0; i < n; i++) {
    total += weights[i]!;
    for (let j = 0; j < d; j++) sums[j] = sums[j]! + weights[i]! * (values[i * d + j]! - means[j]!) ** 2;
  }
  return sums.map((sum) => (sum > 0 ? Math.sqrt(sum / total) : 1));
}
