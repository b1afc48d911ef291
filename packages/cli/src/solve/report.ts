// The report of a budget: one HTML file, like that of a training.
import { allocationBars, type Figure, type FigureOptions, residuals } from "@steepest/plot";
import type { Allocation } from "steepest/allocate";
import { capitalize, count, formatNumber } from "../report/format.ts";
import { html } from "../report/html.ts";
import { page } from "../report/page.ts";
import { facts, figure, section, table } from "../report/parts.ts";
import type { BudgetProblem } from "./budget-file.ts";
import { formatPrice } from "./present.ts";

const MOST_ROWS = 200;

export interface PlanReport {
  readonly file: string;
  readonly command: string;
  /** ISO date, an input so that equal runs give equal bytes. */
  readonly date: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function allocationFigure({ rows, shadowPrice }: Allocation, options: FigureOptions = {}): Figure {
  return allocationBars(rows, shadowPrice, options);
}

export async function renderPlan(
  plan: Allocation,
  { options, fits, noun }: BudgetProblem,
  { file, command, date, versions }: PlanReport,
): Promise<string> {
  const { rows, status, message, value, gap, shadowPrice, groupPrices, limitPrices, method } = plan;
  const spent = rows.reduce((sum, row) => sum + row.spend, 0);
  const title = `Budget of ${formatNumber(options.total)} over ${rows.length === 1 ? `1 ${noun}` : `${formatNumber(rows.length)} ${noun === "city" ? "cities" : "parties"}`}`;
  const prices = [
    ...Object.entries(groupPrices).map(([name, price]) => [`Limit of "${name}"`, formatPrice(price)] as const),
    ...limitPrices.map((price, i) => [`Row ${i + 1} of limits`, formatPrice(price)] as const),
  ];
  const header = html`<header>
<p class="eyebrow">budget report</p>
<h1>${title}</h1>
<p class="status ${status === "converged" ? "good" : "warn"}"><strong>${status === "converged" ? "Optimal" : capitalize(status)}.</strong> ${message}</p>
${facts([
  ["Return", formatNumber(value)],
  ["Spent", `${formatNumber(spent)} of ${formatNumber(options.total)}`],
  ["Shadow price", formatPrice(shadowPrice)],
  [
    "Gap to the best possible",
    gap === undefined ? "not known: a return is not concave" : formatNumber(Math.max(0, gap)),
  ],
  ["Problem", file],
  ["Date", html`<time datetime="${date}">${date.slice(0, 10)}</time>`],
  [
    "Versions",
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
  ],
])}
<p class="label" id="command">The same command on the same file gives the same plan:</p>
<pre tabindex="0" role="group" aria-labelledby="command"><code>${command}</code></pre>
</header>`;
  const shown = rows.length > MOST_ROWS ? [...rows].sort((a, b) => b.spend - a.spend).slice(0, MOST_ROWS) : rows;
  const planSection = section(
    "plan",
    "Plan",
    html`<p>Everybody inside of their limits has the same marginal return: the shadow price, which one more unit of the budget would bring. At an upper limit the marginal return is higher, at a lower limit lower.</p>`,
    await figure("allocation", (size) => allocationFigure(plan, size), { rows: "first" }),
    shown.length < rows.length
      ? html`<p>${count(shown.length, "row")} of ${formatNumber(rows.length)}, the largest; all are in allocation.csv.</p>`
      : undefined,
    table(
      "Plan",
      [
        { title: capitalize(noun) },
        { title: "Spend", numeric: true },
        { title: "Return", numeric: true },
        { title: "Marginal return", numeric: true },
        { title: "Limit" },
      ],
      shown.map((row) => [
        row.name,
        formatNumber(row.spend),
        formatNumber(row.return),
        formatNumber(row.marginal),
        row.at === "inside" ? "" : row.at,
      ]),
    ),
  );
  const priceSection = prices.length === 0 ? undefined : section("prices", "Prices of limits", facts(prices));
  const fitSection =
    fits.length === 0
      ? undefined
      : section(
          "curves",
          "Curves from data",
          table(
            "Curves from data",
            [
              { title: capitalize(noun) },
              { title: "Form" },
              { title: "Observations", numeric: true },
              { title: "R²", numeric: true },
              { title: "Knots flattened", numeric: true },
            ],
            fits
              .slice(0, MOST_ROWS)
              .map((fit) => [
                fit.name,
                fit.form,
                formatNumber(fit.observations),
                formatNumber(fit.r2),
                formatNumber(fit.flattened),
              ]),
          ),
        );
  const methodSection = section(
    "method",
    "Method",
    method === "bisection"
      ? html`<p>Bisection on the price: everybody takes what pays at a price, and the price is raised or lowered until the sum is the total. Boyd &amp; Vandenberghe (2004), Convex Optimization, example 5.2.</p>`
      : html`<p>ADMM in sharing form, with a projection onto all limits as the last step. Boyd et al. (2011), Distributed Optimization and Statistical Learning via ADMM, section 7.3.</p>`,
    plan.residuals.length > 1 ? await figure("residuals", (size) => residuals(plan.residuals, size)) : undefined,
  );
  return page(
    title,
    header,
    [
      ["plan", "Plan", planSection],
      ["prices", "Prices of limits", priceSection],
      ["curves", "Curves from data", fitSection],
      ["method", "Method", methodSection],
    ],
    versions,
  );
}
