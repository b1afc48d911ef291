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
    html`<p>${describeColumns(input.data)}</p>`,
    warnings(input.data.warnings.filter((text) => text.trim() !== "")),
    balance.length > 0 ? await figure("balance", (options) => classBalance(input, options)) : undefined,
    duplicateTable(input.data.duplicates),
    columnTable(columns, input.data.target, columnCount(input.data)),
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

/** Of all columns, also of those that a wide table does not list. */
function totalsOf({ columns, totals }: ReportInput["data"]): NonNullable<ReportInput["data"]["totals"]> {
  const of = (type: ColumnProfile["type"]) => columns.filter((column) => column.type === type).length;
  const missing = columns.reduce((sum, column) => sum + column.missing, 0);
  return totals ?? { number: of("number"), category: of("category"), date: of("date"), missing };
}

export function columnCount(data: ReportInput["data"]): number {
  const { number, category, date } = totalsOf(data);
  return number + category + date;
}

function describeColumns(data: ReportInput["data"]): string {
  const totals = totalsOf(data);
  const types = ["number", "category", "date"] as const;
  const parts = types
    .map((type) => [type, totals[type]] as const)
    .filter(([, n]) => n > 0)
    .map(([type, n]) => (type === "category" && n !== 1 ? `${n} categories` : count(n, type)));
  const gaps = totals.missing === 0 ? "no missing values" : `${count(totals.missing, "missing value")}`;
  return `${count(data.rows, "row")} and ${count(columnCount(data), "column")} (${parts.join(", ")}); ${gaps}.`;
}

function warnings(list: readonly string[]): Html {
  if (list.length === 0) return html`<p class="note good">Checks found nothing to warn about.</p>`;
  return html`<div class="note warn"><p><strong>${count(list.length, "warning")}</strong></p>
<ul>${list.slice(0, shownWarnings).map((text) => html`<li>${text}</li>`)}${
    list.length > shownWarnings ? html`<li>and ${formatNumber(list.length - shownWarnings)} more</li>` : undefined
  }</ul></div>`;
}

const shownWarnings = 50;

/** The first rows that repeat others; nothing where none does. */
function duplicateTable(duplicates: ReportInput["data"]["duplicates"]): Html | undefined {
  if (duplicates === undefined || (duplicates.count === 0 && (duplicates.heldOut?.count ?? 0) === 0)) return undefined;
  const { count: repeated, first, heldOut } = duplicates;
  const known =
    heldOut === undefined
      ? undefined
      : html` Of ${count(heldOut.rows, "held-out row")}, ${formatNumber(heldOut.count)} occur among the training rows too.`;
  return html`<h3>Duplicate rows</h3>
<p>${count(repeated, "row")} repeat an earlier one in every column, target included.${known} A model is judged too well on rows that it has learned. If they are one thing recorded twice, remove them; if different things look alike, they are data.</p>
${
  first.length === 0
    ? undefined
    : table(
        "Duplicate rows",
        [{ title: "row" }, { title: "repeats row", numeric: true }],
        first.map(({ row, of }) => [formatNumber(row), formatNumber(of)]),
      )
}
${first.length < repeated && first.length > 0 ? html`<p class="hint">The first ${formatNumber(first.length)} of ${formatNumber(repeated)}; rows are counted from 1, without the header.</p>` : undefined}`;
}

const shownColumns = 200;

function columnTable(columns: readonly ColumnProfile[], target: string, all: number): Html {
  const noted = columns.some((column) => notes(column) !== "");
  const titles = [
    "column",
    "type",
    "missing",
    "distinct",
    "min",
    "25 %",
    "median",
    "75 %",
    "max",
    "mean",
    "std",
    ...(noted ? ["notes"] : []),
  ];
  const words = new Set(["column", "type", "notes"]);
  const shown = columns.slice(0, shownColumns);
  return html`<h3>Columns</h3>
${shown.length === all ? undefined : html`<p>The first ${formatNumber(shown.length)} of ${formatNumber(all)}.</p>`}
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
  if (s === undefined) return Array.from({ length: 7 }, () => "–");
  return [s.min, s.lowerQuartile, s.median, s.upperQuartile, s.max, s.mean, s.std].map(formatNumber);
}
