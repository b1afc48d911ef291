import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import { horizontalBars } from "../shared/horizontal-bars.ts";
import { formatNumber, formatPercent, sentence } from "../shared/numbers.ts";
import { requireFinite, requireSome } from "../shared/values.ts";

export interface BarsOptions extends FigureOptions {
  /** What is counted. Default "value". */
  label?: string;
  /** Write the share of the total beside each value; for counts. Default false. */
  shares?: boolean;
}

/**
 * One bar per name, in the order given: class balance, counts, anything with a zero.
 *
 * @example
 * ```ts
 * import { bars } from "@steepest/plot";
 * bars({ benign: 357, malignant: 212 }, { label: "rows", shares: true }).description; // "Rows: benign 357 (62.7 %), malignant 212 (37.3 %)."
 * ```
 */
export function bars(values: Readonly<Record<string, number>>, options: BarsOptions = {}): Figure {
  const { label = "value", shares = false } = options;
  const names = Object.keys(values);
  requireSome("bars", "values", names.length);
  requireFinite("bars", "values", Object.values(values));
  const total = Object.values(values).reduce((sum, value) => sum + value, 0);
  const text = (value: number) => `${formatNumber(value)}${shares ? ` (${formatPercent(value / total)})` : ""}`;
  const { title, spec } = horizontalBars(options, {
    owner: "bars",
    title: sentence(label),
    names,
    series: [label],
    rows: names.map((name, row) => ({ row, series: 0, value: values[name]!, text: text(values[name]!) })),
  });
  const shown = names.slice(0, 12).map((name) => `${name} ${text(values[name]!)}`);
  const rest = names.length > shown.length ? `, and ${names.length - shown.length} more` : "";
  const description = options.description ?? sentence(`${label}: ${shown.join(", ")}${rest}.`);
  return makeFigure({
    title,
    description,
    spec: spec(description),
    table: () =>
      names.map((name) => ({
        name,
        [label]: values[name]!,
        ...(shares ? { share: values[name]! / total } : {}),
      })),
  });
}
