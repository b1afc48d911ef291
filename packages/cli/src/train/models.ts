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
  readonly chooses?: Mix;
}

/** How a strength s is shared out: l1 = s·l1Ratio, l2 = s·(1 − l1Ratio). */
export interface Mix {
  readonly l1Ratio: number;
}

export type ModelOption = "l1" | "l2" | "maxSteps" | "kernel" | "network";

const linear = {
  task: "regression",
  solvers: [
    "auto",
    "qr",
    "cholesky",
    "normal-equation",
    "coordinate-descent",
    "proximal-gradient",
    "lbfgs",
    "gradient-descent",
  ],
  takes: ["l1", "l2", "maxSteps"],
} as const;
const sparse = ["auto", "coordinate-descent", "proximal-gradient"] as const;

export type ModelName = "linear" | "ridge" | "lasso" | "elastic-net" | "poisson" | "logistic" | "svc" | "svr" | "mlp";

export const MODELS: Readonly<Record<ModelName, ModelEntry>> = {
  linear: { ...linear, title: "linear regression" },
  ridge: { ...linear, title: "ridge regression", takes: ["l2", "maxSteps"], chooses: { l1Ratio: 0 } },
  lasso: { ...linear, title: "lasso", solvers: sparse, takes: ["l1", "maxSteps"], chooses: { l1Ratio: 1 } },
  "elastic-net": { ...linear, title: "elastic net", solvers: sparse, chooses: { l1Ratio: 0.5 } },
  poisson: { task: "regression", title: "Poisson regression", solvers: ["auto"], takes: ["l1", "l2", "maxSteps"] },
  logistic: {
    task: "classification",
    title: "logistic regression",
    solvers: ["auto", "newton", "coordinate-descent", "proximal-gradient", "lbfgs", "gradient-descent"],
    takes: ["l1", "l2", "maxSteps"],
  },
  svc: {
    task: "classification",
    title: "support vector classification",
    solvers: ["auto"],
    takes: ["maxSteps", "kernel"],
  },
  svr: { task: "regression", title: "support vector regression", solvers: ["auto"], takes: ["maxSteps", "kernel"] },
  mlp: { task: "of-target", title: "network", solvers: [], takes: ["l2", "network"] },
};

export const MODEL_NAMES: readonly ModelName[] = Object.keys(MODELS) as ModelName[];
