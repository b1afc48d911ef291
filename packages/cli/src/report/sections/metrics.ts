// All metrics side by side: over folds, on held-out rows, on training rows. The spread says how far to trust them.
import { type FigureOptions, foldScores } from "@steepest/plot";
import { capitalize, formatMetric, formatNumber, formatSpread } from "../format.ts";
import { type Content, type Html, html } from "../html.ts";
import type { ReportInput, ReportMetric } from "../input.ts";
import { figure, section, table } from "../parts.ts";

export async function metrics(input: ReportInput): Promise<Html | undefined> {
  const list = input.metrics;
  if (list.length === 0) return undefined;
  const folds = list.find((metric) => metric.folds !== undefined)?.folds?.perFold.length;
  const columns: readonly (readonly [title: string, cell: (metric: ReportMetric) => Content])[] = [
    ...(folds === undefined ? [] : [[`${folds} folds, mean ± std`, foldCell] as const]),
    ...(list.some((metric) => metric.holdout !== undefined) ? [["held out", holdoutCell] as const] : []),
    ...(list.some((metric) => metric.training !== undefined)
      ? [["training", (m: ReportMetric) => cell(m.training)] as const]
      : []),
  ];
  return section(
    "metrics",
    "Metrics",
    table(
      "Metrics",
      [{ title: "metric" }, ...columns.map(([title]) => ({ title, numeric: true }))],
      list.map((metric) => [
        html`${capitalize(metric.label)} <span class="hint">${metric.better} is better</span>`,
        ...columns.map(([, write]) => write(metric)),
      ]),
    ),
    intervalNote(list),
    await spread("folds-scores", "Scores over folds", "score (larger is better)", pick(list, "larger")),
    await spread("folds-errors", "Errors over folds", "error (smaller is better)", pick(list, "smaller")),
  );
}

const foldCell = ({ folds }: ReportMetric) => (folds === undefined ? "–" : formatSpread(folds.mean, folds.std));
const holdoutCell = ({ holdout, interval }: ReportMetric) =>
  interval === undefined
    ? cell(holdout)
    : html`${cell(holdout)} <span class="hint">${formatMetric(interval.low)} to ${formatMetric(interval.high)}</span>`;
const cell = (value: number | undefined) => (value === undefined ? "–" : formatMetric(value));

function intervalNote(list: readonly ReportMetric[]): Html | undefined {
  const level = list.find(({ interval }) => interval !== undefined)?.interval?.level;
  if (level === undefined) return undefined;
  return html`<p class="hint">Beside the area: its ${formatNumber(100 * level)} % interval for new rows of the same kind under this model (DeLong).</p>`;
}

// metrics of one direction share an axis where their sizes allow it: dots of a metric a hundred times smaller would coincide
function pick(list: readonly ReportMetric[], better: ReportMetric["better"]): Record<string, readonly number[]> {
  const candidates = list.filter((m) => m.better === better && m.folds?.perFold.every(Number.isFinite) === true);
  const size = (m: ReportMetric) => Math.max(...m.folds!.perFold.map(Math.abs));
  const first = candidates[0];
  if (first === undefined) return {};
  const comparable = candidates.filter((m) => size(m) <= 20 * size(first) && size(m) >= size(first) / 20);
  return Object.fromEntries(comparable.map((m) => [m.label, m.folds!.perFold]));
}

async function spread(
  id: string,
  title: string,
  xLabel: string,
  scores: Record<string, readonly number[]>,
): Promise<Html | undefined> {
  if (Object.keys(scores).length === 0) return undefined;
  return figure(id, (options: FigureOptions) => foldScores(scores, { ...options, title, xLabel }));
}
