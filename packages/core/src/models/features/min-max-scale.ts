// Columns in a given range.
import { OptionChecker } from "../../errors/index.ts";
import { readTensor } from "../../program/index.ts";
import { readTraining, readWeights } from "../design.ts";
import type { ModelState } from "../state.ts";
import { StateReader } from "../state-reader.ts";
import { columnNames, type FittedTransform, fittedTransform, type Transform, vectorOf } from "./transform.ts";

export interface MinMaxScaleOptions {
  /** Default 0. */
  low?: number;
  /** Default 1. */
  high?: number;
}

const KIND = "minMaxScale";

/**
 * low + (x − min)·(high − low)/(max − min) of each column, with the extremes of the rows given to `fit`.
 *
 * Other rows may leave the range. A constant column becomes `low`. One far value squeezes all others: `standardize` minds less.
 * @throws OptionError when `high` is not above `low`.
 * @throws DataError for NaN and ∞ (says row and column), or no rows.
 *
 * @example
 * ```ts
 * import { minMaxScale } from "steepest/models";
 * console.log(minMaxScale().fit([[1], [3], [5]]).transform([[2], [6]]).toArray()); // [0.25, 1.25]
 * ```
 */
export function minMaxScale(options: MinMaxScaleOptions = {}): Transform {
  const { low = 0, high = 1 } = options;
  const checker = new OptionChecker(KIND, options, ["low", "high"]).number("low").number("high");
  if (!(high > low)) checker.fail("high", `high must be above low, got ${high} and ${low}.`);
  checker.done();
  return {
    kind: KIND,
    fit(X, { sampleWeight } = {}) {
      const { n, d, values } = readTraining(KIND, X);
      const weights = readWeights(KIND, sampleWeight, n);
      const mins = new Float64Array(d).fill(Infinity);
      const maxes = new Float64Array(d).fill(-Infinity);
      for (let i = 0; i < n; i++) {
        if (weights[i] === 0) continue;
        for (let j = 0; j < d; j++) {
          mins[j] = Math.min(mins[j]!, values[i * d + j]!);
          maxes[j] = Math.max(maxes[j]!, values[i * d + j]!);
        }
      }
      return fitted(
        mins,
        maxes.map((max, j) => (max > mins[j]! ? (high - low) / (max - mins[j]!) : 0)),
        low,
      );
    },
  };
}

export function restoreMinMaxScale(state: ModelState, path: string): FittedTransform {
  const reader = new StateReader(state, path);
  const columns = reader.integer("columns", 1);
  const numbers = (name: string, length: number) => readTensor(reader.tensor(name, [length]))!.data as Float64Array; // f64, just checked
  const transform = fitted(numbers("min", columns), numbers("factor", columns), numbers("low", 1)[0]!);
  reader.done();
  return transform;
}

function fitted(mins: Float64Array, factors: Float64Array, low: number): FittedTransform {
  const d = mins.length;
  return fittedTransform({
    kind: KIND,
    features: d,
    names: columnNames(d),
    missing: "refuse",
    options: {},
    tensors: { min: vectorOf(mins), factor: vectorOf(factors), low: vectorOf(Float64Array.of(low)) },
    apply: (values) => values.map((x, at) => low + (x - mins[at % d]!) * factors[at % d]!),
  });
}
