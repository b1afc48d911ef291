// The learners of `train --model`, as data: one entry per name, and a line for its estimator in estimators.ts.
import type { Task } from "../metrics/catalog.ts";

interface ModelEntry {
  readonly task: Task | "of-target";
  /** "logistic regression" */
  readonly title: string;
  /** "auto" lets the model choose; none where there is nothing to choose. */
  readonly solvers: readonly string[];
  /** Options that not all models have. */
  readonly takes: readonly ModelOption[];
  /** A penalty whose strength is chosen by cross-validation where nobody says it. */
  readonly chooses?: "l2";
}

export type ModelOption = "l2" | "maxSteps" | "network";

const linear = {
  task: "regression",
  solvers: ["auto", "qr", "cholesky", "normal-equation", "lbfgs", "gradient-descent"],
  takes: ["l2", "maxSteps"],
} as const;

const entries = {
  linear: { ...linear, title: "linear regression" },
  ridge: { ...linear, title: "ridge regression", chooses: "l2" },
  logistic: {
    task: "classification",
    title: "logistic regression",
    solvers: ["auto", "newton", "lbfgs", "gradient-descent"],
    takes: ["l2", "maxSteps"],
  },
  mlp: { task: "of-target", title: "network", solvers: [], takes: ["l2", "network"] },
} as const satisfies Readonly<Record<string, ModelEntry>>;

export type ModelName = keyof typeof entries;
export const MODELS: Readonly<Record<ModelName, ModelEntry>> = entries;
export const MODEL_NAMES: readonly ModelName[] = Object.keys(entries) as ModelName[];
