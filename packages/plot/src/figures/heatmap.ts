import type { ArrayLike } from "steepest";
import { OptionError } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { bandScale, namesAxis } from "../shared/axes.ts";
import { cellMarks, columnAxis, strongestCell } from "../shared/cells.ts";
import { extent } from "../shared/domain.ts";
import { frame, specification } from "../shared/frame.ts";
import { formatNumber } from "../shared/numbers.ts";
import { textWidth, widest } from "../shared/text-width.ts";
import type { Theme } from "../shared/theme.ts";
import { requireFinite, toMatrix } from "../shared/values.ts";

export interface HeatmapOptions extends FigureOptions {
  /** Default 1, 2, … */
  rows?: readonly string[];
  columns?: readonly string[];
  /** Write the number into every cell. Default: where it fits. */
  annotate?: boolean;
}

const keyHeight = 26;

/**
 * A matrix as colored cells, the first row on top. Without negative numbers cells are as dark as their value; with them, color
 * says the sign and darkness the magnitude, both on one scale. Cells too small for their number get a key instead.
 *
 * @throws ShapeError unless z has two axes; OptionError when the names do not match it; DataError for NaN and ∞.
 *
 * @example
 * ```ts
 * import { heatmap } from "@steepest/plot";
 * const figure = heatmap([[1, 0.5], [0.5, 1]], { rows: ["age", "bmi"], columns: ["age", "bmi"] });
 * figure.description; // "2 rows and 2 columns; lowest 0.5 (age, bmi), highest 1 (age, age)."
 * ```
 */
export function heatmap(z: ArrayLike, options: HeatmapOptions = {}): Figure {
  const { values, shape } = toMatrix("heatmap", "z", z);
  requireFinite("heatmap", "z", values);
  const [n, m] = shape;
  const rows = namesOf("rows", options.rows, n);
  const columns = namesOf("columns", options.columns, m);
  const texts = values.map((value) => formatNumber(value, 3));
  const number = Math.max(...texts.map((text) => textWidth(text)));

  const width = options.width ?? Math.min(640, 150 + Math.max(34, number + 12) * m);
  const { axis, left } = namesAxis(rows, width * 0.3);
  // one size of cell decides whether numbers fit, before the frame is known
  const cellWidth = (width - left - 12) / m;
  const annotate = options.annotate ?? (cellWidth >= number + 4 && n <= 24);
  const box = frame(options, {
    owner: "heatmap",
    title: "Heat map",
    width,
    height: { plot: n * Math.max(annotate ? 24 : 4, Math.min(44, cellWidth)) },
    margins: { left, right: 12, top: 24 + (annotate ? 0 : keyHeight), bottom: 12 },
  });
  const [low, high] = extent(values);
  const strength = scaleOf(low, high);
  const at = (k: number) => `${rows[Math.floor(k / m)]}, ${columns[k % m]}`;
  const [first, last] = [values.indexOf(low), values.indexOf(high)];
  const description =
    options.description ??
    `${n} rows and ${m} columns; lowest ${formatNumber(low)} (${at(first)}), highest ${formatNumber(high)} (${at(last)}).`;
  const cells = values.map((value, k) => ({
    row: Math.floor(k / m),
    column: k % m,
    ...strength(value),
    text: annotate ? texts[k]! : "",
  }));
  const topNames = columnAxis(columns, box.width / m);
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      data: [{ name: "cells", values: cells }],
      scales: [bandScale("x", m, [0, box.width], 0), bandScale("y", n, [0, box.height], 0)],
      axes: [axis, m <= 40 ? topNames : { ...topNames, labels: false }],
      marks: [
        ...cellMarks(box.theme, 11),
        ...(annotate ? [] : keyMarks(box.theme, [low, high], strength, 8 - left, -24 - keyHeight)),
      ],
    }),
    table: () => values.map((value, k) => ({ row: rows[Math.floor(k / m)]!, column: columns[k % m]!, value })),
  });
}

function namesOf(option: "rows" | "columns", names: readonly string[] | undefined, n: number): readonly string[] {
  if (names === undefined) return Array.from({ length: n }, (_, i) => String(i + 1));
  if (names.length === n) return names;
  throw new OptionError(`heatmap: ${option} has ${names.length} names, and z has ${n} ${option}. Pass one for each.`, {
    code: "invalid-option",
    option,
  });
}

type Strength = (value: number) => { readonly series: 0 | 1; readonly opacity: number };

/** From paper at the lowest (or at zero, when there are negative numbers) to the strongest color. */
function scaleOf(low: number, high: number): Strength {
  if (low >= 0) {
    const range = high - low || 1;
    return (value) => ({ series: 0, opacity: strongestCell * (high === low ? 0.5 : (value - low) / range) });
  }
  const size = Math.max(-low, Math.abs(high));
  return (value) => ({ series: value < 0 ? 1 : 0, opacity: (strongestCell * Math.abs(value)) / size });
}

/** Nine swatches between the lowest and the highest number. */
function keyMarks(
  theme: Theme,
  [low, high]: readonly [number, number],
  strength: Strength,
  x: number,
  y: number,
): JsonObject[] {
  const labels = [formatNumber(low, 3), formatNumber(high, 3)] as const;
  const start = x + widest([labels[0]], 90) + 6;
  const swatch = 14;
  const swatches = Array.from({ length: 9 }, (_, i): JsonObject => {
    const { series, opacity } = strength(low + ((high - low) * i) / 8);
    return {
      type: "rect",
      encode: {
        enter: {
          x: { value: start + swatch * i },
          y: { value: y },
          width: { value: swatch },
          height: { value: swatch },
          fill: { value: theme.series[series]! },
          fillOpacity: { value: opacity },
          stroke: { value: theme.grid },
        },
      },
    };
  });
  const label = (text: string, at: number): JsonObject => ({
    type: "text",
    encode: {
      enter: { x: { value: at }, y: { value: y + swatch / 2 }, baseline: { value: "middle" }, text: { value: text } },
    },
  });
  return [...swatches, label(labels[0], x), label(labels[1], start + 9 * swatch + 6)];
}
