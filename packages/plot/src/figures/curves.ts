import { DataError } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { axisMargins, bottomAxis, leftAxis, type NumericAxis, numericScale } from "../shared/axes.ts";
import { logDomain, niceDomain } from "../shared/domain.ts";
import { frame, legendRowHeight, specification } from "../shared/frame.ts";
import { lineLegend, seriesScales } from "../shared/legend.ts";
import { lineMark } from "../shared/marks.ts";
import { count, formatNumber, sentence } from "../shared/numbers.ts";
import type { Theme } from "../shared/theme.ts";
import { thinCurve } from "../shared/thin.ts";
import { requireSome } from "../shared/values.ts";

export interface CurvesOptions extends FigureOptions {
  /** Default "linear". "log" needs positive values. */
  scale?: "linear" | "log";
  /** Default "step". */
  xLabel?: string;
  /** Default "loss". */
  yLabel?: string;
}

/**
 * One value per step for one or several runs: losses, gradient norms, errors.
 *
 * Values that are not finite (a run that diverged) are left out, and the description counts them.
 * @throws DataError when there is no run, or a value on a logarithmic axis is not positive.
 *
 * @example
 * ```ts
 * import { curves } from "@steepest/plot";
 * const figure = curves({ "step 0.1": [1, 0.64, 0.41, 0.26], "step 0.4": [1, 0.04, 0.0016, 0.000064] }, { scale: "log" });
 * figure.toTable().length; // 8
 * ```
 */
export function curves(runs: Readonly<Record<string, readonly number[]>>, options: CurvesOptions = {}): Figure {
  const { scale = "linear", xLabel = "step", yLabel = "loss" } = options;
  const names = Object.keys(runs);
  requireSome("curves", "runs", names.length);
  for (const name of names) checkRun(name, runs[name]!, scale);

  const finite = names.flatMap((name) => runs[name]!.filter(Number.isFinite));
  const y: NumericAxis = {
    label: yLabel,
    type: scale,
    domain: scale === "log" ? logDomain(finite) : niceDomain(finite),
  };
  const longest = Math.max(...names.map((name) => runs[name]!.length));
  const x: NumericAxis = { label: xLabel, type: "linear", domain: [0, Math.max(1, longest - 1)], whole: true };
  const legendRows = names.length > 1 ? names.length : 0;
  const box = frame(options, {
    owner: "curves",
    title: sentence(`${yLabel} by ${xLabel}`),
    width: 560,
    height: 320 + legendRowHeight * legendRows,
    margins: axisMargins(x, y),
    legendRows,
  });
  const left = box.padding.left;
  const description = options.description ?? describe(runs, xLabel, yLabel, scale);
  const points = names.flatMap((name, series) =>
    thinCurve(runs[name]!).map((step) => ({
      series,
      step,
      value: runs[name]![step]!,
      seen: Number.isFinite(runs[name]![step]!),
    })),
  );
  const ends = names.flatMap((name, series) => {
    const step = runs[name]!.findLastIndex(Number.isFinite);
    return step < 0 ? [] : [{ series, step, value: runs[name]![step]! }];
  });
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      data: [
        { name: "points", values: points.map((p) => (p.seen ? p : { ...p, value: null })) },
        { name: "ends", values: names.length > 1 ? ends : [] },
      ],
      scales: [
        numericScale("x", x, [0, box.width]),
        numericScale("y", y, [box.height, 0]),
        ...seriesScales(names.length, box.theme),
      ],
      axes: [leftAxis(y, box.height, left), bottomAxis(x, box.width)],
      legends:
        legendRows > 0 ? [lineLegend(names, { x: 8 - left, y: box.legendTop, limit: box.width + left - 60 })] : [],
      marks: [lineMark({ x: "step", y: "value", defined: "seen" }), endMark(box.theme)],
    }),
    table: () =>
      names.flatMap((name) => runs[name]!.map((value, step) => ({ run: name, [xLabel]: step, [yLabel]: value }))),
  });
}

/** A symbol where a curve ends, besides color and dash. */
function endMark({ paper }: Theme): JsonObject {
  return {
    type: "symbol",
    from: { data: "ends" },
    encode: {
      enter: {
        x: { scale: "x", field: "step" },
        y: { scale: "y", field: "value" },
        shape: { scale: "symbol", field: "series" },
        fill: { scale: "color", field: "series" },
        size: { value: 64 },
        stroke: { value: paper },
        strokeWidth: { value: 1 },
      },
    },
  };
}

function checkRun(name: string, values: readonly number[], scale: "linear" | "log"): void {
  requireSome("curves", `values in "${name}"`, values.length);
  const at = values.findIndex((value) => value <= 0);
  if (scale === "linear" || at < 0) return;
  throw new DataError(
    `curves: "${name}"[${at}] is ${formatNumber(values[at]!)}, but a logarithmic axis shows positive values only. Use scale "linear", or pass the distance to the best value.`,
    { code: "not-positive", row: at },
  );
}

function describe(
  runs: Readonly<Record<string, readonly number[]>>,
  xLabel: string,
  yLabel: string,
  scale: string,
): string {
  const parts = Object.entries(runs).map(([name, values]) => `${name} ${span(values, xLabel)}`);
  const axis = scale === "log" ? " on a logarithmic axis" : "";
  if (parts.length === 1) return sentence(`${yLabel}${axis}, ${span(Object.values(runs)[0]!, xLabel)}.`);
  return sentence(`${yLabel}${axis}: ${parts.join("; ")}.`);
}

function span(values: readonly number[], xLabel: string): string {
  const finite = values.filter(Number.isFinite);
  const lost = values.length - finite.length;
  if (finite.length === 0) return "no finite value";
  const ends = `from ${formatNumber(finite[0]!)} to ${formatNumber(finite[finite.length - 1]!)} in ${count(values.length - 1, xLabel)}`;
  return lost === 0 ? ends : `${ends} (${count(lost, "value")} not finite)`;
}
