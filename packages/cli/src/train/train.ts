// A training from file to files: load, check, cross-validate, train, hold out, report. Computes and tells; writes and prints nothing.
import { type ColumnProfile, type CorrelatedPair, correlations, profile, type Table } from "steepest/data";
import { saveModel, WEIGHTS_FILE } from "steepest/io";
import type { FitStep } from "steepest/models";
import { REJECTS_HEADER } from "../data/rejects.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { formatCount, formatValue, plural } from "../format.ts";
import type { MetricValues } from "../metrics/catalog.ts";
import { checkGates } from "../metrics/gates.ts";
import { confusionOf, joinScored, judge, type Scored } from "../metrics/judge.ts";
import type { ProgressEvent } from "../progress/progress.ts";
import { renderReport } from "../report/index.ts";
import { createLearner, type FittedLearner, type Learner } from "./learner.ts";
import { checkText, fitText, foldsText, judgmentText, sizeText, targetText } from "./lines.ts";
import { loadTraining } from "./load-training.ts";
import { makePlan, type TrainPlan } from "./plan.ts";
import type { TrainOutcome } from "./protocol.ts";
import { createRecord, type Findings } from "./record.ts";
import { createReportInput } from "./report-input.ts";
import type { TrainRequest } from "./request.ts";
import { keyFor, splitFolds, splitHoldout, summarizeFolds } from "./validate.ts";

export interface Surroundings {
  readonly emit: (event: ProgressEvent) => void;
  /** Asked between steps, folds and iterations. */
  readonly isInterrupted: () => boolean;
  readonly input?: Uint8Array;
  /** Of the report, ISO. */
  readonly date: string;
}

/**
 * Runs a training to its end, or to the first interruption.
 * @throws RequestError, DataError or BackendError when the table cannot be read or learned.
 */
export async function train(
  request: TrainRequest,
  { emit, isInterrupted, date, input }: Surroundings,
): Promise<TrainOutcome> {
  const say = (kind: "start" | "done", step: string, text: string, metrics?: MetricValues): void =>
    emit({ kind, step, text, ...(metrics === undefined ? {} : { metrics }) });

  say("start", "load", `Load ${request.file}`);
  const { table, sha256, rejects, rowNumber } = await loadTraining(request, input);
  const plan = makePlan(request, table, rowNumber);
  const learned = table.select([...plan.features, request.target]);
  const columns = profile(learned, { target: request.target });
  const range = columns.find(({ name }) => name === request.target)?.summary;
  const rejected = rejects.length === 0 ? "" : `, ${plural(rejects.length, "row")} left out (rejects.csv)`;
  const size = sizeText(table, plan.features);
  say("done", "load", `Load ${request.file}: ${size}, ${targetText(request.target, plan.balance, range)}${rejected}`);

  say("start", "check", "Check");
  const pairs = correlations(learned.select(plan.features));
  say("done", "check", `Check: ${checkText(columns, pairs.length, missingIn(columns))}`);

  const learner = createLearner(request, plan, isInterrupted);
  const session: Session = { request, plan, learner, columns, pairs, rejects, date, emit, isInterrupted };
  const found: Findings = { sha256, rows: table.rows, rejected: rejects.length, gates: [], status: PLANNED };
  for (const note of plan.notes) emit({ kind: "note", step: "check", text: note });
  if (request.dryRun) return outcome(session, found, EXIT.done, [planText(session)]);
  try {
    return await fitAndJudge(session, learned, found);
  } catch (error) {
    if (error instanceof Interrupted)
      return outcome(session, { ...error.found, status: INTERRUPTED }, EXIT.interrupted, []);
    throw error;
  }
}

const PULSE_SECONDS = 0.5;

/** Shows the steps of a slow solver, twice a second. */
function createPulse(emit: Surroundings["emit"]): (step: FitStep) => void {
  let last = performance.now();
  return ({ index, objective }) => {
    if (performance.now() - last < PULSE_SECONDS * 1000) return;
    last = performance.now();
    emit({
      kind: "progress",
      step: "train",
      text: `Train: step ${formatCount(index)}, objective ${formatValue(objective)}`,
    });
  };
}

