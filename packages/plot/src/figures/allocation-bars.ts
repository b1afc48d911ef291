import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import { horizontalBars } from "../shared/horizontal-bars.ts";
import { count, formatNumber } from "../shared/numbers.ts";
import { requireFinite, requireSome } from "../shared/values.ts";

export interface AllocationBarsOptions extends FigureOptions {
  /** How many parties are drawn, largest spend first; the table has all, in their order. Default 30. */
  top?: number;
}

/**
 * Spend of each party, with its marginal return beside the bar: equal to the price for all that are inside of their limits.
 *
 * @throws DataError when there is no party, or a number is not finite.
 *
 * @example
 * ```ts
 * import { allocationBars } from "@steepest/plot";
 * const rows = [{ name: "Cork", spend: 22, marginal: 0.1429 }, { name: "Ankara", spend: 18, marginal: 0.1429 }];
 * allocationBars(rows, 0.1429).description; // "40 over 2 parties: Cork 22, Ankara 18. One more unit of the total brings 0.1429 (shadow price)."
 * ```
 */
export function allocationBars(
  rows: readonly { readonly name: string; readonly spend: number; readonly marginal: number }[],
  price: number,
  options: AllocationBarsOptions = {},
): Figure {
  const { top = 30 } = options;
  requireSome("allocationBars", "rows", rows.length);
  requireFinite(
    "allocationBars",
    "spend",
    rows.map(({ spend }) => spend),
  );
  requireFinite("allocationBars", "price", [price]);
  const sorted = rows.map((row, i) => ({ ...row, i })).sort((a, b) => b.spend - a.spend || a.i - b.i);
  const drawn = rows.length > top ? sorted.slice(0, top) : rows;
  const { title, spec } = horizontalBars(options, {
    owner: "allocationBars",
    title:
      drawn.length < rows.length
        ? `The ${drawn.length} largest of ${count(rows.length, "share")}`
        : "Shares of the total",
    names: drawn.map(({ name }) => name),
    series: ["spend"],
    rows: drawn.map(({ spend, marginal }, row) => ({
      row,
      series: 0,
      value: spend,
      text: `${formatNumber(spend)} (${formatNumber(marginal)})`,
    })),
  });
  const total = rows.reduce((sum, { spend }) => sum + spend, 0);
  const named = sorted.slice(0, 5).map(({ name, spend }) => `${name} ${formatNumber(spend)}`);
  const more = rows.length > named.length ? ` and ${count(rows.length - named.length, "more", "more")}` : "";
  const description =
    options.description ??
    `${formatNumber(total)} over ${count(rows.length, "party", "parties")}: ${named.join(", ")}${more}. One more unit of the total brings ${formatNumber(price)} (shadow price).`;
  return makeFigure({
    title,
    description,
    spec: spec(description),
    table: () => rows.map(({ name, spend, marginal }) => ({ name, spend, marginal, price })),
  });
}
