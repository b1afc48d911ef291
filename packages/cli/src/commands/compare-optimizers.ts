// `steepest compare-optimizers`: several optimizers from one start, on a surface or as trainers of one network.
import { bestOf, type Comparison, type Found, ranked } from "../compare/comparison.ts";
import { runOnSurface, slopeOf } from "../compare/on-surface.ts";
import { tableProblem } from "../compare/on-table.ts";
import { comparisonCsv, comparisonFigures, comparisonText } from "../compare/present.ts";
import { type CompareRequest, choicesOf, readCompareRequest } from "../compare/request.ts";
import { SURFACES } from "../compare/surfaces.ts";
import { configureEngine } from "../engine.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { formatValue } from "../format.ts";
import type { Task } from "../metrics/catalog.ts";
import type { OptimizerChoice } from "../optimizer/choice.ts";
import { createProgress } from "../progress/progress.ts";
import { versions } from "../run/versions.ts";
import { refuseFiles, writeFilesTogether } from "../run/write-files.ts";
import { writeJson, writeText } from "../terminal/streams.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { fileOf } from "../train/request.ts";
import type { Invocation } from "../verb.ts";

export async function compareOptimizers(invocation: Invocation): Promise<ExitCode> {
  const { terminal, commandLine } = invocation;
  const request = readCompareRequest(invocation);
  const surface = request.surface === undefined ? undefined : SURFACES[request.surface.name];
  const names = ["losses.svg", ...(surface === undefined ? [] : ["paths.svg"]), "values.csv", "comparison.json"];
  if (request.out !== undefined && !request.force) await refuseFiles(request.out, names);
  configureEngine(request.engine);
  const { problem, run, task, unit } = await problemOf(request);
  const runs = await runAll(request, run, terminal);
  const comparison: Comparison = {
    format: "steepest-comparison",
    version: 1,
    problem,
    unit,
    runs: ranked(runs),
    command: commandLine,
    versions: versions(),
  };
  if (request.out !== undefined) {
    const figures = comparisonFigures(comparison, surface);
    const pictures = await Promise.all(
      Object.entries(figures).map(async ([name, figure]) => [`${name}.svg`, `${await figure.toSVG()}\n`] as const),
    );
    await writeFilesTogether(request.out, {
      ...Object.fromEntries(pictures),
      "values.csv": comparisonCsv(comparison),
      "comparison.json": `${JSON.stringify(comparison, undefined, 2)}\n`,
    });
  }
  if (terminal.json) await writeJson(comparison);
  else await writeText(`${comparisonText(comparison, task)}\n`);
  terminal.say(
    request.out === undefined ? "--out <folder>  keeps figures and values" : `figures and values in ${request.out}`,
  );
  return EXIT.done;
}

interface Problem {
  readonly problem: Comparison["problem"];
  readonly unit: Comparison["unit"];
  readonly task: Task | undefined;
  run(choice: OptimizerChoice): Found;
}

async function problemOf(request: CompareRequest): Promise<Problem> {
  const { surface, table, values } = request;
  if (surface !== undefined) {
    const { name, steps } = surface;
    const { formula, start, minimum } = SURFACES[name];
    const slope = slopeOf(SURFACES[name]);
    const schedule = { name: values.schedule ?? "constant", warmup: values.warmup ?? 0 } as const;
    return {
      problem: { kind: "surface", name, formula, start, minimum },
      unit: "step",
      task: undefined,
      run: (choice) => runOnSurface(SURFACES[name], slope, choice, schedule, steps),
    };
  }
  const { rows, plan, run } = await tableProblem(table!); // one of the two
  const { optimizer: _, ...network } = table!.network;
  const problem = { kind: "table", file: fileOf(table!), target: table!.target, rows, network } as const;
  return { problem, unit: "epoch", task: plan.task, run };
}

async function runAll(
  request: CompareRequest,
  run: Problem["run"],
  { color, quiet, events }: Terminal,
): Promise<ReturnType<typeof bestOf>[]> {
  const progress = await createProgress({
    stream: process.stderr,
    events,
    quiet,
    color,
    steps: request.optimizers.map((name) => ({ step: name, text: name })),
  });
  const show = (kind: "start" | "done", step: string, text: string): void =>
    progress.show({ t: new Date().toISOString(), run: request.out ?? "", kind, step, text });
  const runs: ReturnType<typeof bestOf>[] = [];
  try {
    for (const name of request.optimizers) {
      show("start", name, name);
      await new Promise((resolve) => setImmediate(resolve)); // the display is drawn between two optimizers
      const best = bestOf(choicesOf(request, name).map(run));
      runs.push(best);
      show("done", name, `${name}: ${formatValue(best.last)} with rate ${best.learningRate}`);
    }
  } finally {
    await progress.end();
  }
  return runs;
}
