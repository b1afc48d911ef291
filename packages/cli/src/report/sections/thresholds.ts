// What a threshold makes of the rows: where to put it is a question of what mistakes cost.
import { formatMetric, formatNumber } from "../format.ts";
import { type Content, type Html, html } from "../html.ts";
import type { ReportInput, ThresholdRow } from "../input.ts";
import { table } from "../parts.ts";

type Thresholds = NonNullable<ReportInput["evaluation"]["thresholds"]>;

/** The grid and the best thresholds, ascending; a best one is named, and takes the place of an equal one of the grid. */
export function thresholdTable({ rows, best, costs }: Thresholds, positive: string): Html {
  const named = new Map<number, string[]>();
  for (const { threshold, by } of best) named.set(threshold, [...(named.get(threshold) ?? []), by]);
  const drawn = [...rows, ...best].filter(({ threshold }) => Number.isFinite(threshold));
  const all = [...new Map(drawn.map((row) => [row.threshold, row])).values()];
  const cost = ({ fp, fn }: ThresholdRow): number =>
    costs === undefined ? 0 : costs.falsePositive * fp + costs.falseNegative * fn;
  const titles = [
    "threshold",
    "precision",
    "recall",
    "F1",
    "tp",
    "fp",
    "fn",
    "tn",
    ...(costs === undefined ? [] : ["cost"]),
  ];
  return html`<h3>Thresholds</h3>
<p>A row is called ${positive} when its probability reaches the threshold. ${costText(costs)}</p>
${table(
  "Thresholds",
  titles.map((title) => ({ title, numeric: title !== "threshold" })),
  all
    .toSorted((a, b) => a.threshold - b.threshold)
    .map((row): Content[] => [
      label(row.threshold, named.get(row.threshold)),
      ...shares(row),
      ...[row.tp, row.fp, row.fn, row.tn].map(formatNumber),
      ...(costs === undefined ? [] : [formatNumber(cost(row))]),
    ]),
)}
<p class="hint">The best thresholds are best on these rows; on others a neighbor may be. With calibrated probabilities, costs alone give the threshold: cost of a false alarm over the sum of both costs (Elkan, 2001).</p>`;
}

function label(threshold: number, names: readonly string[] | undefined): Content {
  const value = formatNumber(Number(threshold.toPrecision(4)));
  return names === undefined ? value : html`${value} <span class="tag">best ${names.join(", ")}</span>`;
}

function shares({ tp, fp, fn }: ThresholdRow): Content[] {
  const share = (part: number, whole: number): string => (whole === 0 ? "–" : formatMetric(part / whole));
  return [share(tp, tp + fp), share(tp, tp + fn), share(2 * tp, 2 * tp + fp + fn)];
}

function costText(costs: Thresholds["costs"]): string {
  if (costs === undefined) return "Which one is right depends on what mistakes cost: --costs fp=1,fn=5 adds a column.";
  const { falsePositive, falseNegative } = costs;
  const optimum = falsePositive / (falsePositive + falseNegative);
  const calibrated = Number.isFinite(optimum)
    ? ` Calibrated probabilities would put it at ${formatNumber(optimum)}.`
    : "";
  return `A false alarm costs ${formatNumber(falsePositive)}, a missed row ${formatNumber(falseNegative)}.${calibrated}`;
}
