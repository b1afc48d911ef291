// `steepest predict`: rows in, scores out, batch by batch; rows that cannot be scored go to a file of their own.
import { existsSync, statSync } from "node:fs";
import { missingColumns, unknownColumns } from "../data/model-columns.ts";
import { bytesOf, type RowBatch, streamRows } from "../data/row-stream.ts";
import { csvOnlyProblems, FORMAT_FLAG, type Source, sourceOf } from "../data/source.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { FailureError, RequestError, throwProblems, toFailure } from "../failure.ts";
import { list, number, readFlags, word } from "../flags.ts";
import { formatCount, formatList, plural } from "../format.ts";
import { type Interruption, watchForInterruption } from "../interruption.ts";
import { applyThreshold } from "../model/predictor.ts";
import { RejectFile } from "../predict/reject-file.ts";
import { fileScores } from "../predict/score-file.ts";
import { csvScores, jsonScores, type ScoreWriter } from "../predict/score-writer.ts";
import { optionProblem, type Problem } from "../problem.ts";
import { type OpenRun, openRun } from "../run/open-run.ts";
import type { Invocation } from "../verb.ts";

const FLAGS = {
  threshold: number("a probability above 0 and below 1", (p) => p > 0 && p < 1),
  columns: list,
  missing: list,
  decimal: word([".", ","]),
  format: FORMAT_FLAG,
  onBadRow: word(["skip"]),
};

export async function predict({ arguments: [folder = "", data = ""], flags, terminal }: Invocation): Promise<ExitCode> {
  const { values, problems } = readFlags(FLAGS, flags);
  const isForced = flags["force"] === true;
  const out = typeof flags["out"] === "string" ? flags["out"] : undefined;
  throwProblems([...problems, ...outProblems(out, isForced, terminal.json)]);
  const source = sourceOf(data, values.format);
  throwProblems(csvOnlyProblems(source, flags));
  const run = await openRun(folder);
  const { threshold, columns = [], missing = [], decimal = run.decimal } = values;
  const proba = flags["proba"] === true;
  throwProblems(classProblems(run, threshold, proba));
  const bytes = bytesOf(source);
  const interruption = watchForInterruption({
    say: terminal.say,
    onRequest: () => bytes?.destroy(new Stopped()), // a stream that waits for more would wait for ever
  });
  const rejected = new RejectFile(rejectsPath(flags["rejects"], isForced));
  const options = { columns, proba, classes: run.predictor.encoder.classes ?? [] };
  const writer =
    out !== undefined ? await fileScores(out, options) : terminal.json ? jsonScores(options) : csvScores(options);
  try {
    const reading = { missing: [...run.missing, ...missing], decimal, width: run.predictor.encoder.names.length };
    const counts = await scoreAll({ run, source, bytes, threshold, columns, reading, interruption }, writer, rejected);
    const file = await rejected.publish();
    await writer.end({ scored: counts.scored, rejected: rejected.count });
    for (const line of summary(counts, rejected, file)) terminal.say(line);
    if (interruption.requested) {
      const rows = plural(counts.scored + rejected.count, "row");
      terminal.say(`interrupted after ${rows}; the scores up to there are complete`);
      return EXIT.interrupted;
    }
    return rejected.count > 0 && values.onBadRow !== "skip" ? EXIT.request : EXIT.done;
  } catch (error) {
    await rejected.discard();
    await writer.discard();
    throw error;
  } finally {
    interruption.dispose();
  }
}

interface Job {
  readonly run: OpenRun;
  readonly source: Source;
  readonly bytes: ReturnType<typeof bytesOf>;
  readonly threshold: number | undefined;
  readonly columns: readonly string[];
  readonly reading: Pick<Parameters<typeof streamRows>[2], "missing" | "decimal" | "width">;
  readonly interruption: Interruption;
}

interface Counts {
  scored: number;
  /** Values that were filled in, and categories that training did not have, by column. */
  readonly missing: Map<string, number>;
  readonly unseen: Map<string, number>;
}

