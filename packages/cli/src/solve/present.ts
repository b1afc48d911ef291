// A plan as text for people, as JSON, and as a table for spreadsheets.
import type { Allocation } from "steepest/allocate";
import { formatCount, formatValue, plural } from "../format.ts";
import { columns } from "../terminal/columns.ts";
import type { BudgetProblem } from "./budget-file.ts";

const SHOWN = 30;

export function planText(plan: Allocation, { options, noun }: BudgetProblem): string {
  const { rows, value, shadowPrice, status } = plan;
  const nouns = noun === "city" ? "cities" : "parties";
  const head = `budget ${formatCount(options.total)} over ${plural(rows.length, noun, nouns)}: ${status === "converged" ? "optimal" : status}, ${formatValue(value, 8)}`;
  const shown = rows.length > SHOWN ? [...rows].sort((a, b) => b.spend - a.spend).slice(0, SHOWN) : rows;
  const limited = rows.some(({ at }) => at !== "inside");
  const digits = Math.max(0, 4 - Math.floor(Math.log10(Math.max(1, options.total))));
  const table = columns(
    [
      [`  ${noun}`, "share", "marginal return", ...(limited ? ["limit"] : [])],
      ...shown.map(({ name, spend, marginal, at }) => [
        `  ${name}`,
        spend.toFixed(digits),
        formatValue(marginal, 5),
        ...(limited ? [at === "inside" ? "" : at] : []),
      ]),
    ],
    ["left", "right", "right", "left"],
  );
  const rest = rows.length > SHOWN ? [`  and ${formatCount(rows.length - SHOWN)} more with smaller shares`] : [];
  const groups = Object.entries(plan.groupPrices).map(
    ([name, price]) => `price of the limit of "${name}" ${formatPrice(price)}`,
  );
  const rowsOfLimits = plan.limitPrices.map((price, i) => `price of row ${i + 1} of limits ${formatPrice(price)}`);
  return [
    head,
    table,
    ...rest,
    [`shadow price of the budget ${formatPrice(shadowPrice)}`, ...quality(plan)].join("   "),
    ...groups,
    ...rowsOfLimits,
  ].join("\n");
}

function quality({ residuals, gap }: Allocation): string[] {
  const last = residuals.at(-1);
  return [
    ...(last === undefined
      ? []
      : [`residuals primal ${last.primal.toExponential(1)} dual ${last.dual.toExponential(1)}`]),
    ...(gap === undefined ? [] : [`gap against the exact dual ${Math.max(0, gap).toExponential(1)}`]),
  ];
}

/** "0.129032 (= 4/31)" where a fraction with a small denominator is meant. */
export function formatPrice(price: number): string {
  const fraction = fractionOf(price);
  return `${formatValue(price, 6)}${fraction === undefined ? "" : ` (= ${fraction})`}`;
}

const MOST_DENOMINATOR = 1000;

/** Continued fractions: a/b within 1e-9, where b is small enough for that to be no accident. */
function fractionOf(x: number): string | undefined {
  let [a, b, c, d] = [1, 0, Math.floor(x), 1];
  let rest = x - Math.floor(x);
  for (;;) {
    if (Math.abs(c / d - x) <= 1e-9 * Math.abs(x)) return d === 1 ? undefined : `${c}/${d}`;
    if (rest === 0) return undefined;
    const whole = Math.floor(1 / rest);
    [a, b, c, d] = [c, d, whole * c + a, whole * d + b];
    rest = 1 / rest - whole;
    if (d > MOST_DENOMINATOR) return undefined;
  }
}

export function planJson(plan: Allocation, { options, fits }: BudgetProblem): Readonly<Record<string, unknown>> {
  const { status, message, method, value, bound, gap, shadowPrice, groupPrices, limitPrices, rows, stats } = plan;
  const last = plan.residuals.at(-1);
  return {
    kind: "budget",
    status,
    message,
    method,
    total: options.total,
    spent: rows.reduce((sum, { spend }) => sum + spend, 0),
    value,
    bound,
    gap,
    shadowPrice,
    groupPrices,
    limitPrices,
    steps: stats.steps,
    ...(last === undefined ? {} : { residuals: { primal: last.primal, dual: last.dual, rho: last.rho } }),
    ...(fits.length === 0 ? {} : { fits }),
    rows,
  };
}

/** Shortest digits that restore the numbers; names as RFC 4180 quotes them. */
export function planCsv({ rows }: Allocation): string {
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map(({ name, spend, return: gain, marginal, at }) =>
    [quoted(name), spend, gain, marginal, at].join(","),
  );
  return `${["name,spend,return,marginal,at", ...lines].join("\n")}\n`;
}
