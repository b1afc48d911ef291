import { type ClassScoreOptions, classScore } from "./class-scores.ts";
import type { Label } from "./label.ts";

/**
 * Jaccard index: tp/(tp + fp + fn), the overlap of the rows that are and the rows that are called positive.
 *
 * 0/0 when the class neither occurs nor is predicted. Classes and averages as in `confusion`.
 * @throws DataError and OptionError as `confusion`.
 * Source: values equal scikit-learn 1.2.1 `jaccard_score`.
 *
 * @example
 * ```ts
 * import { jaccard } from "steepest/metrics";
 *
 * console.log(jaccard([0, 1, 1, 1], [1, 1, 1, 0])); // 0.5
 * ```
 */
export function jaccard<L extends Label>(
  actual: readonly L[],
  predicted: readonly NoInfer<L>[],
  options: ClassScoreOptions<L> = {},
): number {
  return classScore("jaccard", actual, predicted, options, ({ tp, fp, fn }) => tp / (tp + fp + fn));
}
