import type { Scalar } from "steepest";
import { DataError, scalar } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import type { AxisOptions } from "../shared/axes.ts";
import { extent, niceDomain } from "../shared/domain.ts";
import { lineChart } from "../shared/line-chart.ts";
import { count, formatNumber, sentence } from "../shared/numbers.ts";
import type { Theme } from "../shared/theme.ts";
import { requireFinite, requireSome } from "../shared/values.ts";

export interface DescentLandscapeOptions extends FigureOptions {
  /** Default label "w"; default domain: around all steps. */
  x?: AxisOptions;
  /** Default label "loss". */
  y?: AxisOptions;
}

const samples = 200;

/**
 * A loss of one number, and the steps of several descents on it: a step that is too large crosses the valley and climbs.
 *
 * @throws DataError when there is no run, a run is empty, or a step is not finite (says which).
 *
 * @example
 * ```ts
 * import { descentLandscape } from "@steepest/plot";
 * const figure = descentLandscape((w) => w.square(), { "rate 0.25": [2, 1, 0.5], "rate 1.1": [2, -2.4, 2.88] });
 * figure.description; // "Rate 0.25: loss 4 to 0.25 in 2 steps; rate 1.1: loss 4 to 8.294 in 2 steps."
 * ```
 */
export function descentLandscape(
  f: (w: Scalar) => Scalar,
  runs: Readonly<Record<string, readonly number[]>>,
  options: DescentLandscapeOptions = {},
): Figure {
  const names = Object.keys(runs);
  requireSome("descentLandscape", "runs", names.length);
  for (const name of names) {
    requireSome("descentLandscape", `steps in "${name}"`, runs[name]!.length);
    requireFinite("descentLandscape", `"${name}"`, runs[name]!);
  }
  const loss = (w: number) => f(scalar(w)).item();
  const series = names.map((label) => ({ label, points: runs[label]!.map((x) => ({ x, y: loss(x) })) }));
  const [low, high] = extent(series.flatMap(({ points }) => points.map(({ x }) => x)));
  const margin = 0.15 * (high - low || 1);
  const domain = options.x?.domain ?? niceDomain([low - margin, high + margin]);
  const curve = Array.from({ length: samples + 1 }, (_, i) => {
    const x = domain[0] + ((domain[1] - domain[0]) * i) / samples;
    return { x, y: loss(x) };
  }).filter(({ y }) => Number.isFinite(y));
  if (curve.length === 0 || series.some(({ points }) => points.some(({ y }) => !Number.isFinite(y)))) {
    throw new DataError(
      `descentLandscape: the loss is not finite at a step, or nowhere from ${domain[0]} to ${domain[1]}. Cut the run there, or choose another domain.`,
      { code: "not-finite" },
    );
  }
  const heights = [...series.flatMap(({ points }) => points), ...curve].map(({ y }) => y);
  const { title, spec } = lineChart(options, {
    owner: "descentLandscape",
    title: "Descent by learning rate",
    x: { label: options.x?.label ?? "w", type: "linear", domain },
    y: { label: options.y?.label ?? "loss", type: "linear", domain: options.y?.domain ?? niceDomain(heights) },
    series,
    names: "legend",
    background: (theme) => curveMarks(theme, curve),
  });
  const ends = series.map(({ label, points }) => {
    const [first, last] = [points[0]!, points[points.length - 1]!];
    return `${label}: loss ${formatNumber(first.y)} to ${formatNumber(last.y)} in ${count(points.length - 1, "step")}`;
  });
  const description = options.description ?? sentence(`${ends.join("; ")}.`);
  return makeFigure({
    title,
    description,
    spec: spec(description),
    table: () =>
      series.flatMap(({ label, points }) => points.map(({ x, y }, step) => ({ run: label, step, w: x, loss: y }))),
  });
}

function curveMarks(theme: Theme, curve: readonly { readonly x: number; readonly y: number }[]): JsonObject[] {
  return [
    {
      type: "group",
      data: [{ name: "curve", values: curve.map(({ x, y }) => ({ x, y })) }],
      marks: [
        {
          type: "line",
          from: { data: "curve" },
          encode: {
            enter: {
              x: { scale: "x", field: "x" },
              y: { scale: "y", field: "y" },
              stroke: { value: theme.muted },
              strokeWidth: { value: 1.75 },
            },
          },
        },
      ],
    },
  ];
}
