// `steepest evaluate`: a saved model on a table that has the target; metrics, gates, and the best threshold.
import type { Table } from "steepest/data";
import { bestThreshold } from "steepest/metrics";
import { type LoadedTable, loadTable } from "../data/load-table.ts";
import { missingColumns } from "../data/model-columns.ts";
import { GATE_FLAGS, READING_FLAGS } from "../data/shared-flags.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { RequestError, throwProblems } from "../failure.ts";
import { number, readFlags } from "../flags.ts";
import { formatCount, formatList, formatValue, plural } from "../format.ts";
import { type MetricValues, metricsOf } from "../metrics/catalog.ts";
import { checkGates, type GateResult, gateLine, gateProblems, gatesOf } from "../metrics/gates.ts";
import { confusionOf, judge, type Scored } from "../metrics/judge.ts";
import { applyThreshold, scoreTable } from "../model/predictor.ts";
import { optionProblem, type Problem } from "../problem.ts";
import { type OpenRun, openRun } from "../run/open-run.ts";
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
  const schema = [...encoder.inputs, encoder.target].map(({ name, type }) => ({ name, type: types.get(name) ?? type }));
  const reading = { types: {}, schema, missing: [...run.missing, ...missing], decimal, onBadRow };
  const loaded = await loadTable(file, reading, (names) => columnProblems(run, names, file));
  const table = labeledRows(loaded, run, file, onBadRow);
  const predicted = run.predictor.predict(table);
  const scored = scoreTable(
    run.predictor,
    table,
    predicted.task === "classification" && run.positive !== undefined
      ? applyThreshold(predicted, run.positive, threshold)
      : predicted,
    run.positive,
  );
  const metrics = judge(scored);
  const results = checkGates(gates, metrics);
  const view: View = { scored, metrics, threshold: threshold ?? 0.5, results };
  if (terminal.json) await writeJson(toJson(view, folder, file, loaded.sha256));
  else await writeText(`${toText(view)}\n`);
  const left = loaded.table.rows + loaded.rejects.length - table.rows;
  if (left > 0) terminal.say(`${plural(left, "row")} left out`);
  return results.every(({ passed }) => passed) ? EXIT.done : EXIT.gate;
}

interface View {
  readonly scored: Scored;
  readonly metrics: MetricValues;
  readonly threshold: number;
  readonly results: readonly GateResult[];
}

function toText({ scored, metrics, threshold, results }: View): string {
  const values = metricsOf(scored.task)
    .filter(({ name }) => metrics[name] !== undefined)
    .map(({ name, label, share }) => `${label} ${share ? metrics[name]!.toFixed(3) : formatValue(metrics[name]!)}`)
    .join("   ");
  const lines = [`${plural(scored.actual.length, "row")}   ${values}`];
  if (scored.task === "classification") {
    const matrix = confusionOf(scored);
    if (scored.positive === undefined) lines.push(matrix.toTable());
    else {
      const { tn, fp, fn, tp } = matrix;
      const best = bestOf(scored);
      const hint = best === undefined ? "" : ` (best F1 at ${formatValue(best.threshold, 2)})`;
      lines.push(
        `tn ${tn} fp ${fp} / fn ${fn} tp ${tp}   threshold ${threshold}${hint}   positive: ${scored.positive}`,
      );
    }
  }
  return [...lines, ...results.map(gateLine)].join("\n");
}

function toJson({ scored, metrics, threshold, results }: View, run: string, file: string, sha256: string): unknown {
  const matrix = scored.task === "classification" ? confusionOf(scored) : undefined;
  const best = scored.task === "classification" ? bestOf(scored) : undefined;
  return {
    run,
    data: { file, sha256, rows: scored.actual.length },
    task: scored.task,
    metrics,
    ...(matrix === undefined ? {} : { confusion: { labels: matrix.labels, counts: matrix.counts } }),
    ...(scored.task === "classification" && scored.positive !== undefined
      ? { positive: scored.positive, threshold }
      : {}),
    ...(best === undefined ? {} : { bestThreshold: { by: "f1", ...best } }),
    ...(results.length === 0 ? {} : { gates: results }),
  };
}

/** Two classes: where F1 is largest on these rows. Nothing when one of them does not occur. */
function bestOf(scored: Scored): { threshold: number; value: number } | undefined {
  if (scored.task === "regression" || scored.positive === undefined) return undefined;
  const { actual, positive, probabilities, classes } = scored;
  if (new Set(actual).size < 2) return undefined;
  return bestThreshold(actual, probabilities.at(":", classes.indexOf(positive)), "f1", { positive });
}

/** Every column that the model needs and the file lacks. */
function columnProblems({ predictor, folder }: OpenRun, names: readonly string[], file: string): Problem[] {
  const { inputs, target } = predictor.encoder;
  const needed = inputs.map(({ name }) => name);
  const noTarget = missingColumns([target.name], names, file).map((problem) => ({
    ...problem,
    message: `there is no column "${target.name}", the target`,
    fix: [...problem.fix, `steepest predict ${quoteCommand([folder, file])}  needs no target`],
  }));
  return [...missingColumns(needed, names, file), ...noTarget];
}

/** Rows that can be judged. @throws RequestError for rows without a target, or with a class that training did not have, unless they are skipped. */
function labeledRows(
  { table, rows }: LoadedTable,
  { predictor }: OpenRun,
  file: string,
  onBadRow: "stop" | "skip",
): Table {
  const { target } = predictor.encoder;
  const column = table.column(target.name);
  const classes = new Set(target.classes);
  const labels =
    column.type === "category"
      ? Array.from(column.codes, (code) => column.categories[code])
      : Array.from(column.values, textOf);
  const isKnown = (label: string | undefined): boolean =>
    label !== undefined && (target.classes === undefined || classes.has(label));
  const kept = labels.map((_, i) => i).filter((i) => isKnown(labels[i]));
  if (kept.length === labels.length) return table;
  if (onBadRow === "skip") return table.take(kept);
  const strange = labels.map((_, i) => i).filter((i) => !isKnown(labels[i]));
  const first = strange[0]!;
  const label = labels[first];
  const unknown = [...new Set(strange.flatMap((i) => labels[i] ?? []))];
  const skip = `--on-bad-row skip  leaves ${strange.length === 1 ? "this row" : `these ${formatCount(strange.length)} rows`} out`;
  throw new RequestError([
    {
      class: "DataError",
      code: label === undefined ? "target-missing" : "unknown-class",
      message:
        label === undefined
          ? `the target "${target.name}" is missing in ${plural(strange.length, "row")}`
          : `the target "${target.name}" has classes that training did not have: ${formatList(unknown.map((c) => `"${c}"`))}`,
      where: { file, row: rows[first]! + 1, column: target.name },
      received: label === undefined ? "an empty cell" : `"${label}"`,
      expected: target.classes === undefined ? "a number" : formatList(target.classes.map((c) => `"${c}"`)),
      fix: [skip, ...(label === undefined ? [] : ["train again with rows of these classes"])],
    },
  ]);
}

function textOf(value: number): string | undefined {
  return Number.isNaN(value) ? undefined : String(value);
}
