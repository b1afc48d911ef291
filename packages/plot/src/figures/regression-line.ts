import type { ArrayLike, NDArray } from "steepest";
import { ShapeError } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { axisMargins, bottomAxis, leftAxis, type NumericAxis, numericScale } from "../shared/axes.ts";
import { extent, niceDomain } from "../shared/domain.ts";
import { frame, specification } from "../shared/frame.ts";
import { dotMark } from "../shared/marks.ts";
import { count, formatNumber } from "../shared/numbers.ts";
import type { Theme } from "../shared/theme.ts";
import { everyKth } from "../shared/thin.ts";
import { requireFinite, requireSame, requireSome, toNumbers } from "../shared/values.ts";

export interface RegressionLineOptions extends FigureOptions {
  /** Draw the distance of each point to the line. Default true. */
  residuals?: boolean;
  /** Default "x" and "y". */
  xLabel?: string;
  yLabel?: string;
}

/**
 * Points, the fitted curve through them, and the residual of each point. One feature: X is "n 1" or "n".
 *
 * @throws ShapeError when X has more than one column, or not as many rows as y.
 *
 * @example
 * ```ts
 * import { regressionLine } from "@steepest/plot";
 * import { linearRegression } from "steepest/models";
 * const X = [[1], [2], [3]];
 * const y = [2, 4, 7];
 * regressionLine(X, y, linearRegression().fit(X, y)).toTable().length; // 3
 * ```
 */
export function regressionLine(
  X: ArrayLike,
  y: ArrayLike,
  model: { predict(X: ArrayLike): NDArray },
  options: RegressionLineOptions = {},
): Figure {
  const { residuals = true, xLabel = "x", yLabel = "y" } = options;
  const xs = toNumbers(X);
  const ys = toNumbers(y);
  requireSome("regressionLine", "points", ys.length);
  requireOneFeature(xs.length, ys.length);
  requireSame("regressionLine", ["X", "y"], xs, ys);
  requireFinite("regressionLine", "X", xs);
  requireFinite("regressionLine", "y", ys);
  const fitted = toNumbers(model.predict(xs.map((x) => [x])));

  const xAxis: NumericAxis = { label: xLabel, type: "linear", domain: niceDomain(xs) };
  const [low, high] = extent(xs);
  const grid = Array.from({ length: 101 }, (_, i) => low + ((high - low) * i) / 100);
  const line = toNumbers(model.predict(grid.map((x) => [x])));
  const yAxis: NumericAxis = { label: yLabel, type: "linear", domain: niceDomain(ys, line) };
  const box = frame(options, {
    owner: "regressionLine",
    title: "Fit and residuals",
    width: 560,
    height: 360,
    margins: axisMargins(xAxis, yAxis),
  });
  const rmse = Math.sqrt(ys.reduce((sum, value, i) => sum + (value - fitted[i]!) ** 2, 0) / ys.length);
  const description =
    options.description ??
    `${count(ys.length, "point")} and the fit, from (${formatNumber(low)}, ${formatNumber(line[0]!)}) to (${formatNumber(high)}, ${formatNumber(line[100]!)}); root mean squared residual ${formatNumber(rmse)}.`;
  const shown = everyKth(ys.length);
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      data: [
        { name: "points", values: shown.map((i) => ({ x: xs[i]!, y: ys[i]!, fit: fitted[i]! })) },
        { name: "line", values: grid.map((x, i) => ({ x, y: line[i]! })) },
      ],
      scales: [numericScale("x", xAxis, [0, box.width]), numericScale("y", yAxis, [box.height, 0])],
      axes: [leftAxis(yAxis, box.height, box.padding.left), bottomAxis(xAxis, box.width)],
      marks: [
        ...(residuals ? [residualMark(box.theme)] : []),
        dotMark(box.theme, { opacity: 0.35, size: ys.length > 300 ? 16 : 36 }),
        fitMark(box.theme),
      ],
    }),
    table: () => xs.map((x, i) => ({ [xLabel]: x, actual: ys[i]!, fitted: fitted[i]!, residual: ys[i]! - fitted[i]! })),
  });
}

function requireOneFeature(entries: number, rows: number): void {
  const columns = entries / rows;
  if (columns <= 1 || !Number.isInteger(columns)) return;
  throw new ShapeError(
    `regressionLine: X has ${columns} columns, but a line is drawn over one feature. Pass one column, or use predictedActual.`,
    { code: "one-feature", operation: "regressionLine", shapes: [[rows, columns], [rows]] },
  );
}

function residualMark(theme: Theme): JsonObject {
  return {
    type: "rule",
    from: { data: "points" },
    encode: {
      enter: {
        x: { scale: "x", field: "x" },
        y: { scale: "y", field: "y" },
        y2: { scale: "y", field: "fit" },
        stroke: { value: theme.muted },
        strokeWidth: { value: 1 },
        strokeOpacity: { value: 0.6 },
      },
    },
  };
}

function fitMark(theme: Theme): JsonObject {
  return {
    type: "line",
    from: { data: "line" },
    encode: {
      enter: {
        x: { scale: "x", field: "x" },
        y: { scale: "y", field: "y" },
        stroke: { value: theme.series[1]! },
        strokeWidth: { value: 2.5 },
      },
    },
  };
}
