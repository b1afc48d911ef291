// `steepest predict`: rows in, scores out, batch by batch; rows that cannot be scored go to a file of their own.
import { createReadStream, existsSync, statSync } from "node:fs";
import { type CsvBatch, streamCsv } from "@steepest/tables";
import { missingColumns, peekHeader } from "../data/model-columns.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { FailureError, RequestError, throwProblems, toFailure } from "../failure.ts";
import { list, number, readFlags, word } from "../flags.ts";
import { formatCount, formatList, formatNames, plural } from "../format.ts";
import { watchForInterruption } from "../interruption.ts";
import { applyThreshold, type Predicted } from "../model/predictor.ts";
import { didYouMean } from "../nearest.ts";
import { RejectFile } from "../predict/reject-file.ts";
import { csvScores, jsonScores, type ScoreWriter } from "../predict/score-writer.ts";
import { optionProblem, type Problem } from "../problem.ts";
import { type OpenRun, openRun } from "../run/open-run.ts";
import type { Invocation } from "../verb.ts";

const FLAGS = {
  threshold: number("a probability above 0 and below 1", (p) => p > 0 && p < 1),
  columns: list,
  missing: list,
  decimal: word([".", ","]),
};

export async function predict({ arguments: [folder = "", data = ""], flags, terminal }: Invocation): Promise<ExitCode> {
  const { values, problems } = readFlags(FLAGS, flags);
  throwProblems(problems);
  const run = await openRun(folder);
  const { threshold, columns = [], missing = [], decimal = run.decimal } = values;
  throwProblems(classProblems(run, threshold, flags["proba"] === true));
  const stream = data === "-" ? process.stdin : createReadStream(data);
  const interruption = watchForInterruption({
    say: terminal.say,
    onRequest: () => stream.destroy(new Stopped()), // a stream that waits for more would wait for ever
  });
  const rejected = new RejectFile(rejectsPath(flags["rejects"], flags["force"] === true));
  const options = { columns, proba: flags["proba"] === true, classes: run.predictor.encoder.classes ?? [] };
  const writer = terminal.json ? jsonScores(options) : csvScores(options);
  try {
    const counts = await scoreAll(
      { run, data, stream, threshold, columns, missing: [...run.missing, ...missing], decimal },
      writer,
      rejected,
    );
    const file = await rejected.publish();
    await writer.end({ scored: counts.scored, rejected: rejected.count });
    for (const line of summary(counts, rejected, file)) terminal.say(line);
    if (!interruption.requested) return EXIT.done;
    terminal.say(
      `interrupted after ${plural(counts.scored + rejected.count, "row")}; the scores up to there are complete`,
    );
    return EXIT.interrupted;
  } catch (error) {
    await rejected.discard();
    throw error;
  } finally {
    interruption.dispose();
  }
}

interface Job {
  readonly run: OpenRun;
  readonly data: string;
  readonly stream: AsyncIterable<Uint8Array>;
  readonly threshold: number | undefined;
  readonly columns: readonly string[];
  readonly missing: readonly string[];
  readonly decimal: "." | ",";
}

interface Counts {
  scored: number;
  /** Values that were filled in, and categories that training did not have, by column. */
  readonly missing: Map<string, number>;
  readonly unseen: Map<string, number>;
}

async function scoreAll(job: Job, writer: ScoreWriter, rejected: RejectFile): Promise<Counts> {
  const { run, data, stream, missing, decimal } = job;
  const source = data === "-" ? "standard input" : data;
  const counts: Counts = { scored: 0, missing: new Map(), unseen: new Map() };
  const schema = run.predictor.encoder.inputs.map(({ name, type }) => ({ name, type }));
  try {
    const { header, chunks } = await peekHeader(stream);
    const needed = schema.map(({ name }) => name);
    if (header !== undefined) throwProblems(missingColumns(needed, header, source));
    for await (const batch of streamCsv(chunks, { schema, missing, decimal, onBadRow: "skip", source })) {
      if (counts.scored === 0) throwProblems(columnProblems(job.columns, batch.header, source));
      await rejected.add(batch.rejects);
      if (batch.table.rows > 0) await scoreBatch(job, batch, writer, counts);
      else await writer.begin();
      counts.scored += batch.table.rows;
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw new FailureError(toFailure(error, source));
  }
  return counts;
}

/** Ends the input without being an end of the data: what has been read of the next batch is thrown away with it. */
class Stopped extends Error {}

async function scoreBatch(
  { run, threshold, columns }: Job,
  batch: CsvBatch,
  writer: ScoreWriter,
  counts: Counts,
): Promise<void> {
  const { predictor, positive } = run;
  const { missing, unseen } = predictor.encoder.features(batch.table);
  addCounts(counts.missing, missing);
  addCounts(counts.unseen, unseen);
  const predicted: Predicted = predictor.predict(batch.table);
  const carried = columns.map((name) => batch.header.indexOf(name));
  await writer.write({
    predicted:
      predicted.task === "classification" && positive !== undefined
        ? applyThreshold(predicted, positive, threshold)
        : predicted,
    rows: batch.rows,
    carried: batch.cells.map((cells) => carried.map((at) => cells[at] ?? "")),
  });
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

function columnProblems(columns: readonly string[], header: readonly string[], file: string): Problem[] {
  return columns
    .filter((name) => !header.includes(name))
    .map((name) => ({
      class: "DataError",
      code: "unknown-column",
      message: `there is no column "${name}" (--columns)`,
      where: { file, column: name },
      fix: [...didYouMean(name, header), `the columns are ${formatNames(header)}`],
    }));
}

/** A name that was asked for is kept to; the default one gives way: rejects-2.csv, rejects-3.csv, … */
function rejectsPath(flag: unknown, force: boolean): string {
  const wanted = typeof flag === "string" ? flag : "rejects.csv";
  const there = statSync(wanted, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) {
    // it would be renamed over: a device such as /dev/full must not become a file
    const what = there.isDirectory() ? "a folder" : "a device";
    throw new RequestError([
      optionProblem("not-a-file", `"${wanted}" is ${what}, not a file`, ["--rejects other.csv"]),
    ]);
  }
  if (force || !existsSync(wanted)) return wanted;
  if (typeof flag === "string") {
    throw new RequestError([
      optionProblem("file-exists", `the file "${wanted}" exists already`, [
        "--force  overwrites it",
        "--rejects other.csv",
      ]),
    ]);
  }
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
