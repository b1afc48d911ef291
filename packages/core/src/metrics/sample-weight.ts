import type { ArrayLike } from "../array/index.ts";
import { DataError, formatNumber } from "../errors/index.ts";
import { exactSum } from "./exact-sum.ts";
import { checkLengths } from "./label.ts";
import { readVector } from "./numbers.ts";

/** How much each row counts. A row of weight 2 is the same as that row twice. */
export interface WeightOptions {
  /** One number ≥ 0 per row. Default 1 for all. Rows of weight 0 are left out. */
  sampleWeight?: ArrayLike;
}

/**
 * Weights of `rows` rows, all 1 when none are given.
 *
 * @throws DataError when the lengths differ, a weight is negative or not finite (says the row), or all are 0.
 */
export function readWeights(owner: string, sampleWeight: ArrayLike | undefined, rows: number): Float64Array {
  if (sampleWeight === undefined) return new Float64Array(rows).fill(1);
  const weights = readVector(owner, "sampleWeight", sampleWeight);
  checkLengths(owner, rows, "sampleWeight", weights.length);
  const row = weights.findIndex((weight) => weight < 0);
  if (row >= 0) {
    throw new DataError(
      `${owner}: sampleWeight[${row}] is ${formatNumber(weights[row]!)}, but a weight says how often a row counts and cannot be negative.`,
      { code: "negative-weight", row, received: String(weights[row]), expected: "a number ≥ 0" },
    );
  }
  if (weights.every((weight) => weight === 0)) {
    throw new DataError(`${owner}: all ${rows} weights are 0, so no row counts. At least one must be positive.`, {
      code: "no-weight",
    });
  }
  return weights;
}

/** Σ wᵢ·termᵢ / Σ wᵢ, each sum rounded once; `terms` is overwritten. */
export function weightedMean(terms: Float64Array, weights: Float64Array): number {
  for (let i = 0; i < terms.length; i++) terms[i] = weights[i]! * terms[i]!;
  return exactSum(terms) / exactSum(weights);
}
