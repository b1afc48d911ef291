import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import { niceDomain } from "../shared/domain.ts";
import { lineChart } from "../shared/line-chart.ts";
import { formatNumber } from "../shared/numbers.ts";
import { requireFinite, requireSome } from "../shared/values.ts";

/** The parts of the expected squared error at one complexity. */
export interface BiasVariancePoint {
  readonly complexity: number;
  readonly result: {
    readonly bias2: number;
    readonly variance: number;
    readonly noise: number;
    /** The sum of the three. */
    readonly error: number;
  };
}

export interface BiasVarianceCurveOptions extends FigureOptions {
  /** Default "complexity". */
  xLabel?: string;
}

const parts = [
  ["error = bias² + variance + noise", "error"],
  ["bias²", "bias2"],
  ["variance", "variance"],
  ["noise", "noise"],
] as const;

/**
 * Expected squared error and its parts against the complexity of the model: bias falls, variance grows, the best model lies
 * between. The split is exact for squared error alone, and an expectation over training sets.
 *
 * @throws DataError when there is no point, or a part is not finite.
 *
 * @example
 * ```ts
 * import { biasVarianceCurve } from "@steepest/plot";
 * const at = (complexity: number, bias2: number, variance: number) =>
 *   ({ complexity, result: { bias2, variance, noise: 0.1, error: bias2 + variance + 0.1 } });
 * const figure = biasVarianceCurve([at(1, 0.5, 0.01), at(2, 0.05, 0.05), at(3, 0, 0.2)], { xLabel: "degree" });
 * figure.description; // "Lowest expected error 0.2 at degree 2: bias² 0.05, variance 0.05, noise 0.1."
 * ```
 */
export function biasVarianceCurve(
  points: readonly BiasVariancePoint[],
  options: BiasVarianceCurveOptions = {},
): Figure {
  const { xLabel = "complexity" } = options;
  requireSome("biasVarianceCurve", "points", points.length);
  const sorted = [...points].sort((a, b) => a.complexity - b.complexity);
  const xs = sorted.map(({ complexity }) => complexity);
  requireFinite("biasVarianceCurve", "complexity", xs);
  const series = parts.map(([label, part]) => {
    const values = sorted.map(({ result }) => result[part]);
    requireFinite("biasVarianceCurve", part, values);
    return { label, points: values.map((y, i) => ({ x: xs[i]!, y })) };
  });
  const { title, spec } = lineChart(options, {
    owner: "biasVarianceCurve",
    title: "Bias against variance",
    x: { label: xLabel, type: "linear", domain: niceDomain(xs), whole: xs.every(Number.isInteger) },
    y: {
      label: "squared error",
      type: "linear",
      domain: niceDomain(
        series.flatMap((one) => one.points.map(({ y }) => y)),
        [0],
      ),
    },
    series,
  });
  const best = sorted.reduce((least, point) => (point.result.error < least.result.error ? point : least));
  const { bias2, variance, noise, error } = best.result;
  const description =
    options.description ??
    `Lowest expected error ${formatNumber(error)} at ${xLabel} ${formatNumber(best.complexity)}: bias² ${formatNumber(bias2)}, variance ${formatNumber(variance)}, noise ${formatNumber(noise)}.`;
  return makeFigure({
    title,
    description,
    spec: spec(description),
    table: () =>
      sorted.map(({ complexity, result }) => ({
        [xLabel]: complexity,
        "bias²": result.bias2,
        variance: result.variance,
        noise: result.noise,
        error: result.error,
      })),
  });
}
