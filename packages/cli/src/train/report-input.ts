// What the report of a training shows.
import type { ColumnProfile, CorrelatedPair } from "steepest/data";
import { plural } from "../format.ts";
import { type MetricValues, metricsOf } from "../metrics/catalog.ts";
import { confusionOf, rocCurvesOf, type Scored } from "../metrics/judge.ts";
import { coefficientsOf } from "../model/table-predictor.ts";
import type { ReportInput } from "../report/input.ts";
import { versions } from "../run/versions.ts";
import type { FittedLearner } from "./learner.ts";
import type { TrainPlan } from "./plan.ts";
import type { Findings } from "./record.ts";
import type { TrainRequest } from "./request.ts";

export interface ReportParts {
  readonly request: TrainRequest;
  readonly plan: TrainPlan;
  readonly found: Findings;
  readonly date: string;
  readonly columns: readonly ColumnProfile[];
  readonly correlations: readonly CorrelatedPair[];
  readonly fitted: FittedLearner;
  /** "logistic regression" */
  readonly modelName: string;
  readonly evaluated: { readonly rowsUsed: "holdout" | "out-of-fold" | "training"; readonly scored: Scored };
}

export function createReportInput(parts: ReportParts): ReportInput {
  const { request, plan, found, fitted, modelName } = parts;
  const { report } = fitted;
  return {
    title: `${request.target} by ${modelName}`,
    date: parts.date,
    command: request.commandLine,
    seed: request.seed,
    versions: versions(),
    status: found.status,
    task: plan.task,
    data: {
      file: request.file,
      sha256: found.sha256,
      rows: found.rows,
      target: request.target,
      columns: parts.columns,
      balance: plan.balance,
      correlations: parts.correlations,
      warnings: [
        ...plan.notes,
        ...parts.columns.flatMap(({ name, warnings }) => warnings.map((warning) => `${name}: ${warning}`)),
        ...pairNotes(parts.correlations.length),
      ],
    },
    pipeline: pipelineOf(request, plan, fitted, modelName),
    metrics: metricsOf(plan.task).map(({ name, label, better }) => ({
      name,
      label,
      better,
      ...(found.folds?.[name] === undefined ? {} : { folds: found.folds[name] }),
      ...metricOf("holdout", found.holdout?.metrics, name),
      ...metricOf("training", found.training?.metrics, name),
    })),
    evaluation: evaluationOf(parts),
    training: {
      solver: report.solver,
      status: report.status,
      message: report.message,
      steps: report.steps,
      objective: report.objective,
      history: report.history,
    },
    model: {
      kind: modelName,
      features: fitted.encoder.names,
      ...coefficientsOf(fitted.model),
    },
  };
}

function pairNotes(pairs: number): string[] {
  if (pairs === 0) return [];
  return [
    `${plural(pairs, "column pair")} with |r| > 0.9: their coefficients share one effect, and each alone says little`,
  ];
}

function metricOf(key: "holdout" | "training", values: MetricValues | undefined, name: string): object {
  const value = values?.[name];
  return value === undefined ? {} : { [key]: value };
}

function evaluationOf({ evaluated, plan }: ReportParts): ReportInput["evaluation"] {
  const { rowsUsed, scored } = evaluated;
  const rows = scored.actual.length;
  if (scored.task === "regression") {
    return { rowsUsed, rows, points: { actual: scored.actual, predicted: scored.predicted } };
  }
  return {
    rowsUsed,
    rows,
    ...(plan.positive === undefined ? {} : { positive: plan.positive }),
    confusion: confusionOf(scored),
    roc: rocCurvesOf(scored),
  };
}

function pipelineOf(
  request: TrainRequest,
  plan: TrainPlan,
  { encoder, l2 }: FittedLearner,
  modelName: string,
): ReportInput["pipeline"] {
  const numbers = encoder.inputs.filter(({ type }) => type !== "category").length;
  const categories = encoder.inputs.length - numbers;
  return [
    {
      step: "encode",
      options: {
        ...(numbers === 0 ? {} : { "number columns": numbers, "missing numbers": "median of the training rows" }),
        ...(categories === 0 ? {} : { "category columns": categories, categories: "one-hot" }),
        "columns of X": encoder.names.length,
      },
    },
    ...(request.standardize
      ? [{ step: "standardize", options: { mean: 0, deviation: 1, "fitted on": "training rows" } }]
      : []),
    {
      step: modelName,
      options: {
        l2,
        solver: request.solver,
        ...(plan.task === "classification" && request.classWeight !== undefined
          ? { "class weight": request.classWeight === "balanced" ? "balanced" : JSON.stringify(request.classWeight) }
          : {}),
        ...(request.maxSteps === undefined ? {} : { "max steps": request.maxSteps }),
      },
    },
  ];
}
