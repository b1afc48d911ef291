// The content of metrics.json: everything that can be compared between runs, and nothing that differs between equal ones.
import type { ConfusionMatrix } from "steepest/metrics";
import type { FitReport } from "steepest/models";
import type { MetricValues } from "../metrics/catalog.ts";
import type { GateResult } from "../metrics/gates.ts";
import { versions } from "../run/versions.ts";
import { type Penalty, penaltySettings } from "./estimators.ts";
import { MODELS } from "./models.ts";
import type { TrainPlan } from "./plan.ts";
import { fileOf, type TrainRequest } from "./request.ts";
import type { Spread } from "./validate.ts";

/** What is known so far; an interrupted run has less of it. */
export interface Findings {
  readonly sha256: string;
  readonly rows: number;
  readonly rejected: number;
  readonly folds?: Readonly<Record<string, Spread>>;
  readonly holdout?: { readonly rows: number; readonly metrics: MetricValues };
  readonly training?: { readonly rows: number; readonly metrics: MetricValues };
  readonly confusion?: { readonly rowsUsed: string; readonly matrix: ConfusionMatrix<string> };
  readonly fit?: FitReport;
  readonly penalty?: Penalty;
  readonly gates: readonly GateResult[];
  readonly status: { readonly word: string; readonly message: string };
}

export function createRecord(request: TrainRequest, plan: TrainPlan, found: Findings): unknown {
  const { positive, balance } = plan;
  return {
    format: "steepest-metrics",
    version: 1,
    status: found.status,
    task: plan.task,
    target: request.target,
    ...(plan.task === "classification" ? { classes: balance, ...(positive === undefined ? {} : { positive }) } : {}),
    data: {
      file: fileOf(request),
      sha256: found.sha256,
      rows: found.rows,
      rejected: found.rejected,
    },
    model: modelOf(request, plan, found.penalty),
    ...(found.fit === undefined ? {} : { training: trainingOf(found.fit, found.status.word) }),
    metrics: {
      ...(found.folds === undefined ? {} : { folds: found.folds }),
      ...(found.holdout === undefined ? {} : { holdout: found.holdout }),
      ...(found.training === undefined ? {} : { training: found.training }),
    },
    ...(found.confusion === undefined ? {} : { confusion: confusionOf(found.confusion) }),
    ...(found.gates.length === 0 ? {} : { gates: found.gates }),
    seed: request.seed,
    random: randomOf(request, plan),
    command: request.commandLine,
    versions: versions(),
    engine: { name: "wasm", reproducible: request.engine.reproducible ? "portable" : "host" },
  };
}

function modelOf(request: TrainRequest, plan: TrainPlan, penalty: Penalty | undefined): unknown {
  return {
    name: plan.model,
    features: plan.features,
    ...penaltySettings(plan.model, penalty),
    ...(request.kernel === undefined ? {} : { kernel: request.kernel }),
    ...(request.C === undefined ? {} : { C: request.C }),
    standardize: request.standardize,
    ...(request.maxCategories === undefined ? {} : { maxCategories: request.maxCategories }),
    ...(request.classWeight === undefined ? {} : { classWeight: request.classWeight }),
    ...(request.network === undefined ? { solver: request.solver } : request.network),
    ...(request.maxSteps === undefined ? {} : { maxSteps: request.maxSteps }),
  };
}

/** All but the history, which is in the report. */
function trainingOf({ message, solver, objective, gap, steps }: FitReport, status: string): unknown {
  return { status, message, solver, objective, gap, steps };
}

function confusionOf({ rowsUsed, matrix }: NonNullable<Findings["confusion"]>): unknown {
  return { rows: rowsUsed, labels: matrix.labels, counts: matrix.counts };
}

/** Every default that used randomness, with the key it came from. */
function randomOf(request: TrainRequest, { folds, task, model }: TrainPlan): unknown {
  const kind = task === "classification" ? "stratified" : "shuffled";
  return {
    ...(folds === 0 ? {} : { folds: { count: folds, kind, key: `fold(key(${request.seed}), "folds")` } }),
    ...(request.holdout === undefined
      ? {}
      : { holdout: { share: request.holdout, kind, key: `fold(key(${request.seed}), "holdout")` } }),
    ...(model === "mlp" ? { network: { key: `fold(key(${request.seed}), "network")` } } : {}),
    ...(MODELS[model].chooses !== undefined && request.l1 === undefined && request.l2 === undefined
      ? { strength: { folds: 5, kind: "shuffled", key: `fold(key(${request.seed}), "strength")` } }
      : {}),
  };
}
