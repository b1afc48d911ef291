// From one loss per sample to one number: weights, masks, and what a mean divides by.
import { type ArrayLike, array, type NDArray, where } from "../array/index.ts";
import type { OptionChecker } from "../errors/index.ts";
import { not } from "../ops/index.ts";
import { isArray } from "../program/index.ts";
import type { LossOptions } from "./loss.ts";
import { samplesOf } from "./samples.ts";

export const REDUCTION_OPTIONS: readonly (keyof LossOptions)[] = ["reduction", "weights", "normalizeBy", "mask"];

export function checkReductionOptions(checker: OptionChecker, options: LossOptions): void {
  checker.oneOf("reduction", ["mean", "sum", "none"]).oneOf("normalizeBy", ["weights", "count", "nonzero"]);
  if (options.mask !== undefined && !isArray(options.mask)) {
    checker.fail("mask", "mask must be an array of conditions, such as labels.greaterEqual(0).");
  }
}

/**
 * Losses ℓ with sample weights w, over the samples that the mask keeps:
 *
 *     "none": wℓ, 0 where masked      "sum": Σwℓ      "mean": Σwℓ/Σw, Σwℓ/n or Σwℓ/#(w ≠ 0), 0 over nothing
 *
 * `classWeights` (one per sample) are already in ℓ: they count in the divisor only.
 */
export function reduceLosses(
  owner: string,
  losses: NDArray,
  mask: NDArray<"bool"> | undefined,
  options: LossOptions,
  classWeights?: NDArray,
): NDArray {
  const { reduction = "mean", normalizeBy = "weights" } = options;
  const own = options.weights === undefined ? undefined : floatsLike(losses, options.weights);
  const weights = own === undefined ? undefined : samplesOf(owner, "weights", own, losses.shape);
  const kept = mask === undefined ? losses : where(mask, losses, 0);
  const weighted = weights === undefined ? kept : kept.mul(weights);
  if (reduction === "none") return weighted;
  const total = weighted.sum();
  if (reduction === "sum") return total;
  const all = weights === undefined ? classWeights : classWeights === undefined ? weights : weights.mul(classWeights);
  return safeDivide(total, divisorOf(losses, mask, normalizeBy === "count" ? undefined : all, normalizeBy));
}

function divisorOf(
  losses: NDArray,
  mask: NDArray<"bool"> | undefined,
  weights: NDArray | undefined,
  normalizeBy: "weights" | "count" | "nonzero",
): NDArray | number {
  if (weights === undefined) return mask === undefined ? losses.size : where(mask, losses.onesLike(), 0).sum();
  const counted = normalizeBy === "nonzero" ? where(not(weights.equal(0)), weights.onesLike(), 0) : weights;
  return (mask === undefined ? counted : where(mask, counted, 0)).sum();
}

/** total/divisor; over nothing the total itself, which is 0 */
function safeDivide(total: NDArray, divisor: NDArray | number): NDArray {
  if (typeof divisor === "number") return divisor === 0 ? total : total.div(divisor);
  return total.div(where(divisor.equal(0), 1, divisor));
}

/** Numbers and lists in the width of `like`; arrays as they are. */
export function floatsLike(like: NDArray, x: ArrayLike): NDArray {
  return isArray(x) ? (x as NDArray) : (array(x).astype(like.dtype) as NDArray);
}
