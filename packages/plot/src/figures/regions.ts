import type { ArrayLike, NDArray } from "steepest";
import { ShapeError } from "steepest";
import type { Label } from "steepest/metrics";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { axisMargins, bottomAxis, leftAxis, type NumericAxis, numericScale } from "../shared/axes.ts";
import { extent, niceDomain } from "../shared/domain.ts";
import { type Frame, frame, legendRowHeight, specification } from "../shared/frame.ts";
import { seriesScales, symbolLegend } from "../shared/legend.ts";
import { count, formatPercent } from "../shared/numbers.ts";
import { cellCenters, gridOf } from "../shared/surface.ts";
import type { Theme } from "../shared/theme.ts";
import { everyKth } from "../shared/thin.ts";
import { requireFinite, requireSame, requireSome, toMatrix, toNumbers } from "../shared/values.ts";

export interface RegionsOptions extends FigureOptions {
  /** Names of the two features. Default "x₁" and "x₂". */
  xLabel?: string;
  yLabel?: string;
}

/** What is asked of a classifier of points in the plane. */
export interface PlaneClassifier<L extends Label> {
  /** In the order of the columns of `decisionFunction`; for two classes it is positive for the later one. */
  readonly classes: readonly L[];
  decisionFunction(X: ArrayLike): NDArray;
  predict(X: ArrayLike): L[];
}

const cells = 90; // per side: a boundary that wiggles stays smooth
const tint = 0.2;

/**
 * Where a classifier of two features says which class, with the points that it is judged on; wrong ones have a ring.
 *
 * Boundaries are where two scores of `decisionFunction` meet. Cost: one call of it with 8,464 rows.
 * @throws ShapeError when X does not have two columns, or not as many rows as y.
 *
 * @example
 * ```ts
 * import { regions } from "@steepest/plot";
 * import { logisticRegression } from "steepest/models";
 * const X = [[0, 0], [1, 0], [2, 2], [3, 1]];
 * const y = ["no", "no", "yes", "yes"];
 * const figure = regions(logisticRegression({ l2: 0.01 }).fit(X, y), X, y);
 * figure.description; // "Regions of 2 classes (no, yes) and 4 points, 0 of them in the wrong region (0.0 %)."
 * ```
 */
export function regions<L extends Label>(
  model: PlaneClassifier<L>,
  X: ArrayLike,
  y: readonly L[],
  options: RegionsOptions = {},
): Figure {
  const { values, shape } = toMatrix("regions", "X", X);
  if (shape[1] !== 2) {
    throw new ShapeError(
      `regions: X has ${count(shape[1], "column")}, but regions are drawn in the plane of two features. Fit the model on two of them.`,
      { code: "not-planar", operation: "regions", shapes: [[...shape]] },
    );
  }
  requireFinite("regions", "X", values);
  const points = y.map((_, i) => [values[2 * i]!, values[2 * i + 1]!] as const);
  requireSame("regions", ["X", "y"], Array(shape[0]), y);
  requireSome("regions", "points", y.length);
  const predicted = model.predict(points);

  const { classes } = model;
  const x = axisOf(
    options.xLabel ?? "x₁",
    points.map(([first]) => first),
  );
  const yAxis = axisOf(
    options.yLabel ?? "x₂",
    points.map(([, second]) => second),
  );
  const labels = classes.map(String);
  const box = frame(options, {
    owner: "regions",
    title: "Decision regions",
    width: 520,
    height: 400 + legendRowHeight * labels.length,
    margins: axisMargins(x, yAxis),
    legendRows: labels.length,
  });
  const left = box.padding.left;
  const wrong = predicted.filter((label, i) => label !== y[i]).length;
  const description =
    options.description ??
    `Regions of ${classes.length} classes (${labels.join(", ")}) and ${count(y.length, "point")}, ${wrong} of them in the wrong region (${formatPercent(wrong / y.length)}).`;
  const margins = classMargins(model, cellCenters({ x: x.domain, y: yAxis.domain }, cells));
  const shown = everyKth(y.length).map((i) => ({
    x: points[i]![0],
    y: points[i]![1],
    series: classes.indexOf(y[i]!),
    wrong: predicted[i] !== y[i],
  }));
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      data: [
        ...margins.flatMap((margin, k) => regionData(k + 1, margin, box)),
        { name: "points", values: shown },
        { name: "mistakes", source: "points", transform: [{ type: "filter", expr: "datum.wrong" }] },
      ],
      scales: [
        numericScale("x", x, [0, box.width]),
        numericScale("y", yAxis, [box.height, 0]),
        ...seriesScales(classes.length, box.theme),
      ],
      axes: [{ ...leftAxis(yAxis, box.height, left), grid: false }, bottomAxis(x, box.width)],
      legends: [symbolLegend(labels, { x: 8 - left, y: box.legendTop, limit: box.width + left - 60 })],
      marks: [
        wholePlane(box),
        ...margins.flatMap((_, k) => regionMarks(k + 1, box.theme)),
        pointMark(y.length > 300 ? 22 : 36),
        mistakeMark(box.theme, y.length > 300 ? 90 : 130),
      ],
    }),
    table: () =>
      points.map(([first, second], i) => ({
        [x.label]: first,
        [yAxis.label]: second,
        actual: y[i]!,
        predicted: predicted[i]!,
      })),
  });
}

