// Predictions against the truth: every metric of the catalog, and the tables and curves that the report draws.
import { concat, DataError, type NDArray } from "steepest";
import {
  type ConfusionMatrix,
  type Curve,
  confusion,
  logLoss,
  meanAbsoluteError,
  meanSquaredError,
  precisionRecallCurve,
  r2,
  rocAuc,
  rocCurve,
  rootMeanSquaredError,
} from "steepest/metrics";
import type { MetricValues } from "./catalog.ts";

/** Predictions of classes for some rows, beside the truth. */
export interface ScoredClasses {
  readonly task: "classification";
  readonly actual: readonly string[];
  readonly predicted: readonly string[];
  /** "n k", columns in the order of `classes`. */
  readonly probabilities: NDArray;
  /** "n k", log-odds of each class against the rest, for everything that asks for an order of the rows. */
  readonly logOdds: NDArray;
  readonly classes: readonly string[];
  /** Two classes: the one that precision and recall speak of. */
  readonly positive: string | undefined;
}

/** Predictions of numbers for some rows, beside the truth. */
export interface ScoredValues {
  readonly task: "regression";
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
}

export type Scored = ScoredClasses | ScoredValues;

/** Every metric that these rows allow. */
export function judge(scored: Scored): MetricValues {
  return scored.task === "classification" ? judgeClasses(scored) : judgeValues(scored);
}

/** Predictions for the rows of all parts, one part after the other. */
export function joinScored(parts: readonly Scored[]): Scored {
  const classes = parts.filter((part) => part.task === "classification");
  const values = parts.filter((part) => part.task === "regression");
  const [first] = classes;
  if (first !== undefined) {
    return {
      ...first,
      actual: classes.flatMap((part) => part.actual),
      predicted: classes.flatMap((part) => part.predicted),
      probabilities: concat(classes.map((part) => part.probabilities)),
      logOdds: concat(classes.map((part) => part.logOdds)),
    };
  }
  return {
    task: "regression",
    actual: values.flatMap((part) => part.actual),
    predicted: values.flatMap((part) => part.predicted),
  };
}

function judgeClasses(scored: ScoredClasses): MetricValues {
  const { actual, classes, positive, probabilities, logOdds } = scored;
  const matrix = confusionOf(scored);
  const auc = orAbsent(() =>
    positive === undefined
      ? rocAuc(actual, logOdds, { labels: classes })
      : rocAuc(actual, scoresOf(scored, positive), { positive }),
  );
  return {
    ...(auc === undefined ? {} : { auc }),
    accuracy: matrix.accuracy,
    "balanced-accuracy": matrix.balancedAccuracy,
    precision: matrix.precision,
    recall: matrix.recall,
    f1: matrix.f1,
    "log-loss": logLoss(actual, probabilities, { labels: classes }),
  };
}

function judgeValues({ actual, predicted }: ScoredValues): MetricValues {
  const determination = r2(actual, predicted);
  return {
    rmse: rootMeanSquaredError(actual, predicted),
    ...(Number.isNaN(determination) ? {} : { r2: determination }),
    mae: meanAbsoluteError(actual, predicted),
    mse: meanSquaredError(actual, predicted),
  };
}

/** Two classes: of the positive one. Several: precision, recall and F1 are means over classes. */
export function confusionOf({ actual, predicted, classes, positive }: ScoredClasses): ConfusionMatrix<string> {
  return confusion(
    actual,
    predicted,
    positive === undefined ? { labels: classes, average: "macro" } : { labels: classes, positive },
  );
}

/** The same from counts alone: rows are actual, columns predicted. `positive` for two classes, or means over classes. */
export function confusionFromCounts(
  labels: readonly string[],
  counts: readonly (readonly number[])[],
  positive: string | undefined,
): ConfusionMatrix<string> {
  const cells = labels.flatMap((actual, i) =>
    labels.map((predicted, j) => ({ actual, predicted, count: counts[i]![j]! })),
  );
  const present = cells.filter(({ count }) => count > 0);
  return confusion<string>(
    present.map(({ actual }) => actual),
    present.map(({ predicted }) => predicted),
    {
      labels,
      sampleWeight: present.map(({ count }) => count),
      ...(positive === undefined ? { average: "macro" } : { positive }),
    },
  );
}

/** One curve for two classes, one against the rest for several; classes that do not occur have none. */
export function rocCurvesOf(scored: ScoredClasses): Readonly<Record<string, Curve>> {
  return curvesOf(scored, rocCurve);
}

/** As `rocCurvesOf`. */
export function precisionRecallCurvesOf(scored: ScoredClasses): Readonly<Record<string, Curve>> {
  return curvesOf(scored, precisionRecallCurve);
}

function curvesOf(scored: ScoredClasses, curveOf: typeof rocCurve): Readonly<Record<string, Curve>> {
  const curves = (scored.positive === undefined ? scored.classes : [scored.positive]).map((label) => {
    const curve = orAbsent(() => curveOf(scored.actual, scoresOf(scored, label), { positive: label }));
    return [label, curve && { ...curve, thresholds: curve.thresholds.map(probabilityOf) }] as const;
  });
  return Object.fromEntries(curves.flatMap(([label, curve]) => (curve === undefined ? [] : [[label, curve]])));
}

export function scoresOf({ logOdds, classes }: ScoredClasses, label: string): NDArray {
  return logOdds.at(":", classes.indexOf(label));
}

/** Infinity, where a curve begins with no row called positive, stays. */
function probabilityOf(logOdds: number): number {
  return logOdds === Infinity ? Infinity : 1 / (1 + Math.exp(-logOdds));
}

/** A ranking metric needs rows of both kinds; small sets may lack one. */
export function orAbsent<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}
