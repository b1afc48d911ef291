// The end of a training: what goes into the files of the run, and with which code the command ends.
import { saveModel, WEIGHTS_FILE } from "steepest/io";
import { REJECTS_HEADER } from "../data/rejects.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { parseReport, renderReport, serializeReport } from "../report/index.ts";
import type { FittedLearner } from "./learner.ts";
import type { TrainOutcome } from "./protocol.ts";
import { createRecord, type Findings } from "./record.ts";
import { createReportInput, type ReportParts } from "./report-input.ts";
import { fileOf } from "./request.ts";
import type { Evaluated, Session } from "./session.ts";

/** A finished training: model, weights, metrics, report. */
export async function writeUp(
  session: Session,
  found: Findings,
  fitted: FittedLearner,
  evaluated: Evaluated,
  { duplicates, selection }: Pick<ReportParts, "duplicates" | "selection">,
): Promise<TrainOutcome> {
  const { request, plan, learner, columns, pairs, date, emit } = session;
  emit({ kind: "start", step: "write", text: `Write ${request.out}` });
  const report = serializeReport(
    createReportInput({
      request,
      plan,
      found,
      date,
      columns,
      correlations: pairs,
      duplicates,
      selection,
      fitted,
      modelName: learner.name,
      evaluated,
    }),
  );
  const { description, weights } = saveModel(fitted.model);
  const { positive } = plan;
  const data = {
    file: fileOf(request),
    sha256: found.sha256,
    rows: found.training?.rows,
    missing: request.missing,
    ...(request.decimal === undefined ? {} : { decimal: request.decimal }),
  };
  const described = { ...description, ...(positive === undefined ? {} : { positive }), data };
  // From what is stored, so that `steepest report` makes the same bytes.
  const html = await renderReport(parseReport(report)).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  const notes = [
    ...(GOOD.has(fitted.status) ? [] : [inFlags(fitted.report.message)]),
    ...(typeof html === "string" ? [] : [`! there is no report.html, the other files are complete: ${html.message}`]),
  ];
  return createOutcome(session, found, exitCodeOf(found), notes, {
    "model.json": `${JSON.stringify(described, undefined, 2)}\n`,
    [WEIGHTS_FILE]: weights,
    "report.json": report,
    ...(typeof html === "string" ? { "report.html": html } : {}),
  });
}

/** What any training ends with, finished or not: at least its metrics. */
export function createOutcome(
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

/** A network that took all its steps is done: there is no optimum to reach. */
const GOOD: ReadonlySet<string> = new Set(["converged", "finished", "early-stopped"]);

function exitCodeOf({ status, gates }: Findings): ExitCode {
  if (!GOOD.has(status.word)) return EXIT.notConverged;
  return gates.every(({ passed }) => passed) ? EXIT.done : EXIT.gate;
}

/** The library gives advice in the names of its options. */
function inFlags(message: string): string {
  return message
    .replaceAll("maxSteps", "--max-steps")
    .replace(
      /, clip the gradients with clipByGlobalNorm, or pass over such steps with skipNonFinite/,
      " with --learning-rate",
    )
    .replaceAll("standardize the features", "--standardize")
    .replaceAll("l2: ", "--l2 ");
}
