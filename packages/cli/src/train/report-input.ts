// What the report of a training shows.
import type { ColumnProfile, CorrelatedPair } from "steepest/data";
import { plural } from "../format.ts";
import { type MetricValues, metricsOf } from "../metrics/catalog.ts";
import type { Scored } from "../metrics/judge.ts";
import { coefficientsOf, layersOf } from "../model/table-predictor.ts";
import type { ReportDuplicates, ReportInput, ReportMetric } from "../report/index.ts";
import { versions } from "../run/versions.ts";
import { penaltySettings } from "./estimators.ts";
import type { FittedLearner } from "./learner.ts";
import type { TrainPlan } from "./plan.ts";
import type { Findings } from "./record.ts";
import { aucInterval, evaluationOf } from "./report-evaluation.ts";
import { fileOf, type TrainRequest } from "./request.ts";

export interface ReportParts {
  readonly request: TrainRequest;
  readonly plan: TrainPlan;
  readonly found: Findings;
  readonly date: string;
  readonly columns: readonly ColumnProfile[];
  readonly correlations: readonly CorrelatedPair[];
  readonly duplicates: ReportDuplicates;
  readonly selection: ReportInput["selection"];
  readonly fitted: FittedLearner;
  /** "logistic regression" */
  readonly modelName: string;
  readonly evaluated: { readonly rowsUsed: "holdout" | "out-of-fold" | "training"; readonly scored: Scored };
}

export function createReportInput(parts: ReportParts): ReportInput {
  const { request, plan, found, fitted, modelName } = parts;
  const { report } = fitted;
  const layers = layersOf(fitted.model);
  return {
    title: `${request.target} by ${modelName}`,
    run: request.out,
    date: parts.date,
    command: request.commandLine,
    seed: request.seed,
    versions: versions(),
    status: found.status,
    task: plan.task,
    data: {
      file: fileOf(request),
      sha256: found.sha256,
      rows: found.rows,
      target: request.target,
      columns: parts.columns.slice(0, KEPT_COLUMNS),
      balance: plan.balance,
      correlations: parts.correlations.slice(0, KEPT_PAIRS),
      warnings: [
        ...plan.notes,
        ...duplicateNotes(parts.duplicates, found.rows),
        ...parts.columns.flatMap(({ name, warnings }) => warnings.map((warning) => `${name}: ${warning}`)),
        ...pairNotes(parts.correlations.length),
      ],
      duplicates: parts.duplicates,
      ...(parts.columns.length > KEPT_COLUMNS ? { totals: totalsOf(parts.columns) } : {}),
    },
    settings: settingsOf(parts),
    pipeline: pipelineOf(request, plan, fitted, modelName),
    metrics: metricsOf(plan.task).map(({ name, label, better }) => ({
      name,
      label,
      better,
      ...(found.folds?.[name] === undefined ? {} : { folds: found.folds[name] }),
      ...metricOf("holdout", found.holdout?.metrics, name),
      ...intervalOf(name, parts.evaluated),
      ...metricOf("training", found.training?.metrics, name),
    })),
    evaluation: evaluationOf(parts.evaluated.rowsUsed, parts.evaluated.scored, request.costs),
    ...(parts.selection === undefined ? {} : { selection: parts.selection }),
    training: {
      solver: report.solver,
      status: fitted.status,
      message: report.message,
      steps: report.steps,
      objective: report.objective,
      history: report.history,
      ...(request.network === undefined ? {} : { unit: "epoch" as const }),
    },
    model: {
      kind: modelName,
      features: fitted.encoder.names,
      ...coefficientsOf(fitted.model),
      ...(layers === undefined ? {} : { layers }),
    },
  };
}

/** Of a wide table, what a report keeps: more is not read by anybody. */
const KEPT_COLUMNS = 200;
const KEPT_PAIRS = 500;

function totalsOf(columns: readonly ColumnProfile[]): NonNullable<ReportInput["data"]["totals"]> {
  const count = (type: ColumnProfile["type"]): number => columns.filter((column) => column.type === type).length;
  const missing = columns.reduce((sum, column) => sum + column.missing, 0);
  return { number: count("number"), category: count("category"), date: count("date"), missing };
}

