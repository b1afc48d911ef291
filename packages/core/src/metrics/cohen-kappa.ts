import { OptionChecker } from "../errors/index.ts";
import { kappaOf } from "./agreement.ts";
import { type CountOptions, countClasses } from "./class-counts.ts";
import type { Label } from "./label.ts";

export interface CohenKappaOptions<L extends Label> extends CountOptions<L> {
  /** How much a disagreement of the i-th and j-th class counts: 1 (default), |i − j|, or (i − j)². */
  weights?: "none" | "linear" | "quadratic";
}

/**
 * Cohen's κ: agreement of two labelings beyond what chance gives. 1: all equal, 0: chance, below 0: worse.
 *
 *     κ = 1 − Σ wᵢⱼ·Cᵢⱼ / Σ wᵢⱼ·tᵢpⱼ/s        C counts, t and p their margins, s their sum
 *
 * With "linear" or "quadratic" weights the classes are steps on a scale, in the order of `labels`.
 * 0/0 (all rows of one class, and predicted so) is 0.
 * @throws DataError as `confusion`.
 * Source: Cohen (1960, 1968); values equal scikit-learn 1.2.1 `cohen_kappa_score`, which gives NaN for 0/0.
 *
 * @example
 * ```ts
 * import { cohenKappa } from "steepest/metrics";
 *
 * console.log(cohenKappa([1, 2, 3, 3], [1, 2, 3, 1], { weights: "quadratic" })); // 0.3846153846153846
 * ```
 */
export function cohenKappa<L extends Label>(
  actual: readonly L[],
  predicted: readonly NoInfer<L>[],
  options: CohenKappaOptions<L> = {},
): number {
  const checker = new OptionChecker("cohenKappa", options, ["weights", "labels", "sampleWeight"]);
  checker.oneOf("weights", ["none", "linear", "quadratic"]).done();
  const { counts } = countClasses("cohenKappa", actual, predicted, options);
  const power = options.weights === "linear" ? 1 : options.weights === "quadratic" ? 2 : 0;
  const kappa = kappaOf(counts, (i, j) => (i === j ? 0 : Math.abs(i - j) ** power));
  return Number.isNaN(kappa) ? 0 : kappa;
}
