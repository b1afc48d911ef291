// The computing part of a training: folds, the model itself, held-out rows, gates.
import { duplicatesAcross, type Table } from "steepest/data";
import type { FitStep } from "steepest/models";
import { formatCount, formatValue } from "../format.ts";
import type { MetricValues } from "../metrics/catalog.ts";
import { checkGates } from "../metrics/gates.ts";
import { confusionOf, judge } from "../metrics/judge.ts";
import { crossValidate } from "./cross-validate.ts";
import { chosenText, fitText, judgmentText } from "./lines.ts";
import type { TrainOutcome } from "./protocol.ts";
import type { Findings } from "./record.ts";
import { selectionOf } from "./selection.ts";
import { type Evaluated, fitOrStop, labelsOf, type Session, stopIfAsked } from "./session.ts";
import { splitHoldout, summarizeFolds } from "./validate.ts";
import { writeUp } from "./write-up.ts";

/** The model that is saved is the one that the held-out rows judge; folds come from the other rows. @throws Interrupted */
export async function fitAndJudge(session: Session, table: Table, start: Findings): Promise<TrainOutcome> {
  const { request, plan, learner, emit } = session;
  const { seed, holdout } = request;
  const split = holdout === undefined ? undefined : splitHoldout(table.rows, holdout, seed, labelsOf(table, session));
  const training = split === undefined ? table : table.take(split.train);

  const validated = plan.folds === 0 ? undefined : crossValidate(session, training, start);
  let found: Findings = validated === undefined ? start : { ...start, folds: summarizeFolds(validated.values) };
  stopIfAsked(session, found);

  emit({ kind: "start", step: "train", text: `Train ${learner.name}` });
  const pulse = createPulse(emit, request.network?.epochs);
  const { checkpoints } = session;
  const fitted = fitOrStop(() => {
    const keeper = checkpoints?.keeper;
    const onStep = (step: FitStep): void => {
      checkpoints?.record(step.objective);
      pulse(step);
    };
    const result = learner.fit(training, onStep, keeper);
    checkpoints?.flush();
    return result;
  }, found);
  const onTraining = fitted.score(training);
  const trainingMetrics = judge(onTraining);
  const { penalty } = fitted;
  const report = { ...fitted.report, ...(checkpoints === undefined ? {} : { history: checkpoints.history }) };
  found = {
    ...found,
    fit: report,
    penalty,
    training: { rows: training.rows, metrics: trainingMetrics },
    status: { word: fitted.status, message: report.message },
  };
  emit({
    kind: "done",
    step: "train",
    text: `Train ${fitText(learner.name, { ...report, status: fitted.status }, plan.task, trainingMetrics, chosenText(fitted))}`,
    metrics: trainingMetrics,
  });
  if (fitted.isOutermost === true) {
    const flag = penalty.l1 > 0 ? "--l1" : "--l2";
    const text = `the chosen strength is the last one that was tried: another may be better; ${flag} takes any`;
    emit({ kind: "note", step: "train", text });
  }
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
  const heldOut =
    split === undefined
      ? {}
      : { heldOut: { count: duplicatesAcross(training, table.take(split.test)).count, rows: split.test.length } };
  const selection = selectionOf(session, training, fitted, found);
  stopIfAsked(session, found);
  return writeUp(session, found, { ...fitted, report }, evaluated, {
    duplicates: { ...session.duplicates, ...heldOut },
    selection,
  });
}

/** What gates look at: rows that the model has not seen, where there are some. */
function judgedMetrics({ holdout, folds, training }: Findings): MetricValues {
  if (holdout !== undefined) return holdout.metrics;
  if (folds !== undefined) return Object.fromEntries(Object.entries(folds).map(([name, { mean }]) => [name, mean]));
  return training?.metrics ?? {};
}

const PULSE_SECONDS = 0.5;

/** Shows the steps of a slow solver, or the epochs of a network, twice a second. */
function createPulse(emit: Session["emit"], epochs: number | undefined): (step: FitStep) => void {
  let last = performance.now();
  return ({ index, objective }) => {
    if (performance.now() - last < PULSE_SECONDS * 1000) return;
    last = performance.now();
    const at = formatCount(index);
    const where = epochs === undefined ? `step ${at}` : `epoch ${at} of ${formatCount(epochs)}`;
    emit({
      kind: "progress",
      step: "train",
      text: `Train: ${where}, objective ${formatValue(objective)}`,
      ...(epochs === undefined ? {} : { fraction: index / epochs }),
    });
  };
}
