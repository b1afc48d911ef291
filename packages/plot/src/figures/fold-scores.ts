import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { bandScale, bottomAxis, type NumericAxis, namesAxis, numericScale } from "../shared/axes.ts";
import { niceDomain } from "../shared/domain.ts";
import { frame, specification } from "../shared/frame.ts";
import { count, formatNumber } from "../shared/numbers.ts";
import type { Theme } from "../shared/theme.ts";
import { requireFinite, requireSome } from "../shared/values.ts";

export interface FoldScoresOptions extends FigureOptions {
  /** Default "score". */
  xLabel?: string;
}

/**
 * One dot per fold and metric, a bar at the mean: how much a score varies with the rows it was trained on.
 *
 * @example
 * ```ts
 * import { foldScores } from "@steepest/plot";
 * foldScores({ accuracy: [0.94, 0.96, 0.98] }).description; // "3 folds: accuracy mean 0.96, from 0.94 to 0.98."
 * ```
 */
export function foldScores(
  scores: Readonly<Record<string, readonly number[]>>,
  options: FoldScoresOptions = {},
): Figure {
  const { xLabel = "score" } = options;
  const names = Object.keys(scores);
  requireSome("foldScores", "metrics", names.length);
  for (const name of names) {
    requireSome("foldScores", `folds of "${name}"`, scores[name]!.length);
    requireFinite("foldScores", `"${name}"`, scores[name]!);
  }
  const width = options.width ?? 560;
  const { axis, left } = namesAxis(names, width * 0.35);
  const x: NumericAxis = { label: xLabel, type: "linear", domain: niceDomain(Object.values(scores).flat()) };
  const box = frame(options, {
    owner: "foldScores",
    title: "Scores over folds",
    width,
    height: { plot: names.length * 34 },
    margins: { left, right: 20, top: 8, bottom: 44 },
  });
  const means = names.map((name) => mean(scores[name]!));
  const parts = names.map((name, i) => {
    const list = scores[name]!;
    return `${name} mean ${formatNumber(means[i]!)}, from ${formatNumber(Math.min(...list))} to ${formatNumber(Math.max(...list))}`;
  });
  const description =
    options.description ??
    `${count(Math.max(...names.map((name) => scores[name]!.length)), "fold")}: ${parts.join("; ")}.`;
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      data: [
        { name: "folds", values: names.flatMap((name, row) => scores[name]!.map((value) => ({ row, value }))) },
        { name: "means", values: means.map((value, row) => ({ row, value })) },
      ],
      scales: [numericScale("x", x, [0, box.width]), bandScale("y", names.length, [0, box.height], 0.1)],
      axes: [axis, bottomAxis(x, box.width, true)],
      marks: [meanMark(box.theme), foldMark(box.theme)],
    }),
    table: () =>
      names.flatMap((name, i) => [
        ...scores[name]!.map((value, fold) => ({ metric: name, fold: fold + 1, value })),
        { metric: name, fold: "mean", value: means[i]! },
      ]),
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function foldMark(theme: Theme): JsonObject {
  return {
    type: "symbol",
    from: { data: "folds" },
    encode: {
      enter: {
        x: { scale: "x", field: "value" },
        y: { scale: "y", field: "row", band: 0.5 },
        size: { value: 64 },
        fill: { value: theme.series[0]! },
        fillOpacity: { value: 0.35 },
        stroke: { value: theme.series[0]! },
        strokeWidth: { value: 1.25 },
      },
    },
  };
}

function meanMark(theme: Theme): JsonObject {
  return {
    type: "rect",
    from: { data: "means" },
    encode: {
      enter: {
        xc: { scale: "x", field: "value" },
        width: { value: 2.5 },
        yc: { scale: "y", field: "row", band: 0.5 },
        height: { value: 24 },
        fill: { value: theme.ink },
      },
    },
  };
}