const PLANNED = { word: "planned", message: "Nothing was fitted: this was a dry run." };
const INTERRUPTED = { word: "interrupted", message: "Stopped by Ctrl-C; the metrics are those of the finished steps." };

/** Carries what was found so far out of the steps. */
export class Interrupted extends Error {
  readonly found: Findings;

  constructor(found: Findings) {
    super("interrupted");
    this.name = "Interrupted";
    this.found = found;
  }
}

interface Session {
  readonly request: TrainRequest;
  readonly plan: TrainPlan;
  readonly learner: Learner;
  readonly columns: readonly ColumnProfile[];
  readonly pairs: readonly CorrelatedPair[];
  readonly rejects: readonly string[];
  readonly date: string;
  readonly emit: (event: ProgressEvent) => void;
  readonly isInterrupted: () => boolean;
}

async function fitAndJudge(session: Session, table: Table, start: Findings): Promise<TrainOutcome> {
  const { request, plan, learner, emit } = session;
  const { seed, holdout } = request;
  const split =
    holdout === undefined ? undefined : splitHoldout(table.rows, holdout, seed, labelsOf(table, plan, request));
  const training = split === undefined ? table : table.take(split.train);

  const validated = plan.folds === 0 ? undefined : crossValidate(session, training, start);
  let found: Findings = validated === undefined ? start : { ...start, folds: summarizeFolds(validated.values) };
  stopIfAsked(session, found);

  emit({ kind: "start", step: "train", text: `Train ${learner.name}` });
  const fitted = fitOrStop(() => learner.fit(training, createPulse(emit)), found);
  const onTraining = fitted.score(training);
  const trainingMetrics = judge(onTraining);
  const { report, l2 } = fitted;
  found = {
    ...found,
    fit: report,
    l2,
    training: { rows: training.rows, metrics: trainingMetrics },
    status: statusOf(fitted),
  };
  emit({
    kind: "done",
    step: "train",
    text: `Train ${fitText(learner.name, report, plan.task, trainingMetrics)}`,
    metrics: trainingMetrics,
  });
  stopIfAsked(session, found);

  let evaluated: Evaluated = validated?.evaluated ?? { rowsUsed: "training", scored: onTraining };
  if (split !== undefined && holdout !== undefined) {
    emit({ kind: "start", step: "holdout", text: "Hold out" });
    const scored = fitted.score(table.take(split.test));
    const metrics = judge(scored);
    const share = `Hold out ${Math.round(holdout * 100)} %`;
    emit({ kind: "done", step: "holdout", text: `${share}: ${judgmentText(scored, metrics)}`, metrics });
    evaluated = { rowsUsed: "holdout", scored };
    found = { ...found, holdout: { rows: split.test.length, metrics } };
  }
  if (evaluated.scored.task === "classification") {
    found = { ...found, confusion: { rowsUsed: evaluated.rowsUsed, matrix: confusionOf(evaluated.scored) } };
  }
  found = { ...found, gates: checkGates(request.gates, judgedMetrics(found)) };
  stopIfAsked(session, found);
  return writeUp(session, found, fitted, evaluated);
}

interface Evaluated {
  readonly rowsUsed: "holdout" | "out-of-fold" | "training";
  readonly scored: Scored;
}

/** Every fold learns its own encoder and its own model, from its training rows alone. */
function crossValidate(
  session: Session,
  table: Table,
  start: Findings,
): { values: readonly MetricValues[]; evaluated: Evaluated } {
  const { request, plan, learner, emit } = session;
  emit({ kind: "start", step: "cross-validate", text: "Cross-validate" });
  const splits = splitFolds(table.rows, plan.folds, keyFor(request.seed, "folds"), labelsOf(table, plan, request));
  const values: MetricValues[] = [];
  const parts: Scored[] = [];
  for (const { train: trainRows, test: testRows } of splits) {
    const found: Findings = values.length === 0 ? start : { ...start, folds: summarizeFolds(values) };
    stopIfAsked(session, found);
    const scored = fitOrStop(() => learner.fit(table.take(trainRows)), found).score(table.take(testRows));
    const metrics = judge(scored);
    parts.push(scored);
    values.push(metrics);
    const text = `Cross-validate: fold ${values.length} of ${plan.folds}`;
    emit({ kind: "progress", step: "cross-validate", text, fraction: values.length / plan.folds, metrics });
  }
  const folds = summarizeFolds(values);
  const means = Object.fromEntries(Object.entries(folds).map(([name, { mean }]) => [name, mean]));
  emit({ kind: "done", step: "cross-validate", text: `Cross-validate ${foldsText(plan, folds)}`, metrics: means });
  return { values, evaluated: { rowsUsed: "out-of-fold", scored: joinScored(parts) } };
}

