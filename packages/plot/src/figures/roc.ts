import type { Curve } from "steepest/metrics";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import { axisMargins, bottomAxis, leftAxis, type NumericAxis, numericScale } from "../shared/axes.ts";
import { frame, specification } from "../shared/frame.ts";
import { lineLegend, seriesScales } from "../shared/legend.ts";
import { lineMark, ruleMark } from "../shared/marks.ts";
import { formatNumber, listWords } from "../shared/numbers.ts";
import { corners, thinCurve } from "../shared/thin.ts";
import { requireSame, requireSome } from "../shared/values.ts";

const x: NumericAxis = { label: "false positive rate", type: "linear", domain: [0, 1] };
const y: NumericAxis = { label: "recall (true positive rate)", type: "linear", domain: [0, 1] };

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
  const names = Object.keys(curves);
  requireSome("roc", "curves", names.length);
  for (const name of names) requireSame("roc", [`x of "${name}"`, "y"], curves[name]!.x, curves[name]!.y);

  const inside = names.length <= 4;
  const box = frame(options, {
    owner: "roc",
    title: "ROC curve",
    width: 400,
    height: 400 + (inside ? 0 : 18 * names.length),
    margins: axisMargins(x, y),
    legendRows: inside ? 0 : names.length,
  });
  const areas = names.map((name) => `${formatNumber(curves[name]!.area)} (${name})`);
  const description = options.description ?? `Area under the curve ${listWords(areas)}; guessing has 0.5.`;
  const labels = names.map((name) => `AUC ${formatNumber(curves[name]!.area)}: ${name}`);
  const points = names.flatMap((name, series) => {
    const curve = curves[name]!;
    const kept = corners(curve.x, curve.y);
    return thinCurve(kept.map((i) => curve.y[i]!)).map((k) => ({
      series,
      x: curve.x[kept[k]!]!,
      y: curve.y[kept[k]!]!,
    }));
  });
  // curves of models that learned something leave the lower right corner free
  const place = inside
    ? { x: box.width * 0.3, y: box.height - 14 - 18 * names.length, limit: box.width * 0.7 - 30 }
    : { x: 8 - box.padding.left, y: box.legendTop, limit: box.width };
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      data: [{ name: "points", values: points }],
      scales: [
        numericScale("x", x, [0, box.width]),
        numericScale("y", y, [box.height, 0]),
        ...seriesScales(names.length, box.theme),
      ],
      axes: [leftAxis(y, box.height, box.padding.left), bottomAxis(x, box.width)],
      legends: [lineLegend(labels, place)],
      marks: [ruleMark(box.theme, [0, 0], [1, 1]), lineMark({ x: "x", y: "y" })],
    }),
    table: names.flatMap((name) =>
      curves[name]!.x.map((rate, i) => ({
        curve: name,
        threshold: curves[name]!.thresholds[i]!,
        "false positive rate": rate,
        recall: curves[name]!.y[i]!,
      })),
    ),
  });
}
