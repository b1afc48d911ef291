// The page that shows several runs beside each other.
import { type Figure, type FigureOptions, line, plot, roc } from "@steepest/plot";
import type { Curve } from "steepest/metrics";
import { capitalize, count, formatMetric, formatNumber, formatSpread, listWords } from "../format.ts";
import { type Content, type Html, html } from "../html.ts";
import { type PagePart, page } from "../page.ts";
import { figure, section, table } from "../parts.ts";
import { type ComparedMetric, type ComparedRun, type Comparison, compare } from "./compared.ts";
import type { Difference } from "./difference.ts";

/** One self-contained HTML file. Equal runs in equal order give equal bytes. */
export async function renderComparison(runs: readonly ComparedRun[]): Promise<string> {
  const comparison = compare(runs);
  const parts: readonly PagePart[] = [
    ["metrics", "Metrics", metrics(comparison)],
    ["predictions", "Predictions", await predictions(runs)],
    ["settings", "Settings that differ", settings(comparison)],
    ["runs", "Runs", commands(runs)],
  ];
  const [first] = runs;
  const title = `${count(runs.length, "run")} for ${first?.report.data.target ?? ""}`;
  return page(title, head(title, comparison), parts, first?.report.versions ?? {});
}

const BASIS = {
  holdout: "held-out rows",
  folds: "folds, mean ± standard deviation",
  training: "training rows: the models have seen them, so the most flexible one wins",
} as const;

function head(title: string, { metrics: [first], runs, differences }: Comparison): Html {
  const files = [...new Set(runs.map(({ report }) => report.data.sha256))];
  const verdict =
    first === undefined || first.best.length === 0
      ? undefined
      : html`<p class="status ${differences.some(({ isClear }) => isClear !== true) ? "warn" : "good"}"><strong>Best by ${first.label}: ${listWords(first.best)}.</strong> ${clarity(differences)}</p>`;
  return html`<header>
<p class="eyebrow">comparison</p>
<h1>${title}</h1>
${verdict}
${files.length === 1 ? undefined : html`<p class="note warn">The runs were made from ${formatNumber(files.length)} different files: their rows differ, and with them how hard they are to predict.</p>`}
</header>`;
}

function clarity(differences: readonly Difference[]): string {
  const unclear = differences.filter(({ isClear }) => isClear !== true).map(({ other }) => other);
  if (unclear.length === 0) return "The differences to all others are larger than chance explains.";
  return `${unclear.length === differences.length ? "No" : "Not every"} difference is established: ${listWords(unclear)} may be as good.`;
}

function metrics({ basis, metrics: list, runs, differences }: Comparison): Html {
  const cell = ({ values, best }: ComparedMetric, i: number): Content => {
    const entry = values[i];
    if (entry === undefined) return "–";
    const text = entry.std === undefined ? formatMetric(entry.value) : formatSpread(entry.value, entry.std);
    return best.includes(runs[i]!.name) ? html`<span class="tag">best</span> <strong>${text}</strong>` : text;
  };
  return section(
    "metrics",
    "Metrics",
    html`<p>On ${BASIS[basis]}.</p>`,
    table(
      "Metrics by run",
      [{ title: "metric" }, ...runs.map(({ name }) => ({ title: name, numeric: true }))],
      list.map((metric) => [
        html`${capitalize(metric.label)} <span class="hint">${metric.better} is better</span>`,
        ...runs.map((_, i) => cell(metric, i)),
      ]),
    ),
    differences.length === 0 ? undefined : differenceTable(differences, list[0]?.label ?? ""),
    runs.length > 2
      ? html`<p class="hint">The best of ${count(runs.length, "run")} looks better than it is: it was chosen for its value on these rows. Rows that took no part in the choice give the honest one.</p>`
      : undefined,
  );
}

function differenceTable(differences: readonly Difference[], label: string): Html {
  const best = differences[0]?.best ?? "";
  return html`<h3>How sure is it?</h3>
${table(
  "How sure is it?",
  [
    { title: `${best} against` },
    { title: `better by (${label})`, numeric: true },
    { title: "standard error", numeric: true },
    { title: "established" },
    { title: "how it was found" },
  ],
  differences.map(({ other, difference, standardError, isClear, method }) => [
    other,
    difference === undefined ? "–" : formatMetric(difference),
    standardError === undefined ? "–" : formatMetric(standardError),
    isClear === undefined ? "not known" : isClear ? "yes (95 %)" : "no",
    method,
  ]),
)}`;
}

const drawnRuns = 8;
const drawnClasses = 6;

async function predictions(runs: readonly ComparedRun[]): Promise<Html | undefined> {
  const curves = classesOf(runs).slice(0, drawnClasses);
  const drawn = runs.slice(0, drawnRuns);
  const figures = await Promise.all(
    curves.map((label, i) =>
      figure(`roc-${i}`, (options) => rocOfAll(drawn, label, curves.length, options), { half: curves.length > 1 }),
    ),
  );
  const withPoints = drawn.filter(({ report }) => report.evaluation.points !== undefined);
  if (withPoints.length > 0) {
    figures.push(await figure("errors", (options) => errorShares(withPoints, options)), residualTable(withPoints));
  }
  if (figures.length === 0) return undefined;
  return section(
    "predictions",
    "Predictions",
    runs.length > drawnRuns
      ? html`<p class="hint">The first ${formatNumber(drawnRuns)} of ${count(runs.length, "run")}.</p>`
      : undefined,
    curves.length > 1 ? html`<div class="pair">${figures}</div>` : figures,
  );
}

