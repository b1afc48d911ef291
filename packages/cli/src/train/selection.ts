// What was tried beside the model itself: parts of the rows, strengths of the penalty.
import { SteepestError } from "steepest";
import type { Table } from "steepest/data";
import { fold, permutation } from "steepest/random";
import { type CurvePoint, type Split, summarize } from "steepest/select";
import { type Metric, metricsOf } from "../metrics/catalog.ts";
import { judge } from "../metrics/judge.ts";
import type { ReportInput } from "../report/index.ts";
import type { FittedLearner } from "./learner.ts";
import type { Findings } from "./record.ts";
import { fitOrStop, labelsOf, type Session, stopIfAsked } from "./session.ts";
import { keyFor, splitFolds } from "./validate.ts";

type Selection = NonNullable<ReportInput["selection"]>;

/** Nothing where nothing was tried. @throws Interrupted */
export function selectionOf(
  session: Session,
  training: Table,
  { tried, chosen, penalty }: FittedLearner,
  found: Findings,
): Selection | undefined {
  const curve = session.request.learningCurve ? learnFromParts(session, training, found) : undefined;
  const strengths =
    tried === undefined || chosen === undefined ? undefined : { chosen, tried: tried(), penalty: nameOf(penalty) };
  if (curve === undefined && strengths === undefined) return undefined;
  return {
    ...(curve === undefined ? {} : { learningCurve: curve }),
    ...(strengths === undefined ? {} : { strengths }),
  };
}

/** "l1 + l2" */
function nameOf({ l1, l2 }: FittedLearner["penalty"]): string {
  return [...(l1 > 0 ? ["l1"] : []), ...(l2 > 0 ? ["l2"] : [])].join(" + ");
}

const SHARES: readonly number[] = [0.1, 0.2, 0.4, 0.7, 1];
const FOLDS = 5;

/**
 * The first metric by the number of rows, in the folds of the cross-validation. Smaller parts are parts of the larger ones, so
 * that the curve is not jittered by drawing anew. A part too small to learn from, such as one without a class, has no point.
 */
function learnFromParts(session: Session, rows: Table, found: Findings): Selection["learningCurve"] {
  const { plan, request, emit } = session;
  const step = "learning-curve";
  const title = "Learn from parts of the rows";
  emit({ kind: "start", step, text: title });
  const metric = metricsOf(plan.task)[0]!;
  const points: CurvePoint[] = [];
  try {
    const count = plan.folds === 0 ? FOLDS : plan.folds;
    const splits = splitFolds(rows.rows, count, keyFor(request.seed, "folds"), labelsOf(rows, session));
    const order = keyFor(request.seed, "learning-curve");
    const shuffled = splits.map(({ train, test }, f): Split => {
      const places = permutation(fold(order, f), train.length).toArray();
      return { train: Int32Array.from(places, (place) => train[place]!), test };
    });
    const most = Math.min(...splits.map(({ train }) => train.length));
    for (const [i, share] of SHARES.entries()) {
      stopIfAsked(session, found);
      const point = pointAt(session, rows, shuffled, Math.max(2, Math.round(share * most)), metric, found);
      if (point !== undefined) points.push(point);
      emit({
        kind: "progress",
        step,
        text: `${title}: ${i + 1} of ${SHARES.length}`,
        fraction: (i + 1) / SHARES.length,
      });
    }
  } catch (error) {
    if (!(error instanceof SteepestError)) throw error; // too few rows of a class for folds
  }
  const shown = points.map(({ x, test }) => `${x}: ${test.mean.toFixed(3)}`).join(", ");
  emit({
    kind: "done",
    step,
    text: `${title}: ${points.length === 0 ? "too few of them" : `${metric.label} by rows ${shown}`}`,
  });
  return points.length === 0 ? undefined : { label: metric.label, points };
}

/** Nothing when a fold cannot learn from so few rows, or be judged. */
function pointAt(
  { learner }: Session,
  rows: Table,
  shuffled: readonly Split[],
  size: number,
  metric: Metric,
  found: Findings,
): CurvePoint | undefined {
  try {
    const scores = shuffled.map(({ train, test }) => {
      const part = rows.take(train.slice(0, size).sort());
      const fitted = fitOrStop(() => learner.fit(part), found);
      const score = (of: Table): number => judge(fitted.score(of))[metric.name] ?? Number.NaN;
      return { train: score(part), test: score(rows.take(test)) };
    });
    const point = {
      x: size,
      train: summarize(scores.map((score) => score.train)),
      test: summarize(scores.map((score) => score.test)),
    };
    return Number.isFinite(point.train.mean) && Number.isFinite(point.test.mean) ? point : undefined;
  } catch (error) {
    if (error instanceof SteepestError) return undefined;
    throw error;
  }
}
