import { OptionChecker } from "../errors/index.ts";
import type { CountOptions } from "./class-counts.ts";
import { type ClassMetrics, confusion } from "./confusion.ts";
import type { Label } from "./label.ts";
import { countText, textTable } from "./text-table.ts";

/**
 * Precision, recall, F1 and support of every class, their averages, and the accuracy, as aligned text.
 *
 * For people; the numbers are those of `confusion(…).perClass`. 0/0 counts 0.
 * @throws DataError as `confusion`.
 *
 * @example
 * ```ts
 * import { classificationReport } from "steepest/metrics";
 *
 * console.log(classificationReport(["cat", "dog", "dog"], ["cat", "dog", "cat"]));
 * //            precision  recall     f1  support
 * // cat            0.500   1.000  0.667        1
 * // dog            1.000   0.500  0.667        2
 * // macro          0.750   0.750  0.667        3
 * // weighted       0.833   0.667  0.667        3
 * // accuracy                      0.667        3
 * ```
 */
export function classificationReport<L extends Label>(
  actual: readonly L[],
  predicted: readonly NoInfer<L>[],
  options: CountOptions<L> = {},
): string {
  new OptionChecker("classificationReport", options, ["labels", "sampleWeight"]).done();
  const macro = confusion(actual, predicted, { ...options, average: "macro" });
  const weighted = confusion(actual, predicted, { ...options, average: "weighted" });
  return textTable([
    ["", "precision", "recall", "f1", "support"],
    ...[...macro.perClass].map(([label, metrics]) => line(String(label), metrics)),
    line("macro", macro),
    line("weighted", weighted),
    ["accuracy", "", "", macro.accuracy.toFixed(3), countText(macro.support)],
  ]);
}

function line(name: string, { precision, recall, f1, support }: ClassMetrics): string[] {
  return [name, precision.toFixed(3), recall.toFixed(3), f1.toFixed(3), countText(support)];
}