function duplicateNotes({ count, heldOut }: ReportDuplicates, rows: number): string[] {
  const known = heldOut === undefined ? 0 : heldOut.count;
  return [
    ...(count === 0
      ? []
      : [
          `${plural(count, "row")} of ${rows} repeat an earlier one in every column: folds may test on what they learned`,
        ]),
    ...(known === 0
      ? []
      : [
          `${known} of ${plural(heldOut?.rows ?? 0, "held-out row")} occur among the training rows: the test is too kind`,
        ]),
  ];
}

function intervalOf(name: string, { rowsUsed, scored }: ReportParts["evaluated"]): Pick<ReportMetric, "interval"> {
  const interval = name === "auc" && rowsUsed === "holdout" ? aucInterval(scored) : undefined;
  return interval === undefined ? {} : { interval };
}

/** What a comparison of runs looks at. */
function settingsOf({ request, plan, found, fitted, modelName }: ReportParts): NonNullable<ReportInput["settings"]> {
  const { classWeight, maxCategories, maxSteps, dropRare } = request;
  return {
    data: fileOf(request),
    "data hash": found.sha256,
    rows: found.rows,
    model: modelName,
    columns: plan.features.length,
    ...penaltySettings(plan.model, fitted.penalty),
    ...machineSettings(request),
    ...(fitted.chosen === undefined ? {} : { "strength chosen by": "cross-validation" }),
    standardize: request.standardize,
    ...(maxCategories === undefined ? {} : { "max categories": maxCategories }),
    ...(classWeight === undefined
      ? {}
      : { "class weight": classWeight === "balanced" ? "balanced" : JSON.stringify(classWeight) }),
    ...(dropRare === undefined ? {} : { "drop rare": dropRare }),
    ...(request.network === undefined ? { solver: request.solver } : networkSettings(request.network)),
    ...(maxSteps === undefined ? {} : { "max steps": maxSteps }),
    ...(plan.positive === undefined ? {} : { positive: plan.positive }),
    ...(request.missing.length === 0 ? {} : { missing: request.missing.join(", ") }),
    folds: plan.folds,
    "held out": request.holdout ?? 0,
    seed: request.seed,
  };
}

function machineSettings({ kernel, C }: TrainRequest): Record<string, string | number> {
  return { ...(kernel === undefined ? {} : { kernel }), ...(C === undefined ? {} : { C }) };
}

function networkSettings(network: NonNullable<TrainRequest["network"]>): Record<string, string | number> {
  const { hidden, activation, dropout, optimizer, schedule, epochs, batchSize, patience } = network;
  return {
    hidden: hidden.length === 0 ? "none" : hidden.join(", "),
    activation,
    ...(dropout === 0 ? {} : { dropout }),
    optimizer: optimizer.name,
    "learning rate": optimizer.learningRate,
    ...(optimizer.preset === undefined ? {} : { preset: optimizer.preset }),
    ...(optimizer.momentum === undefined ? {} : { momentum: optimizer.momentum }),
    ...(optimizer.weightDecay === undefined ? {} : { "weight decay": optimizer.weightDecay }),
    schedule: schedule.name,
    ...(schedule.warmup === 0 ? {} : { "warm-up": schedule.warmup }),
    epochs,
    "batch size": batchSize,
    ...(patience === undefined ? {} : { patience }),
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

function pipelineOf(
  request: TrainRequest,
  plan: TrainPlan,
  { encoder, penalty }: FittedLearner,
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
        ...penaltySettings(plan.model, penalty),
        ...machineSettings(request),
        ...(request.network === undefined ? { solver: request.solver } : networkSettings(request.network)),
        ...(plan.task === "classification" && request.classWeight !== undefined
          ? { "class weight": request.classWeight === "balanced" ? "balanced" : JSON.stringify(request.classWeight) }
          : {}),
        ...(request.maxSteps === undefined ? {} : { "max steps": request.maxSteps }),
      },
    },
  ];
}
