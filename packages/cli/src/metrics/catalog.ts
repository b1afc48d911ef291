// The metrics that the command line knows: names for gates and files, labels for people.

export type Task = "classification" | "regression";

export interface Metric {
  /** In gates, files and `--json`. */
  readonly name: string;
  readonly label: string;
  readonly better: "larger" | "smaller";
  /** A share between 0 and 1, printed with three decimals. */
  readonly share: boolean;
}

const share = (name: string, label: string): Metric => ({ name, label, better: "larger", share: true });
const loss = (name: string, label: string): Metric => ({ name, label, better: "smaller", share: false });

/** In the order in which they are shown; the first ones stand in the lines of `train`. */
export const CLASS_METRICS: readonly Metric[] = [
  share("auc", "ROC AUC"),
  share("accuracy", "accuracy"),
  share("balanced-accuracy", "balanced accuracy"),
  share("precision", "precision"),
  share("recall", "recall"),
  share("f1", "F1"),
  { ...loss("log-loss", "log loss"), share: true },
];

export const VALUE_METRICS: readonly Metric[] = [
  loss("rmse", "RMSE"),
  { ...share("r2", "R²") },
  loss("mae", "MAE"),
  loss("mse", "MSE"),
];

export function metricsOf(task: Task): readonly Metric[] {
  return task === "classification" ? CLASS_METRICS : VALUE_METRICS;
}

/** Values by the name of the metric; one that cannot be computed on these rows is absent. */
export type MetricValues = Readonly<Record<string, number>>;
