// Predictions against the truth, on the most honest rows there are.
import {
  calibration,
  confusionMatrix,
  type Figure,
  type FigureOptions,
  histogram,
  precisionRecall,
  predictedActual,
  roc,
} from "@steepest/plot";
import type { ConfusionMatrix, Curve } from "steepest/metrics";
import { count, formatMetric, formatNumber } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { ReportInput } from "../input.ts";
import { figure, section, table } from "../parts.ts";
import { thresholdTable } from "./thresholds.ts";

const rowsInWords = {
  holdout: "rows that were held out: no step of the training saw them",
  "out-of-fold": "rows, each predicted by the model of the fold that did not see it",
  training: "training rows: the model has seen them, so expect less on new ones",
} as const;

export async function evaluation(input: ReportInput): Promise<Html | undefined> {
  const { confusion, roc: curves, precisionRecall: tradeoffs, calibration: said, points } = input.evaluation;
  const { rows, rowsUsed, positive, thresholds } = input.evaluation;
  const figures = [
    confusion &&
      confusion.labels.length <= drawnLabels &&
      (await figure("confusion", (options) => confusionMatrix(confusion, square(options)), { half: true })),
    curves && (await figure("roc", (options) => curvesFigure("ROC", roc, curves, options), { half: true })),
    tradeoffs &&
      (await figure("precision-recall", (o) => curvesFigure("Precision and recall", precisionRecall, tradeoffs, o), {
        half: true,
      })),
    said && (await figure("calibration", (options) => calibration(said, square(options)), { half: true })),
    points &&
      (await figure("points", (o) => predictedActual(points.actual, points.predicted, square(o)), {
        half: true,
      })),
    points && (await figure("residuals", (options) => residuals(points, square(options)), { half: true })),
  ].filter((part) => part !== undefined && part !== false);
  if (figures.length === 0) return undefined;
  const positiveClass = positive === undefined ? undefined : html` The positive class is <strong>${positive}</strong>.`;
  return section(
    "evaluation",
    "Predictions",
    html`<p>${formatNumber(rows)} ${rowsInWords[rowsUsed]}.${positiveClass}</p>`,
    html`<div class="pair">${figures}</div>`,
    points && points.actual.length < rows
      ? html`<p class="hint">Drawn are ${formatNumber(points.actual.length)} of ${formatNumber(rows)} rows, evenly spaced.</p>`
      : undefined,
    confusion && perClass(confusion),
    thresholds && thresholdTable(thresholds, positive ?? "positive"),
  );
}

const drawnLabels = 20;
const drawnCurves = 8;

/** Of many classes, the ones that are told apart worst. */
function curvesFigure(
  name: string,
  draw: typeof roc,
  curves: Readonly<Record<string, Curve>>,
  options: FigureOptions,
): Figure {
  const all = Object.entries(curves);
  if (all.length <= drawnCurves) return draw(curves, square(options));
  const worst = all.toSorted(([, a], [, b]) => a.area - b.area).slice(0, drawnCurves);
  const title = `${name}, the ${drawnCurves} lowest of ${all.length} curves`;
  return draw(Object.fromEntries(worst), { ...square(options), title });
}

// side by side, pictures have one height
const square = (options: FigureOptions): FigureOptions => ({ ...options, height: options.width! });

function residuals(
  { actual, predicted }: { readonly actual: readonly number[]; readonly predicted: readonly number[] },
  options: FigureOptions,
): Figure {
  const differences = actual.map((value, i) => value - predicted[i]!);
  return histogram(differences, { ...options, title: "Residuals", xLabel: "actual − predicted" });
}

function perClass(matrix: ConfusionMatrix<string>): Html {
  return html`<h3>By class</h3>
${table(
  "Metrics by class",
  ["class", "precision", "recall", "F1", "rows"].map((title, j) => ({ title, numeric: j > 0 })),
  [...matrix.perClass].map(([label, m]) => [
    label,
    formatMetric(m.precision),
    formatMetric(m.recall),
    formatMetric(m.f1),
    formatNumber(m.support),
  ]),
)}
<p class="hint">Accuracy ${formatMetric(matrix.accuracy)}, balanced ${formatMetric(matrix.balancedAccuracy)}, Matthews correlation ${formatMetric(matrix.mcc)}, over ${count(
    matrix.counts.flat().reduce((a, b) => a + b, 0),
    "row",
  )}.</p>`;
}
