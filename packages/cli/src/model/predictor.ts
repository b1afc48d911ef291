// A fitted model on tables, as the commands use it: predictions, and predictions beside the truth.
import type { NDArray } from "steepest";
import type { FittedEncoder, Table } from "steepest/data";
import type { Scored } from "../metrics/judge.ts";

export interface PredictedClasses {
  readonly task: "classification";
  readonly labels: readonly string[];
  /** "n k", columns in the order of `classes`. */
  readonly probabilities: NDArray;
  /** "n k", log-odds of each class against the rest: the order of the probabilities, also where those round to 0 or 1. */
  readonly logOdds: NDArray;
  readonly classes: readonly string[];
}

export interface PredictedValues {
  readonly task: "regression";
  readonly values: readonly number[];
}

/** What was unusual about the rows: holes that were filled, categories that training did not have; by column. */
export interface Unusual {
  readonly missing: Readonly<Record<string, number>>;
  readonly unseen: Readonly<Record<string, number>>;
}

export type Predicted = (PredictedClasses | PredictedValues) & { readonly unusual: Unusual };

export interface Predictor {
  readonly encoder: FittedEncoder;
  predict(table: Table): Predicted;
}

/** The prediction for two classes when `positive` begins at another probability than ½. */
export function applyThreshold<P extends PredictedClasses>(
  predicted: P,
  positive: string,
  threshold: number | undefined,
): P {
  if (threshold === undefined) return predicted;
  const { classes, probabilities } = predicted;
  const other = classes.find((label) => label !== positive) ?? positive;
  const shares = probabilities.at(":", classes.indexOf(positive)).toArray();
  return { ...predicted, labels: shares.map((p) => (p >= threshold ? positive : other)) };
}

/** Predictions beside the truth that the table holds. @throws DataError for a class that training did not have. */
export function scoreTable(
  { encoder }: Predictor,
  table: Table,
  predicted: Predicted,
  positive: string | undefined,
): Scored {
  if (predicted.task === "regression") {
    return { task: "regression", actual: encoder.values(table).toArray(), predicted: predicted.values };
  }
  const { labels, probabilities, logOdds, classes, task } = predicted;
  return { task, actual: encoder.labels(table), predicted: labels, probabilities, logOdds, classes, positive };
}
