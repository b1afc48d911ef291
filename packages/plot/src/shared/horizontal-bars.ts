// Bars to the left and right of zero, one row per name, the value at the end of each bar.
import type { FigureOptions } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { bandScale, namesAxis } from "./axes.ts";
import { frame, specification } from "./frame.ts";
import { barLegend, seriesScales } from "./legend.ts";
import { widest } from "./text-width.ts";

export interface BarRow {
  /** Position of the name, from the top. */
  readonly row: number;
  readonly series: number;
  readonly value: number;
  /** The value as it is written. */
  readonly text: string;
}

export interface BarsNeeds {
  readonly owner: string;
  readonly title: string;
  readonly names: readonly string[];
  /** Names of the series; a legend appears for two or more. */
  readonly series: readonly string[];
  readonly rows: readonly BarRow[];
  /** Ends of the axis; default: the data with zero. */
  readonly domain?: readonly [number, number];
}

const barHeight = 14;
const groupedBarHeight = 13; // what the numbers beside them need
const gap = 6;

/** The title, and the specification for a description: the sentence of a figure is written after its title is known. */
export function horizontalBars(
  options: FigureOptions,
  needs: BarsNeeds,
): { readonly title: string; readonly spec: (description: string) => JsonObject } {
  const { names, series, rows, owner, title } = needs;
  const width = options.width ?? 560;
  const { axis, left } = namesAxis(names, width * 0.42);
  const legendRows = series.length > 1 ? series.length : 0;
  const perRow = series.length === 1 ? barHeight + gap : groupedBarHeight * series.length + 2 * gap;
  const box = frame(options, {
    owner,
    title,
    width,
    height: { plot: names.length * perRow },
    margins: { left, right: 8, top: 8, bottom: 8 },
    legendRows,
  });
  const values = rows.map((row) => row.value);
  const domain = needs.domain ?? [Math.min(0, ...values), Math.max(0, ...values)];
  const room =
    widest(
      rows.map((row) => row.text),
      90,
      10,
    ) + 6;
  const range = [domain[0] < 0 ? room : 0, box.width - (domain[1] > 0 ? room : 0)] as const;
  const spec = (description: string) =>
    specification(box, description, {
      data: [{ name: "bars", values: rows.map((row) => ({ ...row })) }],
      scales: [
        {
          name: "x",
          type: "linear",
          domain: domain[0] === domain[1] ? [0, 1] : [...domain],
          range: [...range],
          zero: true,
        },
        bandScale("y", names.length, [0, box.height], 0.22),
        { ...bandScale("within", series.length, [0, 1], 0), range: { signal: "[0, bandwidth('y')]" } },
        ...seriesScales(series.length, box.theme),
      ],
      axes: [axis],
      legends:
        legendRows > 0 ? [barLegend(series, { x: 8 - box.padding.left, y: box.legendTop, limit: width - 40 })] : [],
      marks: [barMark, valueMark(box.theme.ink), zeroMark(box.theme.muted, box.height)],
    });
  return { title: box.title, spec };
}

const vertical = { scale: "y", field: "row", offset: { scale: "within", field: "series" } };

const barMark: JsonObject = {
  type: "rect",
  from: { data: "bars" },
  encode: {
    enter: {
      x: { scale: "x", value: 0 },
      x2: { scale: "x", field: "value" },
      y: vertical,
      height: { scale: "within", band: 1 },
      fill: { scale: "color", field: "series" },
    },
  },
};

function valueMark(ink: string): JsonObject {
  return {
    type: "text",
    from: { data: "bars" },
    encode: {
      enter: {
        x: { scale: "x", field: "value", offset: { signal: "datum.value < 0 ? -4 : 4" } },
        y: vertical,
        dy: { signal: "bandwidth('within') / 2" },
        align: { signal: "datum.value < 0 ? 'right' : 'left'" },
        baseline: { value: "middle" },
        text: { field: "text" },
        fill: { value: ink },
        fontSize: { value: 10 },
      },
    },
  };
}

function zeroMark(color: string, height: number): JsonObject {
  return {
    type: "rule",
    encode: {
      enter: {
        x: { scale: "x", value: 0 },
        x2: { scale: "x", value: 0 },
        y: { value: 0 },
        y2: { value: height },
        stroke: { value: color },
        strokeWidth: { value: 1 },
      },
    },
  };
}