function axisOf(label: string, values: readonly number[]): NumericAxis {
  const [low, high] = extent(values);
  const margin = 0.05 * (high - low);
  return { label, type: "linear", domain: niceDomain([low - margin, high + margin]) };
}

/** Of each class but the first: how far its score is above the best other one. Positive inside of its region. */
function classMargins<L extends Label>(
  model: PlaneClassifier<L>,
  at: readonly (readonly [number, number])[],
): number[][] {
  const scores = model.decisionFunction(at);
  const values = toNumbers(scores);
  if (scores.ndim === 1) return [values];
  const k = model.classes.length;
  return Array.from({ length: k - 1 }, (_, c) =>
    at.map((_, i) => {
      const row = values.slice(i * k, (i + 1) * k);
      return row[c + 1]! - Math.max(...row.filter((_, other) => other !== c + 1));
    }),
  );
}

function regionData(k: number, margin: readonly number[], box: Frame): JsonObject[] {
  return [
    { name: `scores${k}`, values: [{ grid: gridOf(cells, margin, box) }] },
    {
      name: `region${k}`,
      source: `scores${k}`,
      transform: [{ type: "isocontour", field: "grid", thresholds: [0] }],
    },
  ];
}

/** The first class lies under the others. */
function wholePlane({ width, height, theme }: Frame): JsonObject {
  return {
    type: "rect",
    encode: {
      enter: {
        width: { value: width },
        height: { value: height },
        fill: { value: theme.series[0]! },
        fillOpacity: { value: tint },
      },
    },
  };
}

/** Paper, then a tint on it: the same as one opaque mixed color, so that colors of regions do not add up. */
function regionMarks(k: number, { paper, ink, series }: Theme): JsonObject[] {
  const shape = (enter: JsonObject): JsonObject => ({
    type: "path",
    clip: true,
    from: { data: `region${k}` },
    encode: { enter },
    transform: [{ type: "geopath", field: "datum.contour" }],
  });
  return [
    shape({ fill: { value: paper } }),
    shape({
      fill: { value: series[k % series.length]! },
      fillOpacity: { value: tint },
      stroke: { value: ink },
      strokeWidth: { value: 1.5 },
    }),
  ];
}

const position: JsonObject = { x: { scale: "x", field: "x" }, y: { scale: "y", field: "y" } };

function pointMark(size: number): JsonObject {
  const color = { scale: "color", field: "series" };
  return {
    type: "symbol",
    from: { data: "points" },
    encode: {
      enter: {
        ...position,
        shape: { scale: "symbol", field: "series" },
        size: { value: size },
        fill: color,
        fillOpacity: { value: 0.55 },
        stroke: color,
        strokeWidth: { value: 1 },
      },
    },
  };
}

function mistakeMark({ ink }: Theme, size: number): JsonObject {
  return {
    type: "symbol",
    from: { data: "mistakes" },
    encode: {
      enter: {
        ...position,
        size: { value: size },
        fill: { value: "transparent" },
        stroke: { value: ink },
        strokeWidth: { value: 1.25 },
      },
    },
  };
}
