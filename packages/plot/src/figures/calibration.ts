import type { CalibrationPoint } from "steepest/metrics";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import { lineChart } from "../shared/line-chart.ts";
import { ruleMark } from "../shared/marks.ts";
import { count, formatNumber } from "../shared/numbers.ts";
import { requireFinite, requireSome } from "../shared/values.ts";

/**
 * Said against seen: the share of positives over the mean predicted probability, one point per bin, larger where more rows are.
 * On the dashed diagonal a probability of 0.7 comes true 7 times out of 10. The points are those of `calibrationCurve`.
 *
 * @throws DataError when there is no point, or one is not finite.
 *
 * @example
 * ```ts
 * import { calibration } from "@steepest/plot";
 * const figure = calibration([{ predicted: 0.2, observed: 0.1, count: 30 }, { predicted: 0.8, observed: 0.9, count: 10 }]);
 * figure.description; // "40 rows in 2 bins; said and seen differ by 0.1 on average, most at 0.2 (seen 0.1)."
 * ```
 */
export function calibration(points: readonly CalibrationPoint[], options: FigureOptions = {}): Figure {
  requireSome("calibration", "points", points.length);
  for (const field of ["predicted", "observed", "count"] as const) {
    requireFinite(
      "calibration",
      field,
      points.map((point) => point[field]),
    );
  }
  const rows = points.reduce((sum, point) => sum + point.count, 0);
  const gap = ({ predicted, observed }: CalibrationPoint) => Math.abs(predicted - observed);
  const mean = points.reduce((sum, point) => sum + point.count * gap(point), 0) / rows;
  const worst = points.reduce((most, point) => (gap(point) > gap(most) ? point : most));
  const most = Math.max(...points.map((point) => point.count));
  const { title, spec } = lineChart(options, {
    owner: "calibration",
    title: "Calibration",
    width: 400,
    height: 300,
    x: { label: "predicted probability", type: "linear", domain: [0, 1] },
    y: { label: "share of positives", type: "linear", domain: [0, 1] },
    series: [
      {
        label: "model",
        points: points.map(({ predicted, observed, count: n }) => ({
          x: predicted,
          y: observed,
          size: 24 + (170 * n) / most,
        })),
      },
    ],
    background: (theme) => [ruleMark(theme, [0, 0], [1, 1])],
  });
  const description =
    options.description ??
    `${count(rows, "row")} in ${count(points.length, "bin")}; said and seen differ by ${formatNumber(mean, 2)} on average, most at ${formatNumber(worst.predicted, 2)} (seen ${formatNumber(worst.observed, 2)}).`;
  return makeFigure({
    title,
    description,
    spec: spec(description),
    table: () => points.map(({ predicted, observed, count: n }) => ({ predicted, observed, rows: n })),
  });
}