async function scoreAll(job: Job, writer: ScoreWriter, rejected: RejectFile): Promise<Counts> {
  const { run, source, bytes, columns, reading, interruption } = job;
  const counts: Counts = { scored: 0, missing: new Map(), unseen: new Map() };
  const schema = run.predictor.encoder.inputs.map(({ name, type }) => ({ name, type }));
  const check = (names: readonly string[]): Problem[] => [
    ...missingColumns(
      schema.map(({ name }) => name),
      names,
      source.name,
    ),
    ...unknownColumns("columns", columns, names, source.name),
  ];
  try {
    for await (const batch of streamRows(source, bytes, { ...reading, schema, carry: columns, check })) {
      await rejected.add(batch.rejects);
      if (batch.table.rows > 0) await scoreBatch(job, batch, writer, counts);
      else await writer.begin();
      counts.scored += batch.table.rows;
      if (bytes === undefined && interruption.requested) break;
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw new FailureError(toFailure(error, source.name));
  }
  return counts;
}

/** Ends the input without being an end of the data: what has been read of the next batch is thrown away with it. */
class Stopped extends Error {}

async function scoreBatch(
  { run, threshold }: Job,
  { table, rows, carried }: RowBatch,
  writer: ScoreWriter,
  counts: Counts,
): Promise<void> {
  const predicted = run.predictor.predict(table);
  addCounts(counts.missing, predicted.unusual.missing);
  addCounts(counts.unseen, predicted.unusual.unseen);
  const called =
    predicted.task === "classification" && run.positive !== undefined
      ? applyThreshold(predicted, run.positive, threshold)
      : predicted;
  await writer.write({ predicted: called, rows, carried });
}

function addCounts(to: Map<string, number>, from: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(from)) to.set(name, (to.get(name) ?? 0) + count);
}

function classProblems({ predictor, positive }: OpenRun, threshold: number | undefined, proba: boolean): Problem[] {
  const problems: Problem[] = [];
  if (threshold !== undefined && positive === undefined) {
    problems.push(optionProblem("not-two-classes", "--threshold is for models of two classes", ["leave it out"]));
  }
  if (proba && predictor.encoder.task === "regression") {
    problems.push(
      optionProblem("no-classes", "--proba is for models of classes, and this one predicts numbers", ["leave it out"]),
    );
  }
  return problems;
}

function outProblems(path: string | undefined, force: boolean, json: boolean): Problem[] {
  if (path === undefined) return [];
  const both = json
    ? [optionProblem("contradiction", "--json writes to standard output, --out to a file", ["give one of them"])]
    : [];
  return [...both, ...placeProblems(path, force, "--out")];
}

/** A device such as /dev/full must not become a file by renaming, and no file is overwritten without being asked. */
function placeProblems(path: string, force: boolean, flag: string): Problem[] {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) {
    const what = there.isDirectory() ? "a folder" : "a device";
    return [optionProblem("not-a-file", `"${path}" is ${what}, not a file`, [`${flag} other.csv`])];
  }
  if (force || there === undefined) return [];
  return [
    optionProblem("file-exists", `the file "${path}" exists already`, ["--force  overwrites it", `${flag} other.csv`]),
  ];
}

/** A name that was asked for is kept to; the default one gives way: rejects-2.csv, rejects-3.csv, … */
function rejectsPath(flag: unknown, force: boolean): string {
  const asked = typeof flag === "string" ? flag : undefined;
  const wanted = asked ?? "rejects.csv";
  const isFree = force || !existsSync(wanted);
  const problems = placeProblems(wanted, force || asked === undefined, "--rejects");
  if (problems.length > 0) throw new RequestError(problems);
  if (isFree || asked !== undefined) return wanted;
  for (let i = 2; ; i++) if (!existsSync(`rejects-${i}.csv`)) return `rejects-${i}.csv`;
}

function summary({ scored, missing, unseen }: Counts, rejected: RejectFile, file: string | undefined): string[] {
  const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, n) => sum + n, 0);
  const by = (counts: ReadonlyMap<string, number>): string =>
    formatList([...counts].map(([name, n]) => `${name} ${formatCount(n)}`));
  const lines = [`scored ${plural(scored, "row")}${file === undefined ? "" : `, ${rejected.describe()}: ${file}`}`];
  if (missing.size > 0) lines.push(`filled ${plural(total(missing), "missing value")} as in training (${by(missing)})`);
  if (unseen.size > 0)
    lines.push(`${plural(total(unseen), "category", "categories")} that training did not have (${by(unseen)})`);
  return lines;
}
