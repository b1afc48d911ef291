// What the report shows of the rows that are judged: curves, thresholds, points; as much of them as can be seen.
import {
  bestThreshold,
  type Curve,
  calibrationCurve,
  delongInterval,
  type ThresholdCosts,
  type ThresholdMetric,
} from "steepest/metrics";
import {
  confusionOf,
  orAbsent,
  precisionRecallCurvesOf,
  rocCurvesOf,
  type Scored,
  type ScoredClasses,
  scoresOf,
} from "../metrics/judge.ts";
import type { ReportInput, ReportMetric, ThresholdRow } from "../report/index.ts";

type Evaluation = ReportInput["evaluation"];

/** Points of a curve, and rows, that a report keeps. */
const KEPT_POINTS = 2000;
const KEPT_ROWS = 20_000;

export function evaluationOf(
  rowsUsed: Evaluation["rowsUsed"],
  scored: Scored,
  costs: ThresholdCosts | undefined,
): Evaluation {
  const rows = scored.actual.length;
  if (scored.task === "regression") {
    const [actual, predicted] = evenly(KEPT_ROWS, scored.actual, scored.predicted);
    return { rowsUsed, rows, points: { actual: actual!, predicted: predicted! } };
  }
  const precisionRecall = thinCurves(precisionRecallCurvesOf(scored));
  return {
    rowsUsed,
    rows,
    ...(scored.positive === undefined ? {} : { positive: scored.positive }),
    confusion: confusionOf(scored),
    roc: thinCurves(rocCurvesOf(scored)),
    ...(Object.keys(precisionRecall).length === 0 ? {} : { precisionRecall }),
    ...(scored.positive === undefined ? {} : positiveClassOf(scored, scored.positive, costs)),
  };
}

/** DeLong's interval of the area on held-out rows; nothing where it is not defined. */
export function aucInterval(scored: Scored): ReportMetric["interval"] {
  if (scored.task === "regression" || scored.positive === undefined) return undefined;
  const { actual, positive } = scored;
  const interval = orAbsent(() => delongInterval(actual, scoresOf(scored, positive), { positive }));
  return interval && { low: interval.low, high: interval.high, level: interval.level };
}

function positiveClassOf(
  scored: ScoredClasses,
  positive: string,
  costs: ThresholdCosts | undefined,
): Pick<Evaluation, "calibration" | "thresholds" | "scores"> {
  const { actual, probabilities, classes } = scored;
  const p = Float64Array.from(probabilities.at(":", classes.indexOf(positive)).toArray());
  const calibration = orAbsent(() => calibrationCurve(actual, p, { positive }));
  const isPositive = actual.map((label) => (label === positive ? 1 : 0));
  const scores =
    actual.length > KEPT_ROWS
      ? {}
      : { scores: { positive: isPositive, logOdds: scoresOf(scored, positive).toArray() } };
  const best = bestOf(actual, p, positive, isPositive, costs);
  if (calibration === undefined || best === undefined) return scores;
  const rows = GRID.map((threshold) => rowAt(threshold, isPositive, p));
  return { calibration, thresholds: { rows, best, ...(costs === undefined ? {} : { costs }) }, ...scores };
}

const GRID: readonly number[] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

function bestOf(
  actual: readonly string[],
  p: Float64Array,
  positive: string,
  isPositive: readonly number[],
  costs: ThresholdCosts | undefined,
): (ThresholdRow & { by: string })[] | undefined {
  const named: [string, ThresholdMetric][] = [
    ["F1", "f1"],
    ["Youden’s J", "youden"],
    ["accuracy", "accuracy"],
  ];
  if (costs !== undefined) named.unshift(["costs", costs]);
  return orAbsent(() =>
    named.map(([by, metric]) => {
      const { threshold } = bestThreshold(actual, p, metric, { positive });
      return { by, ...rowAt(threshold, isPositive, p) };
    }),
  );
}

function rowAt(threshold: number, isPositive: readonly number[], p: Float64Array): ThresholdRow {
  let [tp, fp, tn, fn] = [0, 0, 0, 0];
  for (let row = 0; row < p.length; row++) {
    if (p[row]! >= threshold) isPositive[row] === 1 ? tp++ : fp++;
    else isPositive[row] === 1 ? fn++ : tn++;
  }
  return { threshold, tp, fp, tn, fn };
}

function thinCurves(curves: Readonly<Record<string, Curve>>): Readonly<Record<string, Curve>> {
  return Object.fromEntries(Object.entries(curves).map(([label, curve]) => [label, thinCurve(curve)]));
}

/** Evenly spaced points with both ends; the area stays that of all. (The last point of precision and recall has no threshold.) */
function thinCurve(curve: Curve): Curve {
  const { x, y, thresholds, area } = curve;
  if (x.length <= KEPT_POINTS) return curve;
  const at = places(x.length, KEPT_POINTS);
  const kept = thresholds.length === x.length ? at : at.slice(0, -1);
  return { x: at.map((i) => x[i]!), y: at.map((i) => y[i]!), thresholds: kept.map((i) => thresholds[i]!), area };
}

function evenly(limit: number, ...lists: readonly (readonly number[])[]): number[][] {
  const n = lists[0]?.length ?? 0;
  const at = n <= limit ? undefined : places(n, limit);
  return lists.map((list) => (at === undefined ? [...list] : at.map((i) => list[i]!)));
}

function places(n: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => Math.round((k * (n - 1)) / (count - 1)));
}
