import { OptionChecker } from "../errors/index.ts";
import { type ClassScoreOptions, classScore } from "./class-scores.ts";
import type { Label } from "./label.ts";

export interface FBetaOptions<L extends Label> extends ClassScoreOptions<L> {
  /** How much more recall counts than precision; positive. */
  beta: number;
}

/**
 * F-score with a weight on recall: β = 2 counts recall twice as much as precision, β = ½ the reverse.
 *
 *     F_β = (1 + β²)·tp / ((1 + β²)·tp + β²·fn + fp)
 *
 * 0/0 only when tp = fn = fp = 0. Classes and averages as in `confusion`.
 * @throws DataError and OptionError as `confusion`; OptionError when `beta` is missing or not positive.
 * Source: van Rijsbergen (1979), Information Retrieval, chapter 7; values equal scikit-learn 1.2.1 `fbeta_score`.
 *
 * @example
 * ```ts
 * import { fBeta } from "steepest/metrics";
 *
 * console.log(fBeta([0, 1, 1, 0], [1, 1, 0, 0], { beta: 2 })); // 0.5
 * ```
 */
export function fBeta<L extends Label>(
  actual: readonly L[],
  predicted: readonly NoInfer<L>[],
  options: FBetaOptions<L>,
): number {
  const { beta, ...rest } = options;
  new OptionChecker("fBeta", { beta }, ["beta"]).required("beta").number("beta", 0, Infinity, true).done();
  const b = beta ** 2;
  return classScore(
    "fBeta",
    actual,
    predicted,
    rest,
    ({ tp, fp, fn }) => ((1 + b) * tp) / ((1 + b) * tp + b * fn + fp),
  );
}
