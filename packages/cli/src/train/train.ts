// A training from file to files: load, check, cross-validate, train, hold out, report. Computes and tells; writes and prints nothing.
import { type ColumnProfile, correlations, duplicates, profile, type Table } from "steepest/data";
import { EXIT } from "../exit-code.ts";
import { plural } from "../format.ts";
import type { ProgressEvent } from "../progress/progress.ts";
import type { ReportDuplicates } from "../report/index.ts";
import { type Kept, trainingCheckpoints } from "./checkpoints.ts";
import { fitAndJudge } from "./fit-and-judge.ts";
import { createLearner } from "./learner.ts";
import { checkText, networkText, sizeText, targetText } from "./lines.ts";
import { loadTraining } from "./load-training.ts";
import { makePlan } from "./plan.ts";
import type { TrainOutcome } from "./protocol.ts";
import type { Findings } from "./record.ts";
import { fileOf, type TrainRequest } from "./request.ts";
import { Interrupted, type Session } from "./session.ts";
import { createOutcome } from "./write-up.ts";

export interface Surroundings {
  readonly emit: (event: ProgressEvent) => void;
  /** Asked between steps, folds and iterations. */
  readonly isInterrupted: () => boolean;
  readonly input?: Uint8Array;
  /** Of a network. */
  readonly checkpoints?: Kept;
  /** Of the report, ISO. */
  readonly date: string;
}

/**
 * Runs a training to its end, or to the first interruption.
 * @throws RequestError, DataError or BackendError when the table cannot be read or learned.
 */
export async function train(
  request: TrainRequest,
  { emit, isInterrupted, date, input, checkpoints: kept }: Surroundings,
): Promise<TrainOutcome> {
  const say = (kind: "start" | "done", step: string, text: string): void => emit({ kind, step, text });

  say("start", "load", `Load ${fileOf(request)}`);
  const { table, sha256, rejects, rowNumber } = await loadTraining(request, input);
  const plan = makePlan(request, table, rowNumber);
  const learned = table.select([...plan.features, request.target]);
  const columns = profile(learned, { target: request.target }).map((column) =>
    column.name === request.target ? withoutIdentifier(column) : column,
  );
  const range = columns.find(({ name }) => name === request.target)?.summary;
  const rejected = rejects.length === 0 ? "" : `, ${plural(rejects.length, "row")} left out (rejects.csv)`;
  const size = sizeText(table, plan.features);
  say(
    "done",
    "load",
    `Load ${fileOf(request)}: ${size}, ${targetText(request.target, plan.balance, range)}${rejected}`,
  );

  say("start", "check", "Check");
  const pairs = correlations(learned.select(plan.features));
  const repeated = repeatedRows(learned, rowNumber);
  say("done", "check", `Check: ${checkText(columns, pairs.length, missingIn(columns), repeated.count)}`);

  const learner = createLearner(request, plan, isInterrupted);
  const isKept = kept !== undefined && request.network !== undefined && !request.dryRun;
  const checkpoints = isKept ? trainingCheckpoints(request, sha256, kept) : undefined;
  const session: Session = {
    request,
    plan,
    learner,
    columns,
    pairs,
    duplicates: repeated,
    rejects,
    ...(checkpoints === undefined ? {} : { checkpoints }),
    date,
    emit,
    isInterrupted,
  };
  const found: Findings = { sha256, rows: table.rows, rejected: rejects.length, gates: [], status: PLANNED };
  for (const note of plan.notes) emit({ kind: "note", step: "check", text: note });
  if (request.dryRun) return createOutcome(session, found, EXIT.done, [planText(session)]);
  try {
    return await fitAndJudge(session, learned, found);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return createOutcome(session, { ...error.found, status: INTERRUPTED }, EXIT.interrupted, []);
  }
}

const PLANNED = { word: "planned", message: "Nothing was fitted: this was a dry run." };
const INTERRUPTED = { word: "interrupted", message: "Stopped by Ctrl-C; the metrics are those of the finished steps." };

/** Rows that equal an earlier one in every column that is learned from, and in the target. */
function repeatedRows(table: Table, rowNumber: (row: number) => number): ReportDuplicates {
  const { count, first } = duplicates(table);
  return { count, first: first.map(({ row, of }) => ({ row: rowNumber(row), of: rowNumber(of) })) };
}

/** A target whose values all differ is a target like any other. */
function withoutIdentifier(column: ColumnProfile): ColumnProfile {
  return { ...column, warnings: column.warnings.filter((text) => !text.startsWith("identifier-like")) };
}

function missingIn(columns: readonly ColumnProfile[]): number {
  return columns.reduce((sum, { missing }) => sum + missing, 0);
}

function planText({ request, plan, learner }: Session): string {
  const trained = request.network === undefined ? "" : ` ${networkText(request.network)},`;
  const folds = plan.folds === 0 ? "no cross-validation" : `${plan.folds} folds`;
  const holdout =
    request.holdout === undefined ? "no hold-out rows" : `${Math.round(request.holdout * 100)} % held out`;
  return `plan  ${learner.name} on ${plural(plan.features.length, "column")},${trained} ${folds}, ${holdout}, into ${request.out}`;
}
