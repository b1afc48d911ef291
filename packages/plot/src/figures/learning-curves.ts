import type { CurvePoint } from "steepest/select";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { NumericAxis } from "../shared/axes.ts";
import { extent, logDomain, niceDomain } from "../shared/domain.ts";
import { lineChart } from "../shared/line-chart.ts";
import { formatNumber, sentence } from "../shared/numbers.ts";
import { requireFinite, requirePositive, requireSome } from "../shared/values.ts";

export interface LearningCurvesOptions extends FigureOptions {
  /** Default "training rows". */
  xLabel?: string;
  /** Default "score". */
  yLabel?: string;
  /** Logarithmic x, for strengths of a penalty. Default false. */
  log?: boolean;
}

/**
 * Training and test score against what was varied: rows (`learningCurve`) or an option (`validationCurve`). Lines are means over
 * folds, bands one standard deviation to each side.
 *
 * @throws DataError when there is no point, a mean is not finite, or x is not positive on a logarithmic axis.
 *
 * @example
 * ```ts
 * import { learningCurves } from "@steepest/plot";
 * import { summarize } from "steepest/select";
 * const point = (x: number, train: number[], test: number[]) => ({ x, train: summarize(train), test: summarize(test) });
 * const figure = learningCurves([point(20, [0.99, 0.97], [0.8, 0.9]), point(80, [0.95, 0.95], [0.92, 0.94])]);
 * figure.description; // "Score by training rows from 20 to 80: training 0.98 to 0.95, test 0.85 to 0.93; highest test score 0.93 at 80."
 * ```
 */
export function learningCurves(points: readonly CurvePoint[], options: LearningCurvesOptions = {}): Figure {
  const { xLabel = "training rows", yLabel = "score", log = false } = options;
  requireSome("learningCurves", "points", points.length);
  const sorted = [...points].sort((a, b) => a.x - b.x);
  const xs = sorted.map(({ x }) => x);
  (log ? requirePositive : requireFinite)("learningCurves", "x", xs);
  const sides = [
    ["training", "train"],
    ["test", "test"],
  ] as const;
  const series = sides.map(([label, side]) => {
    const means = sorted.map((point) => point[side].mean);
    requireFinite("learningCurves", `mean of "${label}"`, means);
    return {
      label,
      points: sorted.map((point, i) => {
        const std = Number.isFinite(point[side].std) ? point[side].std : 0; // one fold: no spread
        return { x: point.x, y: means[i]!, low: means[i]! - std, high: means[i]! + std };
      }),
    };
  });
  const all = series.flatMap((one) => one.points.flatMap(({ low, high }) => [low, high]));
  const x: NumericAxis = log
    ? { label: xLabel, type: "log", domain: logDomain(xs) }
    : { label: xLabel, type: "linear", domain: xs.length === 1 ? niceDomain(xs) : extent(xs) };
  const { title, spec } = lineChart(options, {
    owner: "learningCurves",
    title: `${sentence(yLabel)} by ${xLabel}`,
    x,
    y: { label: yLabel, type: "linear", domain: niceDomain(all) },
    series,
  });
  const tests = series[1]!.points;
  const best = tests.reduce((most, point) => (point.y > most.y ? point : most));
  const ends = series.map(
    ({ label, points: list }) => `${label} ${formatNumber(list[0]!.y)} to ${formatNumber(list[list.length - 1]!.y)}`,
  );
  const description =
    options.description ??
    `${sentence(yLabel)} by ${xLabel} from ${formatNumber(xs[0]!)} to ${formatNumber(xs[xs.length - 1]!)}: ${ends.join(", ")}; highest test ${yLabel} ${formatNumber(best.y)} at ${formatNumber(best.x)}.`;
  return makeFigure({
    title,
    description,
    spec: spec(description),
    table: () =>
      sorted.map((point) => ({
        [xLabel]: point.x,
        "training mean": point.train.mean,
        "training std": point.train.std,
        "test mean": point.test.mean,
        "test std": point.test.std,
      })),
  });
}
