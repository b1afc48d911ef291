// From a plan to fitted models on tables: encoder and estimator are fitted together, on the rows that they are given.
import type { Table } from "steepest/data";
import { meanSquaredError } from "steepest/metrics";
import {
  type FitOptions,
  type FitReport,
  type FitStep,
  type FittedTableModel,
  type TableEncodeOptions,
  tableModel,
} from "steepest/models";
import type { Scored } from "../metrics/judge.ts";
import { type Predictor, scoreTable } from "../model/predictor.ts";
import { coefficientsOf, toPredictor } from "../model/table-predictor.ts";
import { ESTIMATORS } from "./estimators.ts";
import { MODELS } from "./models.ts";
import { createNetworks, type Keeper, type NetworkStatus } from "./network.ts";
import type { TrainPlan } from "./plan.ts";
import type { TrainRequest } from "./request.ts";
import { keyFor, splitFolds } from "./validate.ts";

/** What `train` needs of a fitted model. */
export interface FittedLearner extends Predictor {
  readonly report: FitReport;
  /** That of the report; of networks what their training says. */
  readonly status: FitReport["status"] | NetworkStatus;
  /** The strength that was given or chosen. */
  readonly l2: number;
  /** The strength where it was chosen by cross-validation. */
  readonly chosen?: number;
  /** All strengths that were tried then. Fits them to all rows, for their coefficients. */
  readonly tried?: () => readonly Tried[];
  readonly model: FittedTableModel;
  score(rows: Table): Scored;
}

/** A strength of the penalty. */
export interface Tried {
  readonly l2: number;
  /** Mean squared, over folds. */
  readonly error: number;
  /** Empty where there are too many to draw. */
  readonly coef: readonly number[];
}

export interface Learner {
  /** "logistic regression" */
  readonly name: string;
  /** `onStep` hears of every step of an iterative solver, and of every epoch of a network. */
  fit(rows: Table, onStep?: (step: FitStep) => void, keeper?: Keeper): FittedLearner;
}

/** Strengths that ridge tries: 10⁻⁴ to 10², four per decade. */
const STRENGTHS: readonly number[] = Array.from({ length: 25 }, (_, i) => 10 ** (i / 4 - 4));
const STRENGTH_FOLDS = 5;
/** Lines of a picture of coefficients by strength. */
const DRAWN_COEFFICIENTS = 60;

/** Whether a stronger or a weaker penalty than all that were tried may be better. */
export function isOutermost(strength: number): boolean {
  return strength === STRENGTHS[0] || strength === STRENGTHS.at(-1);
}

/** `isInterrupted` is asked between the steps of a solver; the fit then ends with status "aborted". */
export function createLearner(request: TrainRequest, plan: TrainPlan, isInterrupted: () => boolean): Learner {
  const encode: TableEncodeOptions = {
    target: request.target,
    features: plan.features,
    standardize: request.standardize,
    ...(request.maxCategories === undefined ? {} : { maxCategories: request.maxCategories }),
  };
  const signal = {
    get aborted() {
      return isInterrupted();
    },
  };
  const { network } = request;
  const networks = network === undefined ? undefined : createNetworks({ ...request, network }, plan.task);
  const fitWith = (
    rows: Table,
    l2: number,
    onStep: FitOptions["onStep"] = () => {},
    keeper?: Keeper,
  ): FittedLearner => {
    const estimator =
      plan.model === "mlp" ? networks!.estimator(rows.rows, keeper) : ESTIMATORS[plan.model](request, l2);
    const model = tableModel({ encode, estimator }).fit(rows, { signal, onStep });
    const predictor = toPredictor(model);
    return {
      ...predictor,
      report: network === undefined ? model.report : { ...model.report, solver: network.optimizer.name },
      status: networks?.statusOf(model.report) ?? model.report.status,
      l2,
      model,
      score: (table) => scoreTable(predictor, table, predictor.predict(table), plan.positive),
    };
  };
  const { l2, seed } = request;
  const name = MODELS[plan.model].title;
  if (MODELS[plan.model].chooses === "l2") {
    const fit: Learner["fit"] = (rows, onStep) => {
      if (l2 !== undefined) return fitWith(rows, l2, onStep);
      const errors = errorsByStrength(rows, seed, fitWith);
      const chosen = errors.reduce((best, one) => (one.error <= best.error ? one : best)).l2; // of equal ones the larger
      const fitted = fitWith(rows, chosen, onStep);
      const isDrawn = fitted.encoder.names.length <= DRAWN_COEFFICIENTS;
      const coef = (strength: number): number[] => (isDrawn ? coefOf(fitWith(rows, strength)) : []);
      return { ...fitted, chosen, tried: () => errors.map((one) => ({ ...one, coef: coef(one.l2) })) };
    };
    return { name, fit };
  }
  return { name, fit: (rows, onStep, keeper) => fitWith(rows, l2 ?? 0, onStep, keeper) };
}

/** Mean squared error over folds of these rows. */
function errorsByStrength(
  rows: Table,
  seed: number,
  fit: (rows: Table, strength: number) => FittedLearner,
): { l2: number; error: number }[] {
  const folds = splitFolds(rows.rows, Math.min(STRENGTH_FOLDS, rows.rows), keyFor(seed, "strength"));
  return STRENGTHS.map((l2) => {
    let error = 0;
    for (const { train, test } of folds) {
      const scored = fit(rows.take(train), l2).score(rows.take(test));
      if (scored.task === "regression") error += meanSquaredError(scored.actual, scored.predicted) * test.length;
    }
    return { l2, error: error / rows.rows };
  });
}

function coefOf({ model }: FittedLearner): number[] {
  return Object.values(coefficientsOf(model).coefficients)[0]?.slice() ?? [];
}
