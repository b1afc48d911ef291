import type { Curve } from "steepest/metrics";
import type { Figure, FigureOptions } from "../figure.ts";
import { rateCurves } from "../shared/rate-curves.ts";

/**
 * Precision against recall, one curve per name, average precision in the legend: the view for rare positives.
 * Drawn as steps, whose area is the average precision; straight lines between the points would promise more.
 *
 * @throws DataError when there is no curve; ShapeError when `x` and `y` of a curve differ in length.
 *
 * @example
 * ```ts
 * import { precisionRecall } from "@steepest/plot";
 * import { precisionRecallCurve } from "steepest/metrics";
 * const curve = precisionRecallCurve(["no", "no", "yes", "yes"], [0.1, 0.4, 0.35, 0.8], { positive: "yes" });
 * precisionRecall({ logistic: curve }).description; // "Average precision 0.8333 (logistic)."
 * ```
 */
export function precisionRecall(curves: Readonly<Record<string, Curve>>, options: FigureOptions = {}): Figure {
  return rateCurves(curves, options, {
    owner: "precisionRecall",
    title: "Precision and recall",
    x: "recall",
    y: "precision",
    columns: ["recall", "precision"],
    area: ["AP", "Average precision"],
    remark: "",
    join: "steps",
    legend: "lower left",
    background: () => [],
  });
}
