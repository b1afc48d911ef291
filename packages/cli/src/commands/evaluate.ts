// `steepest evaluate`: a saved model on rows that have the target; metrics, gates, and the best threshold. Rows pass by, and only
// what the metrics need of them stays.
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { sha256OfFile } from "../data/fingerprint.ts";
import { missingColumns, unknownColumns } from "../data/model-columns.ts";
import { RejectCount } from "../data/reject-count.ts";
import { bytesOf, streamRows } from "../data/row-stream.ts";
import { GATE_FLAGS, READING_FLAGS } from "../data/shared-flags.ts";
import { csvOnlyProblems, type Source, sourceOf } from "../data/source.ts";
import { Groups } from "../evaluate/groups.ts";
import { Truth } from "../evaluate/truth.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { FailureError, RequestError, throwProblems, toFailure } from "../failure.ts";
import { number, readFlags } from "../flags.ts";
import { formatCount, formatValue, plural } from "../format.ts";
import { type MetricValues, metricsOf, type Task } from "../metrics/catalog.ts";
import { checkGates, type GateResult, gateLine, gateProblems, gatesOf } from "../metrics/gates.ts";
import { ClassTally, type Tally, ValueTally } from "../metrics/tally.ts";
import { applyThreshold } from "../model/predictor.ts";
import { optionProblem, type Problem } from "../problem.ts";
import { type OpenRun, openRun } from "../run/open-run.ts";
import { columns } from "../terminal/columns.ts";
import { quoteCommand } from "../terminal/quote-command.ts";
import { writeJson, writeText } from "../terminal/streams.ts";
import type { Invocation } from "../verb.ts";

const FLAGS = {
  ...READING_FLAGS,
  ...GATE_FLAGS,
  threshold: number("a probability above 0 and below 1", (p) => p > 0 && p < 1),
};

export async function evaluate({
  arguments: [folder = "", file = ""],
  flags,
  terminal,
}: Invocation): Promise<ExitCode> {
  const { values, problems } = readFlags(FLAGS, flags);
  throwProblems(problems);
  const source = sourceOf(file, values.format);
  throwProblems(csvOnlyProblems(source, flags));
  const run = await openRun(folder);
  const { encoder } = run.predictor;
  const { threshold, missing = [], types = new Map(), decimal = run.decimal, onBadRow = "stop" } = values;
  const gates = gatesOf(values.min, values.max);
  throwProblems([
    ...gateProblems(gates, encoder.task),
    ...(threshold !== undefined && run.positive === undefined
      ? [optionProblem("not-two-classes", "--threshold is for models of two classes", ["leave it out"])]
      : []),
  ]);
  const by = typeof flags["by"] === "string" ? flags["by"] : undefined;
  const schema = [...encoder.inputs, encoder.target].map(({ name, type }) => ({ name, type: types.get(name) ?? type }));
  const reading = { schema, missing: [...run.missing, ...missing], decimal, width: encoder.names.length };
  const judged = await judgeRows({ run, source, file, by, threshold, onBadRow, reading }).catch((error: unknown) => {
    throw new FailureError(toFailure(error, source.name));
  });
  const metrics = judged.tally.metrics();
  const results = checkGates(gates, metrics);
  const view: View = { ...judged, metrics, threshold: threshold ?? 0.5, results };
  if (terminal.json) await writeJson(toJson(view, folder, source.name));
  else await writeText(`${toText(view)}\n`);
  if (judged.left > 0) terminal.say(`${plural(judged.left, "row")} left out`);
  return results.every(({ passed }) => passed) ? EXIT.done : EXIT.gate;
}

interface Job {
  readonly run: OpenRun;
  readonly source: Source;
  readonly file: string;
  readonly by: string | undefined;
  readonly threshold: number | undefined;
  readonly onBadRow: "stop" | "skip";
  readonly reading: Pick<Parameters<typeof streamRows>[2], "schema" | "missing" | "decimal" | "width">;
}

interface Judged {
  readonly tally: ClassTally | ValueTally;
  readonly groups: Groups<ClassTally | ValueTally> | undefined;
  readonly sha256: string;
  /** Rows that were left out. */
  readonly left: number;
}

/** @throws RequestError for columns that are missing, for rows that cannot be read or judged unless they are to be skipped. */
async function judgeRows({ run, source, file, by, threshold, onBadRow, reading }: Job): Promise<Judged> {
  const { encoder } = run.predictor;
  const create = (): ClassTally | ValueTally =>
    encoder.task === "regression" ? new ValueTally() : new ClassTally(encoder.classes ?? [], run.positive);
  const tally = create();
  const groups = by === undefined ? undefined : new Groups(by, create);
  const truth = new Truth(run);
  const rejects = new RejectCount();
  const hash = createHash("sha256");
  const check = (names: readonly string[]): Problem[] => columnProblems(run, names, source.name, file, by);
  const carry = by === undefined ? [] : [by];
  const bytes: Readable | undefined = bytesOf(source);
  for await (const batch of streamRows(source, bytes, { ...reading, carry, check, onBytes: (b) => hash.update(b) })) {
    rejects.add(batch.rejects);
    const known = truth.known(batch.table, batch.rows);
    const isOver = onBadRow === "stop" && rejects.count + truth.count > 0; // what follows is only counted
    if (isOver || batch.table.rows === 0) continue;
    const table = known === undefined ? batch.table : batch.table.take(known);
    if (table.rows === 0) continue;
    const add = addTo(run, threshold, table);
    add(tally);
    const values = batch.carried.map(([value = ""]) => value);
    groups?.share(known === undefined ? values : Array.from(known, (row) => values[row]!), add);
  }
  if (onBadRow === "stop") {
    throwProblems(
      [rejects.problem(source.name) ?? truth.problem(source.name)].filter((problem) => problem !== undefined),
    );
  }
  if (tally.rows === 0) throw new RequestError([noRows(source.name)]);
  const sha256 = source.kind === "typed" ? await sha256OfFile(source.path) : hash.digest("hex");
  return { tally, groups, sha256, left: rejects.count + truth.count };
}

