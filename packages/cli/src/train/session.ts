// What the steps of one training share, and how an interruption leaves them.
import type { ColumnProfile, CorrelatedPair, Table } from "steepest/data";
import type { Scored } from "../metrics/judge.ts";
import type { ProgressEvent } from "../progress/progress.ts";
import type { ReportDuplicates } from "../report/index.ts";
import type { TrainingCheckpoints } from "./checkpoints.ts";
import type { FittedLearner, Learner } from "./learner.ts";
import type { TrainPlan } from "./plan.ts";
import type { Findings } from "./record.ts";
import type { TrainRequest } from "./request.ts";

export interface Session {
  readonly request: TrainRequest;
  readonly plan: TrainPlan;
  readonly learner: Learner;
  readonly columns: readonly ColumnProfile[];
  readonly pairs: readonly CorrelatedPair[];
  readonly duplicates: ReportDuplicates;
  /** Lines of rejects.csv. */
  readonly rejects: readonly string[];
  /** Of a network. */
  readonly checkpoints?: TrainingCheckpoints;
  /** Of the report, ISO. */
  readonly date: string;
  readonly emit: (event: ProgressEvent) => void;
  /** Asked between steps, folds and iterations. */
  readonly isInterrupted: () => boolean;
}

/** Predictions that the report shows, and for which rows they are. */
export interface Evaluated {
  readonly rowsUsed: "holdout" | "out-of-fold" | "training";
  readonly scored: Scored;
}

/** Carries what was found so far out of the steps. */
export class Interrupted extends Error {
  readonly found: Findings;

  constructor(found: Findings) {
    super("interrupted");
    this.name = "Interrupted";
    this.found = found;
  }
}

export function stopIfAsked({ isInterrupted }: Session, found: Findings): void {
  if (isInterrupted()) throw new Interrupted(found);
}

/** A fit that was stopped in its middle is thrown away; what was found before it stays. */
export function fitOrStop(fit: () => FittedLearner, found: Findings): FittedLearner {
  const fitted = fit();
  if (fitted.report.status === "aborted") throw new Interrupted(found);
  return fitted;
}

/** The classes of the rows; nothing for numbers. */
export function labelsOf(table: Table, { plan, request: { target } }: Session): readonly string[] | undefined {
  if (plan.task === "regression") return undefined;
  const column = table.column(target);
  if (column.type === "category") return Array.from(column.codes, (code) => column.categories[code]!);
  return Array.from(column.values, String);
}