async function writeUp(
  session: Session,
  found: Findings,
  fitted: FittedLearner,
  evaluated: Evaluated,
): Promise<TrainOutcome> {
  const { request, plan, learner, columns, pairs, date, emit } = session;
  emit({ kind: "start", step: "write", text: `Write ${request.out}` });
  const report = createReportInput({
    request,
    plan,
    found,
    date,
    columns,
    correlations: pairs,
    fitted,
    modelName: learner.name,
    evaluated,
  });
  const { description, weights } = saveModel(fitted.model);
  const { positive } = plan;
  const data = { file: request.file, sha256: found.sha256, rows: found.training?.rows, missing: request.missing };
  const described = { ...description, ...(positive === undefined ? {} : { positive }), data };
  const converged = fitted.report.status === "converged";
  const gatesPassed = found.gates.every(({ passed }) => passed);
  const notes = converged ? [] : [inFlags(fitted.report.message)];
  return outcome(session, found, converged ? (gatesPassed ? EXIT.done : EXIT.gate) : EXIT.notConverged, notes, {
    "model.json": `${JSON.stringify(described, undefined, 2)}\n`,
    [WEIGHTS_FILE]: weights,
    "report.html": await renderReport(report),
  });
}

function outcome(
  { request, plan, rejects }: Session,
  found: Findings,
  exitCode: ExitCode,
  notes: readonly string[],
  files: TrainOutcome["files"] = {},
): TrainOutcome {
  const record = createRecord(request, plan, found);
  return {
    exitCode,
    files: { ...files, "metrics.json": `${JSON.stringify(record, undefined, 2)}\n` },
    record,
    gates: found.gates,
    notes,
    ...(rejects.length === 0 ? {} : { rejects: REJECTS_HEADER + rejects.join("") }),
  };
}

/** The library gives advice in the names of its options. */
function inFlags(message: string): string {
  return message
    .replaceAll("maxSteps", "--max-steps")
    .replaceAll("standardize the features", "--standardize")
    .replaceAll("l2: ", "--l2 ");
}

function statusOf({ report }: FittedLearner): Findings["status"] {
  return { word: report.status, message: report.message };
}

/** What gates look at: rows that the model has not seen, where there are some. */
function judgedMetrics({ holdout, folds, training }: Findings): MetricValues {
  if (holdout !== undefined) return holdout.metrics;
  if (folds !== undefined) return Object.fromEntries(Object.entries(folds).map(([name, { mean }]) => [name, mean]));
  return training?.metrics ?? {};
}

function stopIfAsked({ isInterrupted }: Session, found: Findings): void {
  if (isInterrupted()) throw new Interrupted(found);
}

/** A fit that was stopped in its middle is thrown away; what was found before it stays. */
function fitOrStop(fit: () => FittedLearner, found: Findings): FittedLearner {
  const fitted = fit();
  if (fitted.report.status === "aborted") throw new Interrupted(found);
  return fitted;
}

function labelsOf(table: Table, { task }: TrainPlan, { target }: TrainRequest): readonly string[] | undefined {
  if (task === "regression") return undefined;
  const column = table.column(target);
  if (column.type === "category") return Array.from(column.codes, (code) => column.categories[code]!);
  return Array.from(column.values, String);
}

function missingIn(columns: readonly ColumnProfile[]): number {
  return columns.reduce((sum, { missing }) => sum + missing, 0);
}

function planText({ request, plan, learner }: Session): string {
  const folds = plan.folds === 0 ? "no cross-validation" : `${plan.folds} folds`;
  const holdout =
    request.holdout === undefined ? "no hold-out rows" : `${Math.round(request.holdout * 100)} % held out`;
  return `plan  ${learner.name} on ${plural(plan.features.length, "column")}, ${folds}, ${holdout}, into ${request.out}`;
}
