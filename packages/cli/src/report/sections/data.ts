// What the table holds: warnings first, then the target, the columns, and columns that say the same.
import { bars, correlations, type Figure, type FigureOptions } from "@steepest/plot";
import type { ColumnProfile } from "steepest/data";
import { count, formatNumber } from "../format.ts";
import { type Content, type Html, html } from "../html.ts";
import type { ReportInput } from "../input.ts";
import { figure, section, table } from "../parts.ts";

export async function data(input: ReportInput): Promise<Html> {
  const { balance, columns, correlations: pairs } = input.data;
  return section(
    "data",
    "Data",
    html`<p>${describeColumns(input)}</p>`,
    warnings(input.data.warnings.filter((text) => text.trim() !== "")),
    balance.length > 0 ? await figure("balance", (options) => classBalance(input, options)) : undefined,
    columnTable(columns, input.data.target),
    pairs.length > 0
      ? await figure("correlations", (options) => correlations(pairs, { ...options, title: "Correlated columns" }), {
          rows: "first",
        })
      : undefined,
  );
}

const drawnClasses = 24;

function classBalance({ data: { balance, target } }: ReportInput, options: FigureOptions): Figure {
  const drawn =
    balance.length <= drawnClasses ? balance : balance.toSorted((a, b) => b.count - a.count).slice(0, drawnClasses);
  const rest =
    balance.reduce((sum, entry) => sum + entry.count, 0) - drawn.reduce((sum, entry) => sum + entry.count, 0);
  const counts = drawn.map(({ label, count: rows }) => [label, rows] as const);
  const others = rest === 0 ? [] : [[`${balance.length - drawn.length} other classes`, rest] as const];
  return bars(Object.fromEntries([...counts, ...others]), {
    ...options,
    title: `Classes of ${target}`,
    label: "rows",
    shares: true,
  });
}

function describeColumns({ data: { rows, columns } }: ReportInput): string {
  const types = ["number", "category", "date"] as const;
  const parts = types
    .map((type) => [type, columns.filter((column) => column.type === type).length] as const)
    .filter(([, n]) => n > 0)
    .map(([type, n]) => (type === "category" && n !== 1 ? `${n} categories` : count(n, type)));
  const missing = columns.reduce((sum, column) => sum + column.missing, 0);
  const gaps = missing === 0 ? "no missing values" : `${count(missing, "missing value")}`;
  return `${count(rows, "row")} and ${count(columns.length, "column")} (${parts.join(", ")}); ${gaps}.`;
}

function warnings(list: readonly string[]): Html {
  if (list.length === 0) return html`<p class="note good">Checks found nothing to warn about.</p>`;
  return html`<div class="note warn"><p><strong>${count(list.length, "warning")}</strong></p>
<ul>${list.map((text) => html`<li>${text}</li>`)}</ul></div>`;
}

const shownColumns = 200;

function columnTable(columns: readonly ColumnProfile[], target: string): Html {
  const noted = columns.some((column) => notes(column) !== "");
  const titles = [
    "column",
    "type",
    "missing",
    "distinct",
    "min",
    "median",
    "max",
    "mean",
    "std",
    ...(noted ? ["notes"] : []),
  ];
  const words = new Set(["column", "type", "notes"]);
  const shown = columns.slice(0, shownColumns);
  return html`<h3>Columns</h3>
${shown.length === columns.length ? undefined : html`<p>The first ${formatNumber(shown.length)} of ${formatNumber(columns.length)}.</p>`}
${table(
  "Columns",
  titles.map((title) => ({ title, numeric: !words.has(title) })),
  shown.map((column) => [
    column.name === target ? html`${column.name} <span class="tag">target</span>` : column.name,
    column.type,
    formatNumber(column.missing),
    formatNumber(column.distinct),
    ...summary(column),
    ...(noted ? [notes(column)] : []),
  ]),
)}`;
}

/** The most frequent categories, then what the checks say. */
function notes({ top, distinct, warnings: list }: ColumnProfile): string {
  const shown = top.slice(0, 3).map(({ value, count: rows }) => `${value} ${formatNumber(rows)}`);
  const more = distinct > shown.length ? [`${formatNumber(distinct - shown.length)} more`] : [];
  return [...(shown.length === 0 ? [] : [[...shown, ...more].join(", ")]), ...list].join("; ");
}

function summary({ summary: s }: ColumnProfile): Content[] {
  if (s === undefined) return ["–", "–", "–", "–", "–"];
  return [s.min, s.median, s.max, s.mean, s.std].map(formatNumber);
}