/** Predicts the rows of a table once, and adds them, or some of them, to tallies. */
function addTo(
  run: OpenRun,
  threshold: number | undefined,
  table: Parameters<OpenRun["predictor"]["predict"]>[0],
): (tally: ClassTally | ValueTally, rows?: readonly number[]) => void {
  const { encoder } = run.predictor;
  const predicted = run.predictor.predict(table);
  if (predicted.task === "regression") {
    const actual = encoder.values(table).toArray();
    return (tally, rows) => {
      if (tally.task === "regression") tally.add(actual, predicted, rows);
    };
  }
  const actual = encoder.labels(table);
  const called = run.positive === undefined ? predicted : applyThreshold(predicted, run.positive, threshold);
  return (tally, rows) => {
    if (tally.task === "classification") tally.add(actual, called, rows);
  };
}

function noRows(file: string): Problem {
  return {
    class: "DataError",
    code: "no-rows",
    message: "there is no row to judge",
    where: { file },
    fix: ["add rows"],
  };
}

interface View extends Judged {
  readonly metrics: MetricValues;
  readonly threshold: number;
  readonly results: readonly GateResult[];
}

function toText({ tally, groups, metrics, threshold, results }: View): string {
  const lines = [`${plural(tally.rows, "row")}   ${metricsText(tally.task, metrics)}`];
  if (tally.task === "classification") {
    const matrix = tally.confusion();
    if (tally.positive === undefined) lines.push(matrix.toTable());
    else {
      const { tn, fp, fn, tp } = matrix;
      const best = tally.bestF1();
      const hint = best === undefined ? "" : ` (best F1 at ${formatValue(best.threshold, 2)})`;
      lines.push(`tn ${tn} fp ${fp} / fn ${fn} tp ${tp}   threshold ${threshold}${hint}   positive: ${tally.positive}`);
    }
  }
  if (groups !== undefined) lines.push(groupTable(groups, tally.task));
  return [...lines, ...results.map(gateLine)].join("\n");
}

function metricText(value: number | undefined, share: boolean): string {
  if (value === undefined) return "–";
  return share ? value.toFixed(3) : formatValue(value);
}

function metricsText(task: Task, metrics: MetricValues): string {
  return metricsOf(task)
    .filter(({ name }) => metrics[name] !== undefined)
    .map(({ name, label, share }) => `${label} ${metricText(metrics[name], share)}`)
    .join("   ");
}

function groupTable(groups: Groups<ClassTally | ValueTally>, task: Task): string {
  const all = groups.entries().map(([name, tally]) => ({ name, rows: tally.rows, metrics: tally.metrics() }));
  const shown = metricsOf(task);
  const lines = all.map(({ name, rows, metrics }) => [
    name === "" ? "(missing)" : name,
    formatCount(rows),
    ...shown.map((metric) => metricText(metrics[metric.name], metric.share)),
  ]);
  const head = [groups.column, "rows", ...shown.map(({ label }) => label)];
  return columns([head, ...lines], ["left", "right", ...shown.map(() => "right" as const)]);
}

function toJson({ tally, groups, sha256, metrics, threshold, results }: View, run: string, file: string): unknown {
  const classes = tally.task === "classification" ? tally : undefined;
  const matrix = classes?.confusion();
  const best = classes?.bestF1();
  return {
    run,
    data: { file, sha256, rows: tally.rows },
    task: tally.task,
    metrics,
    ...(matrix === undefined ? {} : { confusion: { labels: matrix.labels, counts: matrix.counts } }),
    ...(classes?.positive === undefined ? {} : { positive: classes.positive, threshold }),
    ...(best === undefined ? {} : { bestThreshold: { by: "f1", ...best } }),
    ...(groups === undefined ? {} : { by: { column: groups.column, groups: groups.entries().map(groupJson) } }),
    ...(results.length === 0 ? {} : { gates: results }),
  };
}

function groupJson([value, tally]: [string, Tally]): unknown {
  return { value, rows: tally.rows, metrics: tally.metrics() };
}

/** Every column that the model needs and the file lacks. */
function columnProblems(
  { predictor, folder }: OpenRun,
  names: readonly string[],
  source: string,
  file: string,
  by: string | undefined,
): Problem[] {
  const { inputs, target } = predictor.encoder;
  const needed = inputs.map(({ name }) => name);
  const noTarget = missingColumns([target.name], names, source).map((problem) => ({
    ...problem,
    message: `there is no column "${target.name}", the target`,
    fix: [...problem.fix, `steepest predict ${quoteCommand([folder, file])}  needs no target`],
  }));
  const noGroups = by === undefined ? [] : unknownColumns("by", [by], names, source);
  return [...missingColumns(needed, names, source), ...noTarget, ...noGroups];
}
