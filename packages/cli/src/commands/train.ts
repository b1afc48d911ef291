// `steepest train`: claims the folder, lets the other thread compute, shows what happens, writes the run.
import { buffer } from "node:stream/consumers";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { watchForInterruption } from "../interruption.ts";
import { gateLine } from "../metrics/gates.ts";
import { createProgress, type Progress, type ProgressEvent, type TimedEvent } from "../progress/progress.ts";
import { writeFileAtomically } from "../run/atomic-write.ts";
import { checkpointFile, readCheckpoint, refuseUnfinished } from "../run/checkpoint-file.ts";
import { claimRunFolder, type RunFile, type RunFolder } from "../run/run-folder.ts";
import { quoteCommand } from "../terminal/quote-command.ts";
import { writeJson, writeText } from "../terminal/streams.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { TrainOutcome } from "../train/protocol.ts";
import { fileOf, readTrainRequest, type TrainRequest } from "../train/request.ts";
import { runInThread } from "../train/run-in-thread.ts";
import type { Invocation } from "../verb.ts";

export async function train(invocation: Invocation): Promise<ExitCode> {
  const { terminal, commandLine, home } = invocation;
  const request = readTrainRequest(invocation);
  const input = request.file === "-" ? { input: await buffer(process.stdin) } : {};
  const checkpoint = request.resume ? await readCheckpoint(request.out) : undefined;
  if (!request.dryRun && !request.resume && !request.force) await refuseUnfinished(request.out);
  const force = request.force || checkpoint !== undefined;
  const folder = request.dryRun ? undefined : await claimRunFolder(request.out, force);
  const checkpoints = checkpointFile(request.out);
  const { say, color, events: asEvents, quiet } = terminal;
  const interruption = watchForInterruption({ say });
  const progress = await createProgress({
    stream: process.stderr,
    events: asEvents,
    quiet,
    color,
    steps: stepsOf(request),
  });
  const log = createLog(request.out);
  const show = (event: ProgressEvent): void => progress.show(log.add(event));
  try {
    const outcome = await runInThread(
      home,
      {
        request,
        interruption: interruption.flag,
        date: today(),
        ...input,
        ...(checkpoint === undefined ? {} : { checkpoint }),
      },
      { onEvent: show, onCheckpoint: checkpoints.save },
    );
    await checkpoints.settle();
    // An interrupted training has no model: it must not take the place of a run that has one.
    const keepOld = outcome.exitCode === EXIT.interrupted && folder?.holdsRun === true;
    const written = folder === undefined || keepOld ? [] : await writeRun(folder, outcome, log, progress);
    if (written.includes("model.json")) await checkpoints.remove();
    await progress.end();
    await finish(request, outcome, written, terminal, commandLine);
    return outcome.exitCode;
  } catch (error) {
    await progress.end();
    await folder?.abandon();
    throw error;
  } finally {
    await folder?.release();
    interruption.dispose();
  }
}

/** What stands on a terminal while a step has not begun. */
function stepsOf(request: TrainRequest): { step: string; text: string }[] {
  const { cv, holdout, dryRun, out, learningCurve } = request;
  const validated = cv === undefined ? holdout === undefined : cv > 0;
  return [
    { step: "load", text: `Load ${fileOf(request)}` },
    { step: "check", text: "Check" },
    ...(dryRun
      ? []
      : [
          ...(validated ? [{ step: "cross-validate", text: "Cross-validate" }] : []),
          { step: "train", text: "Train" },
          ...(holdout === undefined ? [] : [{ step: "holdout", text: "Hold out" }]),
          ...(learningCurve ? [{ step: "learning-curve", text: "Learn from parts of the rows" }] : []),
          { step: "write", text: `Write ${out}` },
        ]),
  ];
}

interface Log {
  add(event: ProgressEvent): TimedEvent;
  toJsonLines(): string;
}

/** The only place that reads the clock: `events.jsonl` is the only file that differs between equal runs. */
function createLog(run: string): Log {
  const events: TimedEvent[] = [];
  const begun = new Map<string, number>();
  return {
    add: (event) => {
      if (event.kind === "start") begun.set(event.step, performance.now());
      const start = event.kind === "done" ? begun.get(event.step) : undefined;
      const seconds = start === undefined ? {} : { seconds: Math.round(performance.now() - start) / 1000 };
      const timed = { t: new Date().toISOString(), run, ...event, ...seconds };
      events.push(timed);
      return timed;
    },
    toJsonLines: () => events.map((event) => `${JSON.stringify(event)}\n`).join(""),
  };
}

async function writeRun(
  folder: RunFolder,
  outcome: TrainOutcome,
  log: Log,
  progress: Progress,
): Promise<readonly RunFile[]> {
  const names: RunFile[] = [...(Object.keys(outcome.files) as RunFile[]), "events.jsonl"];
  if (outcome.rejects !== undefined) await writeFileAtomically(`${folder.path}/rejects.csv`, outcome.rejects);
  const done = log.add({ kind: "done", step: "write", text: `Write ${folder.path}/{${names.join(", ")}}` });
  const written = await folder.write({ ...outcome.files, "events.jsonl": log.toJsonLines() });
  progress.show(done);
  return written;
}

async function finish(
  request: TrainRequest,
  outcome: TrainOutcome,
  written: readonly RunFile[],
  terminal: Terminal,
  commandLine: string,
): Promise<void> {
  if (terminal.json) await writeJson(outcome.record);
  else {
    for (const gate of outcome.gates) await writeText(`${gateLine(gate)}\n`);
    if (written.includes("report.html")) await writeText(`open  ${quoteCommand([`${request.out}/report.html`])}\n`);
  }
  for (const note of outcome.notes) terminal.say(note);
  if (outcome.exitCode === EXIT.interrupted) {
    const kept = written.length === 0 && !request.dryRun ? ` ${request.out} still holds the former run;` : "";
    terminal.say(`interrupted;${kept} ${await wayOn(request, commandLine)}`);
  } else if (written.includes("model.json")) terminal.say(nextLine(request));
}

async function wayOn({ out, resume }: TrainRequest, commandLine: string): Promise<string> {
  if ((await readCheckpoint(out)) === undefined) return `to start again: ${commandLine}`;
  return `to go on: ${commandLine}${resume ? "" : " --resume"}`;
}

function nextLine(request: TrainRequest): string {
  const { out } = request;
  const file = fileOf(request);
  const name = process.env["npm_command"] === undefined ? "steepest" : "npx steepest"; // as it was started
  const data = file === "-" ? "new.csv" : quoteCommand([file]);
  const run = quoteCommand([out]);
  // Not `evaluate` on the same file: the model has seen its rows.
  return `next  ${name} predict ${run} ${data} > scored.csv     ${name} evaluate ${run} new.csv     ${name} train yours.csv --target y`;
}

/** Whole days, so that runs of one day are equal; SOURCE_DATE_EPOCH sets it (reproducible-builds.org). */
function today(): string {
  const epoch = process.env["SOURCE_DATE_EPOCH"];
  const date = epoch === undefined || !/^\d+$/.test(epoch) ? new Date() : new Date(Number(epoch) * 1000);
  return date.toISOString().slice(0, 10);
}
