// Curves over the unit square: ROC and precision-recall share all but their axes.
import type { Curve } from "steepest/metrics";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { axisMargins, bottomAxis, leftAxis, type NumericAxis, numericScale } from "./axes.ts";
import { frame, legendRowHeight, specification } from "./frame.ts";
import { lineLegend, seriesScales } from "./legend.ts";
import { lineMark } from "./marks.ts";
import { formatNumber, listWords } from "./numbers.ts";
import { widest } from "./text-width.ts";
import type { Theme } from "./theme.ts";
import { corners, thinCurve } from "./thin.ts";
import { requireSame, requireSome } from "./values.ts";

export interface RateCurves {
  readonly owner: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Heads of the columns of the table. */
  readonly columns: readonly [x: string, y: string];
  /** What the area is called in the legend, and in the sentence. */
  readonly area: readonly [short: string, long: string];
  /** The end of the sentence: "; guessing has 0.5". */
  readonly remark: string;
  /** How points are joined: by straight lines, or by steps that hold a value over the interval before it. */
  readonly join: "linear" | "steps";
  /** The corner that good curves leave free. */
  readonly legend: "lower right" | "lower left";
  /** Lines for comparison, behind the curves. */
  readonly background: (theme: Theme) => readonly JsonObject[];
}

export function rateCurves(curves: Readonly<Record<string, Curve>>, options: FigureOptions, kind: RateCurves): Figure {
  const { owner, columns, area } = kind;
  const names = Object.keys(curves);
  requireSome(owner, "curves", names.length);
  for (const name of names) requireSame(owner, [`x of "${name}"`, "y"], curves[name]!.x, curves[name]!.y);

  const x: NumericAxis = { label: kind.x, type: "linear", domain: [0, 1] };
  const y: NumericAxis = { label: kind.y, type: "linear", domain: [0, 1] };
  const inside = names.length <= 4;
  const legendRows = inside ? 0 : names.length;
  const box = frame(options, {
    owner,
    title: kind.title,
    width: 400,
    height: 400 + legendRowHeight * legendRows,
    margins: axisMargins(x, y),
    legendRows,
  });
  const areas = names.map((name) => `${formatNumber(curves[name]!.area)} (${name})`);
  const description = options.description ?? `${area[1]} ${listWords(areas)}${kind.remark}.`;
  const labels = names.map((name) => `${area[0]} ${formatNumber(curves[name]!.area)}: ${name}`);
  const points = names.flatMap((name, series) =>
    visiblePoints(curves[name]!, kind.join).map((point) => ({ series, ...point })),
  );
  const right = Math.max(0.12 * box.width, box.width - widest(labels, box.width, 12) - 34);
  const place = inside
    ? {
        x: kind.legend === "lower right" ? right : 0.05 * box.width,
        y: box.height - 12 - legendRowHeight * names.length,
        limit: 0.88 * box.width - 30,
      }
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
      marks: [
        ...kind.background(box.theme),
        lineMark({ x: "x", y: "y", ...(kind.join === "steps" ? { interpolate: "step-before" } : {}) }),
      ],
    }),
    table: () =>
      names.flatMap((name) =>
        curves[name]!.x.map((value, i) => ({
          curve: name,
          threshold: curves[name]!.thresholds[i]!,
          [columns[0]]: value,
          [columns[1]]: curves[name]!.y[i]!,
        })),
      ),
  });
}

/** From left to right; as many as a picture can show. On straight lines corners are enough, on steps every point counts. */
function visiblePoints({ x, y }: Curve, join: RateCurves["join"]): { x: number; y: number }[] {
  const kept = join === "linear" ? corners(x, y) : x.map((_, i) => i);
  const points = thinCurve(kept.map((i) => y[i]!)).map((k) => ({ x: x[kept[k]!]!, y: y[kept[k]!]! }));
  return x[0]! <= x.at(-1)! ? points : points.reverse();
}
