import type { Curve } from "steepest/metrics";
import type { Figure, FigureOptions } from "../figure.ts";
import { ruleMark } from "../shared/marks.ts";
import { rateCurves } from "../shared/rate-curves.ts";

/**
 * Receiver operating characteristic: recall against the false positive rate, one curve per name, areas in the legend.
 * The dashed diagonal is guessing (area ½).
 *
 * @throws DataError when there is no curve; ShapeError when `x` and `y` of a curve differ in length.
 *
 * @example
 * ```ts
 * import { roc } from "@steepest/plot";
 * const curve = { x: [0, 0, 0.5, 0.5, 1], y: [0, 0.5, 0.5, 1, 1], thresholds: [Infinity, 0.8, 0.4, 0.35, 0.1], area: 0.75 };
 * roc({ logistic: curve }).description; // "Area under the curve 0.75 (logistic); guessing has 0.5."
 * ```
 */
export function roc(curves: Readonly<Record<string, Curve>>, options: FigureOptions = {}): Figure {
  return rateCurves(curves, options, {
    owner: "roc",
    title: "ROC curve",
    x: "false positive rate",
    y: "recall (true positive rate)",
    columns: ["false positive rate", "recall"],
    area: ["AUC", "Area under the curve"],
    remark: "; guessing has 0.5",
    join: "linear",
    legend: "lower right",
    background: (theme) => [ruleMark(theme, [0, 0], [1, 1])],
  });
}