/** Classes with a curve in every run. */
function classesOf(runs: readonly ComparedRun[]): string[] {
  const of = runs.map(({ report }) => Object.keys(report.evaluation.roc ?? {}));
  return (of[0] ?? []).filter((label) => of.every((labels) => labels.includes(label)));
}

function rocOfAll(runs: readonly ComparedRun[], label: string, classes: number, options: FigureOptions): Figure {
  const curves: Record<string, Curve> = {};
  for (const { name, report } of runs) curves[name] = report.evaluation.roc![label]!;
  const side = Math.min(options.width!, 460);
  const title = classes === 1 ? "ROC curves" : `ROC curves of ${label} against the rest`;
  return roc(curves, { ...options, width: side, height: side, title });
}

const shares: readonly number[] = Array.from({ length: 101 }, (_, i) => i / 100);

/** The share of rows that a run predicts within an error: the curve to the left is the better one. */
function errorShares(runs: readonly ComparedRun[], options: FigureOptions): Figure {
  const middle = runs.map(({ name, report }) => {
    const errors = errorsOf(report.evaluation.points!);
    return { name, errors, median: quantile(errors, 0.5) };
  });
  return plot({
    ...options,
    title: "Size of the residuals",
    description: `The share of rows predicted within a given error; half of them within ${listWords(middle.map(({ name, median }) => `${formatNumber(median)} (${name})`))}.`,
    x: { label: "|actual − predicted|" },
    y: { label: "share of rows", domain: [0, 1] },
    marks: middle.map(({ name, errors }) =>
      line(
        shares.map((share) => quantile(errors, share)),
        shares,
        { label: name },
      ),
    ),
  });
}

function residualTable(runs: readonly ComparedRun[]): Html {
  return html`<h3>Residuals</h3>
${table(
  "Residuals",
  ["run", "mean", "median size", "90 % within", "largest"].map((title, j) => ({ title, numeric: j > 0 })),
  runs.map(({ name, report }) => {
    const { actual, predicted } = report.evaluation.points!;
    const mean = actual.reduce((sum, value, i) => sum + value - predicted[i]!, 0) / actual.length;
    const errors = errorsOf({ actual, predicted });
    return [name, ...[mean, quantile(errors, 0.5), quantile(errors, 0.9), quantile(errors, 1)].map(formatMetric)];
  }),
)}`;
}

/** Ascending. */
function errorsOf({ actual, predicted }: { actual: readonly number[]; predicted: readonly number[] }): number[] {
  return actual.map((value, i) => Math.abs(value - predicted[i]!)).sort((a, b) => a - b);
}

function quantile(ascending: readonly number[], share: number): number {
  const place = share * (ascending.length - 1);
  const low = ascending[Math.floor(place)] ?? Number.NaN;
  const high = ascending[Math.ceil(place)] ?? Number.NaN;
  return low === high ? low : low + (high - low) * (place - Math.floor(place));
}

const namedColumns = 40;

function settings({ runs, settings: list, columns }: Comparison): Html {
  const text = (value: string | number | boolean | undefined): string =>
    value === undefined ? "–" : typeof value === "number" ? formatNumber(value) : short(String(value));
  return section(
    "settings",
    "Settings that differ",
    list.length === 0
      ? html`<p class="note good">None: the runs have the same settings.</p>`
      : table(
          "Settings that differ",
          [{ title: "setting" }, ...runs.map(({ name }) => ({ title: name }))],
          list.map(({ name, values }) => [name, ...values.map(text)]),
        ),
    columns.length === 0
      ? undefined
      : html`<h3>Columns that not all runs learned from</h3>
${table(
  "Columns that not all runs learned from",
  [{ title: "column" }, ...runs.map(({ name }) => ({ title: name }))],
  columns
    .slice(0, namedColumns)
    .map((column) => [column.name, ...runs.map(({ name }) => (column.runs.includes(name) ? "yes" : "–"))]),
)}
${columns.length > namedColumns ? html`<p class="hint">The first ${formatNumber(namedColumns)} of ${formatNumber(columns.length)}.</p>` : undefined}`,
  );
}

/** A hash says the same with twelve digits. */
function short(text: string): string {
  return /^[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 12)}…` : text;
}

function commands(runs: readonly ComparedRun[]): Html {
  return section(
    "runs",
    "Runs",
    runs.map(
      (
        { name, report },
        i,
      ) => html`<p class="label" id="command-${i}"><strong>${name}</strong> ${report.title}, ${report.date.slice(0, 10)}</p>
<pre tabindex="0" role="group" aria-labelledby="command-${i}"><code>${report.command}</code></pre>
`,
    ),
  );
}
