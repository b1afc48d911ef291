// From a plan to fitted models on tables: encoder and estimator are fitted together, on the rows that they are given.
import { fitEncoder, type Table } from "steepest/data";
import { meanSquaredError } from "steepest/metrics";
import {
  type FitOptions,
  type FitReport,
  type FitStep,
  type FittedTableModel,
  linearPath,
  type TableEncodeOptions,
  tableModel,
} from "steepest/models";
import type { Scored } from "../metrics/judge.ts";
import { type Predictor, scoreTable } from "../model/predictor.ts";
import { coefficientsOf, toPredictor } from "../model/table-predictor.ts";
import { ESTIMATORS, type Penalty } from "./estimators.ts";
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
  /** The strengths that were given or chosen. */
  readonly penalty: Penalty;
  /** The strength where it was chosen by cross-validation, and whether it is the last one that was tried. */
  readonly chosen?: number;
  readonly isOutermost?: boolean;
  /** All strengths that were tried then. Fits them to all rows, for their coefficients. */
  readonly tried?: () => readonly Tried[];
  readonly model: FittedTableModel;
  score(rows: Table): Scored;
}

/** A strength of the penalty: l1 + l2. */
export interface Tried {
  readonly strength: number;
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
    penalty: Penalty,
    onStep: FitOptions["onStep"] = () => {},
    keeper?: Keeper,
  ): FittedLearner => {
    const estimator =
      plan.model === "mlp" ? networks!.estimator(rows.rows, keeper) : ESTIMATORS[plan.model](request, penalty);
    const model = tableModel({ encode, estimator }).fit(rows, { signal, onStep });
    const predictor = toPredictor(model);
    return {
      ...predictor,
      report: network === undefined ? model.report : { ...model.report, solver: network.optimizer.name },
      status: networks?.statusOf(model.report) ?? model.report.status,
      penalty,
      model,
      score: (table) => scoreTable(predictor, table, predictor.predict(table), plan.positive),
    };
  };
  const { l1, l2, seed } = request;
  const { title: name, chooses } = MODELS[plan.model];
  const given: Penalty = { l1: l1 ?? 0, l2: l2 ?? 0 };
  if (chooses === undefined || l1 !== undefined || l2 !== undefined) {
    return { name, fit: (rows, onStep, keeper) => fitWith(rows, given, onStep, keeper) };
  }
  const penaltyOf = (s: number): Penalty => ({ l1: s * chooses.l1Ratio, l2: s * (1 - chooses.l1Ratio) });
  const fit: Learner["fit"] = (rows, onStep) => {
    const strengths = chooses.l1Ratio === 0 ? STRENGTHS : sparseStrengths(rows, encode, chooses.l1Ratio);
    const errors = errorsByStrength(rows, seed, strengths, (part, s) => fitWith(part, penaltyOf(s)));
    const chosen = errors.reduce((best, one) => (one.error <= best.error ? one : best)).strength; // of equal ones the larger
    const fitted = fitWith(rows, penaltyOf(chosen), onStep);
    const isDrawn = fitted.encoder.names.length <= DRAWN_COEFFICIENTS;
    const coef = (s: number): number[] => (isDrawn ? coefOf(fitWith(rows, penaltyOf(s))) : []);
    return {
      ...fitted,
      chosen,
      isOutermost: chosen === strengths[0] || chosen === strengths.at(-1),
      tried: () => errors.map((one) => ({ ...one, coef: coef(one.strength) })),
    };
  };
  return { name, fit };
}

/** 25 from the least that leaves no coefficient down to a thousandth of it, in ascending order. */
function sparseStrengths(rows: Table, encode: TableEncodeOptions, l1Ratio: number): readonly number[] {
  const encoder = fitEncoder(rows, { ...encode, task: "regression" });
  const path = linearPath({ l1Ratio, count: 1 }).fit(encoder.features(rows).X, encoder.values(rows));
  const most = path.strengths[0]!;
  return Array.from({ length: 25 }, (_, i) => most * 1e-3 ** (1 - i / 24));
}

/** Mean squared error over folds of these rows. */
function errorsByStrength(
  rows: Table,
  seed: number,
  strengths: readonly number[],
  fit: (rows: Table, strength: number) => FittedLearner,
): { strength: number; error: number }[] {
  const folds = splitFolds(rows.rows, Math.min(STRENGTH_FOLDS, rows.rows), keyFor(seed, "strength"));
  return strengths.map((strength) => {
    let error = 0;
    for (const { train, test } of folds) {
      const scored = fit(rows.take(train), strength).score(rows.take(test));
      if (scored.task === "regression") error += meanSquaredError(scored.actual, scored.predicted) * test.length;
    }
    return { strength, error: error / rows.rows };
  });
}

function coefOf({ model }: FittedLearner): number[] {
  return Object.values(coefficientsOf(model).coefficients)[0]?.slice() ?? [];
}
