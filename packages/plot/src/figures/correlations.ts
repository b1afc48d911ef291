import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import { horizontalBars } from "../shared/horizontal-bars.ts";
import { count, formatNumber } from "../shared/numbers.ts";
import { requireFinite, requireSome } from "../shared/values.ts";

export interface CorrelationsOptions extends FigureOptions {
  /** How many pairs are drawn; the table has all. Default 12. */
  top?: number;
}

/**
 * Pairs of columns by the size of their correlation, as bars from −1 to 1.
 *
 * @example
 * ```ts
 * import { correlations } from "@steepest/plot";
 * correlations([{ a: "radius", b: "area", r: 0.987 }]).description; // "1 pair of columns; strongest: radius and area, r = 0.987."
 * ```
 */
export function correlations(
  pairs: readonly { readonly a: string; readonly b: string; readonly r: number }[],
  options: CorrelationsOptions = {},
): Figure {
  const { top = 12 } = options;
  requireSome("correlations", "pairs", pairs.length);
  requireFinite(
    "correlations",
    "r",
    pairs.map((pair) => pair.r),
  );
  const sorted = [...pairs].sort((p, q) => Math.abs(q.r) - Math.abs(p.r));
  const drawn = sorted.slice(0, top);
  const lowest = Math.min(...drawn.map((pair) => pair.r));
  const { title, spec } = horizontalBars(options, {
    owner: "correlations",
    title:
      drawn.length < pairs.length
        ? `The ${drawn.length} strongest of ${count(pairs.length, "correlation")}`
        : "Correlations",
    names: drawn.map(({ a, b }) => `${a} · ${b}`),
    series: ["r"],
    rows: drawn.map(({ r }, row) => ({ row, series: 0, value: r, text: formatNumber(r, 3) })),
    domain: [lowest < 0 ? -1 : 0, 1],
  });
  const { a, b, r } = sorted[0]!;
  const description =
    options.description ??
    `${count(pairs.length, "pair")} of columns; strongest: ${a} and ${b}, r = ${formatNumber(r, 3)}.`;
  return makeFigure({
    title,
    description,
    spec: spec(description),
    table: () => sorted.map((pair) => ({ "column a": pair.a, "column b": pair.b, r: pair.r })),
  });
}
