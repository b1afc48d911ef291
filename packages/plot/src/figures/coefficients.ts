import type { ArrayLike } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import { horizontalBars } from "../shared/horizontal-bars.ts";
import { count, formatNumber } from "../shared/numbers.ts";
import { requireFinite, requireSame, requireSome, toNumbers } from "../shared/values.ts";

export interface CoefficientsOptions extends FigureOptions {
  /** One per coefficient. Default "x1", "x2", … */
  names?: readonly string[];
  /** How many rows are drawn, largest first; the table has all. Default 30. */
  top?: number;
}

/**
 * Coefficients of one or several fits as bars, sorted by magnitude (the largest of the vectors counts).
 *
 * @throws ShapeError when the vectors or the names differ in length; DataError for values that are not finite.
 *
 * @example
 * ```ts
 * import { coefficients } from "@steepest/plot";
 * const figure = coefficients({ ridge: [0.2, -1.5, 0.9] }, { names: ["age", "bmi", "bp"] });
 * figure.toTable()[0]; // { feature: "bmi", ridge: -1.5 }
 * ```
 */
export function coefficients(vectors: Readonly<Record<string, ArrayLike>>, options: CoefficientsOptions = {}): Figure {
  const series = Object.keys(vectors);
  requireSome("coefficients", "vectors", series.length);
  const values = series.map((name) => toNumbers(vectors[name]!));
  const n = values[0]!.length;
  requireSome("coefficients", "entries", n);
  const { names = Array.from({ length: n }, (_, i) => `x${i + 1}`), top = 30 } = options;
  values.forEach((vector, s) => {
    requireFinite("coefficients", `"${series[s]}"`, vector);
    requireSame("coefficients", [`"${series[s]}"`, "names"], vector, names);
  });

  const magnitude = (j: number) => Math.max(...values.map((vector) => Math.abs(vector[j]!)));
  const order = names.map((_, j) => j).sort((a, b) => magnitude(b) - magnitude(a) || a - b);
  const drawn = order.slice(0, top);
  const { title, spec } = horizontalBars(options, {
    owner: "coefficients",
    title: drawn.length < n ? `The ${drawn.length} largest of ${count(n, "coefficient")}` : "Coefficients",
    names: drawn.map((j) => names[j]!),
    series,
    rows: drawn.flatMap((j, row) =>
      values.map((vector, s) => ({ row, series: s, value: vector[j]!, text: formatNumber(vector[j]!, 3) })),
    ),
  });
  const largest = order.slice(0, 3).map((j) => {
    const s = values.findIndex((vector) => Math.abs(vector[j]!) === magnitude(j));
    return `${names[j]} ${formatNumber(values[s]![j]!)}${series.length > 1 ? ` (${series[s]})` : ""}`;
  });
  const description = options.description ?? `${count(n, "coefficient")} by magnitude; largest: ${largest.join(", ")}.`;
  return makeFigure({
    title,
    description,
    spec: spec(description),
    table: () =>
      order.map((j) => ({
        feature: names[j]!,
        ...Object.fromEntries(series.map((name, s) => [name, values[s]![j]!])),
      })),
  });
}
