// Cross-validation of a training, fold by fold, so that it can be watched and stopped.
import type { Table } from "steepest/data";
import type { MetricValues } from "../metrics/catalog.ts";
import { joinScored, judge, type Scored } from "../metrics/judge.ts";
import { foldsText } from "./lines.ts";
import type { Findings } from "./record.ts";
import { type Evaluated, fitOrStop, labelsOf, type Session, stopIfAsked } from "./session.ts";
import { keyFor, splitFolds, summarizeFolds } from "./validate.ts";

/**
 * Every fold learns its own encoder and its own model, from its training rows alone.
 * @throws Interrupted with the folds that were finished.
 */
export function crossValidate(
  session: Session,
  table: Table,
  start: Findings,
): { values: readonly MetricValues[]; evaluated: Evaluated } {
  const { request, plan, learner, emit } = session;
  emit({ kind: "start", step: "cross-validate", text: "Cross-validate" });
  const splits = splitFolds(table.rows, plan.folds, keyFor(request.seed, "folds"), labelsOf(table, session));
  const values: MetricValues[] = [];
  const parts: Scored[] = [];
  const empty = new Map<string, number>();
  for (const { train: trainRows, test: testRows } of splits) {
    const found: Findings = values.length === 0 ? start : { ...start, folds: summarizeFolds(values) };
    stopIfAsked(session, found);
    const fitted = fitOrStop(() => learner.fit(table.take(trainRows)), found);
    for (const name of fitted.encoder.leftOut) empty.set(name, (empty.get(name) ?? 0) + 1);
    const scored = fitted.score(table.take(testRows));
    const metrics = judge(scored);
    parts.push(scored);
    values.push(metrics);
    const text = `Cross-validate: fold ${values.length} of ${plan.folds}`;
    emit({ kind: "progress", step: "cross-validate", text, fraction: values.length / plan.folds, metrics });
  }
  const folds = summarizeFolds(values);
  const means = Object.fromEntries(Object.entries(folds).map(([name, { mean }]) => [name, mean]));
  emit({ kind: "done", step: "cross-validate", text: `Cross-validate ${foldsText(plan, folds)}`, metrics: means });
  for (const [name, count] of empty) {
    const text = `column "${name}" has no value in the rows that ${count} of ${plan.folds} folds learn from: these leave it out`;
    emit({ kind: "note", step: "cross-validate", text });
  }
  return { values, evaluated: { rowsUsed: "out-of-fold", scored: joinScored(parts) } };
}
