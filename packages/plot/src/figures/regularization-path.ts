import type { ArrayLike } from "steepest";
import { OptionError } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import { extent, niceDomain } from "../shared/domain.ts";
import { lineChart } from "../shared/line-chart.ts";
import { count, formatNumber } from "../shared/numbers.ts";
import { requireFinite, requirePositive, requireSame, requireSome, toMatrix } from "../shared/values.ts";

/** Coefficients by strength of the penalty. */
export interface CoefficientPath {
  /** Positive. */
  readonly strengths: readonly number[];
  /** "count d": one row per strength. */
  readonly coefs: ArrayLike;
}

export interface RegularizationPathOptions extends FigureOptions {
  /** Names of the coefficients. Default x1, x2, … */
  names?: readonly string[];
  /** Default "strength of the penalty". */
  xLabel?: string;
}

const mostNamed = 20; // lines; names beside more of them would not fit

/**
 * Every coefficient as a line over the strength of the penalty, which falls to the right on a logarithmic axis: what enters
 * first, and what changes sign.
 *
 * @throws DataError for a strength that is not positive, or a coefficient that is not finite.
 * @throws ShapeError unless there is one row of coefficients per strength; OptionError for names that do not match.
 *
 * @example
 * ```ts
 * import { regularizationPath } from "@steepest/plot";
 * const path = { strengths: [10, 1, 0.1], coefs: [[0, 0], [1.5, 0], [2, -0.5]] };
 * const figure = regularizationPath(path, { names: ["age", "bmi"] });
 * figure.description; // "2 coefficients at 3 strengths from 10 to 0.1; largest at the end: age 2, bmi −0.5; 2 of 2 not zero there."
 * ```
 */
export function regularizationPath(path: CoefficientPath, options: RegularizationPathOptions = {}): Figure {
  const owner = "regularizationPath";
  const { xLabel = "strength of the penalty" } = options;
  const { values, shape } = toMatrix(owner, "coefs", path.coefs);
  const [, d] = shape;
  requireSame(owner, ["strengths", "coefs"], path.strengths, Array(shape[0]));
  requireSome(owner, "strengths", path.strengths.length);
  requireFinite(owner, "coefs", values);
  requirePositive(owner, "strengths", path.strengths);
  const names = options.names ?? Array.from({ length: d }, (_, j) => `x${j + 1}`);
  if (names.length !== d) {
    throw new OptionError(`${owner}: there are ${names.length} names for ${d} coefficients. Pass one for each.`, {
      code: "invalid-option",
      option: "names",
    });
  }
  const order = path.strengths.map((_, i) => i).sort((a, b) => path.strengths[b]! - path.strengths[a]!);
  const strengths = order.map((i) => path.strengths[i]!);
  const series = names.map((label, j) => ({
    label,
    points: order.map((i) => ({ x: path.strengths[i]!, y: values[i * d + j]! })),
  }));
  const [low, high] = extent(strengths);
  const { title, spec } = lineChart(options, {
    owner,
    title: "Coefficient paths",
    x: { label: xLabel, type: "log", domain: low === high ? [low / 10, high * 10] : [low, high] },
    y: { label: "coefficient", type: "linear", domain: niceDomain(values, [0]) },
    falling: true,
    series,
    symbols: strengths.length <= 12,
    names: d <= mostNamed ? "ends" : "none",
    height: Math.max(270, 14 * Math.min(d, mostNamed)),
  });
  const last = series.map(({ label, points }) => ({ label, value: points[points.length - 1]!.y }));
  const largest = [...last].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, 3);
  const description =
    options.description ??
    `${count(d, "coefficient")} at ${count(strengths.length, "strength")} from ${formatNumber(high)} to ${formatNumber(low)}; largest at the end: ${largest.map(({ label, value }) => `${label} ${formatNumber(value)}`).join(", ")}; ${last.filter(({ value }) => value !== 0).length} of ${d} not zero there.`;
  return makeFigure({
    title,
    description,
    spec: spec(description),
    table: () =>
      strengths.map((strength, i) => ({
        strength,
        ...Object.fromEntries(series.map(({ label, points }) => [label, points[i]!.y])),
      })),
  });
}
