// Several series of points over two numeric axes: lines with symbols, bands around them, a legend above or names at the ends.
import type { FigureOptions } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { axisMargins, bottomAxis, leftAxis, type NumericAxis, numericScale } from "./axes.ts";
import { type Frame, frame, legendRowHeight, specification } from "./frame.ts";
import { lineLegend, seriesScales } from "./legend.ts";
import { fitText, widest } from "./text-width.ts";
import type { Theme } from "./theme.ts";

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  /** Ends of the band around the line. */
  readonly low?: number;
  readonly high?: number;
  /** Area of the symbol in square pixels. Default 36. */
  readonly size?: number;
}

export interface LineSeries {
  readonly label: string;
  readonly points: readonly LinePoint[];
}

export interface LineChartNeeds {
  readonly owner: string;
  readonly title: string;
  readonly x: NumericAxis;
  readonly y: NumericAxis;
  /** x falls to the right. Default false. */
  readonly falling?: boolean;
  readonly series: readonly LineSeries[];
  /** A symbol on every point. Default true. */
  readonly symbols?: boolean;
  /** Where the names stand: in a legend above (default; none for a single series), or at the right ends of the lines. */
  readonly names?: "legend" | "ends" | "none";
  readonly width?: number;
  /** Of the plot area. Default 270. */
  readonly height?: number;
  /** Marks behind the lines. */
  readonly background?: (theme: Theme) => readonly JsonObject[];
}

const lineHeight = 13;

/** The title, and the specification for a description. */
export function lineChart(
  options: FigureOptions,
  needs: LineChartNeeds,
): { readonly title: string; readonly spec: (description: string) => JsonObject } {
  const { owner, title, x, y, series, symbols = true, falling = false } = needs;
  const names = needs.names ?? (series.length > 1 ? "legend" : "none");
  const labels = series.map(({ label }) => label);
  const legendRows = names === "legend" ? labels.length : 0;
  const outer = options.width ?? needs.width ?? 560;
  const endRoom = names === "ends" ? widest(labels, outer * 0.28) + 14 : 0;
  const margins = axisMargins(x, y);
  const box = frame(options, {
    owner,
    title,
    width: outer,
    height: margins.top + margins.bottom + 30 + (needs.height ?? 270) + legendRowHeight * legendRows,
    margins: { ...margins, right: Math.max(margins.right, endRoom) },
    legendRows,
  });
  const left = box.padding.left;
  const points = series.flatMap((one, i) => one.points.map((point) => ({ series: i, ...point })));
  const hasBands = points.some(({ low }) => low !== undefined);
  const spec = (description: string) =>
    specification(box, description, {
      data: [
        { name: "points", values: points.map(toJson) },
        ...(names === "ends" ? [{ name: "ends", values: endLabels(series, y, box, endRoom - 10) }] : []),
      ],
      scales: [
        numericScale("x", x, falling ? [box.width, 0] : [0, box.width]),
        numericScale("y", y, [box.height, 0]),
        ...seriesScales(series.length, box.theme),
      ],
      axes: [leftAxis(y, box.height, left), bottomAxis(x, box.width)],
      legends: legendRows > 0 ? [lineLegend(labels, { x: 8 - left, y: box.legendTop, limit: outer - 60 })] : [],
      marks: [
        ...(needs.background?.(box.theme) ?? []),
        clipped(box, seriesMarks(hasBands, symbols)),
        ...(names === "ends" ? [endMark(box.width)] : []),
      ],
    });
  return { title: box.title, spec };
}

const toJson = ({ series, x, y, low, high, size = 36 }: LinePoint & { series: number }): JsonObject => ({
  series,
  x,
  y,
  size,
  ...(low === undefined || high === undefined ? {} : { low, high }),
});

/** Symbols at the rim are drawn whole; lines that leave the plane are cut off a few pixels outside of it. */
function clipped({ width, height }: Frame, marks: readonly JsonObject[]): JsonObject {
  const rim = 5;
  const path = `M${-rim},${-rim}h${width + 2 * rim}v${height + 2 * rim}h${-(width + 2 * rim)}Z`;
  return {
    type: "group",
    clip: { path },
    encode: { enter: { width: { value: width }, height: { value: height } } },
    from: { facet: { name: "one", data: "points", groupby: "series" } },
    marks: [...marks],
  };
}

const position: JsonObject = { x: { scale: "x", field: "x" }, y: { scale: "y", field: "y" } };
const color: JsonObject = { scale: "color", field: "series" };

function seriesMarks(hasBands: boolean, symbols: boolean): readonly JsonObject[] {
  const from = { data: "one" };
  const band: JsonObject = {
    type: "area",
    from,
    encode: {
      enter: {
        x: { scale: "x", field: "x" },
        y: { scale: "y", field: "low" },
        y2: { scale: "y", field: "high" },
        fill: color,
        fillOpacity: { value: 0.18 },
      },
    },
  };
  const line: JsonObject = {
    type: "line",
    from,
    encode: {
      enter: {
        ...position,
        stroke: color,
        strokeDash: { scale: "dash", field: "series" },
        strokeWidth: { value: 2.25 },
        strokeJoin: { value: "round" },
      },
    },
  };
  const symbol: JsonObject = {
    type: "symbol",
    from,
    encode: {
      enter: { ...position, shape: { scale: "symbol", field: "series" }, size: { field: "size" }, fill: color },
    },
  };
  return [...(hasBands ? [band] : []), line, ...(symbols ? [symbol] : [])];
}

/** Names beside the last points, moved apart where they would meet, and kept inside of the plane. */
function endLabels(series: readonly LineSeries[], y: NumericAxis, { height }: Frame, room: number): JsonObject[] {
  const [low, high] = y.domain;
  const labels = series
    .map(({ label, points }, i) => {
      const at = height * (1 - (points[points.length - 1]!.y - low) / (high - low));
      return { series: i, at, text: fitText(label, room) };
    })
    .sort((a, b) => a.at - b.at);
  for (let k = 1; k < labels.length; k++) labels[k]!.at = Math.max(labels[k]!.at, labels[k - 1]!.at + lineHeight);
  let limit = height;
  for (let k = labels.length - 1; k >= 0; k--, limit -= lineHeight) labels[k]!.at = Math.min(labels[k]!.at, limit);
  return labels;
}

function endMark(x: number): JsonObject {
  return {
    type: "text",
    from: { data: "ends" },
    encode: {
      enter: {
        x: { value: x + 8 },
        y: { field: "at" },
        baseline: { value: "middle" },
        text: { field: "text" },
      },
    },
  };
}
