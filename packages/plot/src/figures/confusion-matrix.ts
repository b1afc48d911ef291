import type { ConfusionMatrix, Label } from "steepest/metrics";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { bandScale, levelTitle, namesAxis } from "../shared/axes.ts";
import { frame, specification } from "../shared/frame.ts";
import { count, formatNumber, formatPercent } from "../shared/numbers.ts";
import { fitText } from "../shared/text-width.ts";
import { requireSome } from "../shared/values.ts";

export interface ConfusionMatrixOptions extends FigureOptions {
  /** "none" writes counts, "actual" writes shares of each row. Default "none", with the shares below the counts. */
  normalize?: "none" | "actual";
}

// ink stays readable on the strongest cell: half of the series color, in light and dark
const strongest = 0.5;

/**
 * Counts of actual (rows) against predicted labels (columns); cells are as dark as their share of the row.
 *
 * @example
 * ```ts
 * import { confusionMatrix } from "@steepest/plot";
 * import { confusion } from "steepest/metrics";
 * const figure = confusionMatrix(confusion(["no", "no", "yes", "yes"], ["no", "yes", "yes", "yes"]));
 * figure.description; // "4 rows: 3 right (75.0 %), 1 wrong; most often no taken for yes (1)."
 * ```
 */
export function confusionMatrix<L extends Label>(
  matrix: ConfusionMatrix<L>,
  options: ConfusionMatrixOptions = {},
): Figure {
  const { normalize = "none" } = options;
  const labels = matrix.labels.map(String);
  const n = labels.length;
  requireSome("confusionMatrix", "labels", n);
  const width = options.width ?? Math.min(640, 190 + 90 * n);
  const { axis, left } = namesAxis(labels, width * 0.3);
  const box = frame(options, {
    owner: "confusionMatrix",
    title: "Confusion matrix",
    width,
    height: Math.min(640, 140 + (n === 2 ? 90 : 60) * n),
    margins: { left: left + 4, right: 12, top: 44, bottom: 12 },
  });
  const cells = matrix.counts.flatMap((row, actual) => {
    const total = row.reduce((sum, value) => sum + value, 0);
    return row.map((value, predicted) => ({ actual, predicted, count: value, share: total === 0 ? 0 : value / total }));
  });
  const cell = { width: box.width / n, height: box.height / n };
  const description = options.description ?? describe(labels, cells);
  const lines = cellTexts(normalize, cell);
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      data: [{ name: "cells", values: cells.map((c) => ({ ...c, opacity: strongest * c.share, ...lines(c) })) }],
      scales: [bandScale("x", n, [0, box.width], 0), bandScale("y", n, [0, box.height], 0)],
      axes: [{ ...axis, ...levelTitle("actual", box.padding.left) }, topAxis(labels, cell.width)],
      marks: [cellMark(box.theme.series[0]!, box.theme.grid), ...textMarks(box.theme.ink)],
    }),
    table: () =>
      cells.map((c) => ({
        actual: labels[c.actual]!,
        predicted: labels[c.predicted]!,
        count: c.count,
        "share of actual": c.share,
      })),
  });
}

interface Cell {
  readonly actual: number;
  readonly predicted: number;
  readonly count: number;
  readonly share: number;
}

function cellTexts(
  normalize: "none" | "actual",
  size: { width: number; height: number },
): (cell: Cell) => { main: string; second: string } {
  const roomy = size.width >= 52 && size.height >= 44;
  return ({ count: value, share }) => {
    const number = formatNumber(value);
    const percent = size.width < 44 ? `${Math.round(100 * share)}` : formatPercent(share);
    const [main, second] = normalize === "none" ? [number, percent] : [percent, number];
    return { main, second: roomy ? second : "" };
  };
}

function describe(labels: readonly string[], cells: readonly Cell[]): string {
  const total = cells.reduce((sum, c) => sum + c.count, 0);
  const right = cells.reduce((sum, c) => sum + (c.actual === c.predicted ? c.count : 0), 0);
  const mistakes = cells.filter((c) => c.actual !== c.predicted).sort((a, b) => b.count - a.count);
  const worst = mistakes[0];
  const head = `${count(total, "row")}: ${formatNumber(right)} right (${formatPercent(total === 0 ? 0 : right / total)}), ${formatNumber(total - right)} wrong`;
  if (worst === undefined || worst.count === 0) return `${head}.`;
  return `${head}; most often ${labels[worst.actual]} taken for ${labels[worst.predicted]} (${formatNumber(worst.count)}).`;
}

function topAxis(labels: readonly string[], room: number): JsonObject {
  const texts = JSON.stringify(labels.map((label) => fitText(label, room - 4)));
  return {
    orient: "top",
    scale: "x",
    domain: false,
    tickSize: 0,
    labelPadding: 6,
    labelLimit: 0,
    title: "predicted",
    titlePadding: 6,
    encode: { labels: { update: { text: { signal: `${texts}[datum.value]` } } } },
  };
}

function cellMark(color: string, border: string): JsonObject {
  return {
    type: "rect",
    from: { data: "cells" },
    encode: {
      enter: {
        x: { scale: "x", field: "predicted" },
        y: { scale: "y", field: "actual" },
        width: { scale: "x", band: 1 },
        height: { scale: "y", band: 1 },
        fill: { value: color },
        fillOpacity: { field: "opacity" },
        stroke: { value: border },
        strokeWidth: { value: 1 },
      },
    },
  };
}

function textMarks(ink: string): JsonObject[] {
  const line = (field: "main" | "second", dy: JsonObject, fontSize: number): JsonObject => ({
    type: "text",
    from: { data: "cells" },
    encode: {
      enter: {
        x: { scale: "x", field: "predicted", band: 0.5 },
        y: { scale: "y", field: "actual", band: 0.5 },
        dy,
        align: { value: "center" },
        baseline: { value: "middle" },
        text: { field },
        fill: { value: ink },
        fontSize: { value: fontSize },
        fontWeight: { value: field === "main" ? "bold" : "normal" },
      },
    },
  });
  return [line("main", { signal: "datum.second === '' ? 0 : -7" }, 14), line("second", { value: 10 }, 11)];
}
