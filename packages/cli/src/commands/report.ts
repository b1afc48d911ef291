// `steepest report`: the report of a run, made again from what the run keeps; or several runs beside each other.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { RequestError, throwProblems } from "../failure.ts";
import { formatValue, plural } from "../format.ts";
import { optionProblem, type Problem } from "../problem.ts";
import { type ComparedRun, type Comparison, compare, renderComparison, renderReport } from "../report/index.ts";
import { writeFileAtomically } from "../run/atomic-write.ts";
import { readReport } from "../run/read-report.ts";
import { quoteCommand } from "../terminal/quote-command.ts";
import { writeJson, writeText } from "../terminal/streams.ts";
import type { Invocation } from "../verb.ts";

const COMPARISON = "comparison.html";

export async function report({ arguments: folders, flags, terminal }: Invocation): Promise<ExitCode> {
  const out = typeof flags["out"] === "string" ? flags["out"] : undefined;
  throwProblems(outProblems(out ?? (folders.length > 1 ? COMPARISON : undefined), flags["force"] === true));
  const runs = await readAll(folders);
  const [first] = runs;
  const isOne = runs.length === 1 && first !== undefined;
  const path = out ?? (isOne ? join(first.name, "report.html") : COMPARISON);
  const html = isOne ? await renderReport(first.report) : await renderComparison(runs);
  await writeFileAtomically(path, html);
  const comparison = isOne ? undefined : compare(runs);
  if (terminal.json) await writeJson(toJson(runs, path, html, comparison));
  else {
    if (comparison !== undefined) await writeText(`${verdict(comparison)}\n`);
    await writeText(`open  ${quoteCommand([path])}\n`);
  }
  return EXIT.done;
}

/** All runs, or everything that is wrong with them. */
async function readAll(folders: readonly string[]): Promise<ComparedRun[]> {
  const problems: Problem[] = [];
  const runs: ComparedRun[] = [];
  for (const name of new Set(folders)) {
    try {
      runs.push({ name, report: await readReport(name) });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      problems.push(...error.problems);
    }
  }
  const twice = folders.find((name, i) => folders.indexOf(name) !== i);
  if (twice !== undefined) {
    problems.push(optionProblem("repeated-run", `the run "${twice}" is given more than once`, ["name it once"]));
  }
  throwProblems([...problems, ...mismatch(runs)]);
  return runs;
}

/** Runs that answer different questions. */
function mismatch(runs: readonly ComparedRun[]): Problem[] {
  const [first] = runs;
  const other = runs.find(
    ({ report: { task, data } }) => task !== first?.report.task || data.target !== first.report.data.target,
  );
  if (first === undefined || other === undefined) return [];
  const question = ({ name, report: { task, data } }: ComparedRun): string =>
    `"${name}" ${task === "classification" ? "tells classes of" : "predicts the number"} "${data.target}"`;
  return [
    {
      class: "DataError",
      code: "runs-differ",
      message: `the runs answer different questions: ${question(first)}, ${question(other)}`,
      fix: ["compare runs with one target"],
    },
  ];
}

/** Nothing is overwritten that the command was not made to overwrite. */
function outProblems(path: string | undefined, force: boolean): Problem[] {
  if (path === undefined) return [];
  const there = statSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) {
    const what = there.isDirectory() ? "a folder" : "a device";
    return [optionProblem("not-a-file", `"${path}" is ${what}, not a file`, ["--out other.html"])];
  }
  if (force || !existsSync(path)) return [];
  return [
    optionProblem("file-exists", `the file "${path}" exists already`, ["--force  overwrites it", "--out other.html"]),
  ];
}

function verdict({ runs, metrics: [first], differences }: Comparison): string {
  if (first === undefined) return plural(runs.length, "run");
  const width = Math.max(...runs.map(({ name }) => name.length));
  const lines = runs.map(({ name }, i) => {
    const entry = first.values[i];
    const spread = entry?.std === undefined ? "" : ` ± ${formatValue(entry.std, 2)}`;
    const value = entry === undefined ? "not measured" : `${first.label} ${formatValue(entry.value)}${spread}`;
    return `${name.padEnd(width)}  ${value}${first.best.includes(name) ? "  best" : ""}`;
  });
  const doubts = differences
    .filter(({ isClear }) => isClear !== true)
    .map(
      ({ other, isClear, method }) =>
        `${other}: ${isClear === false ? "not told apart from the best" : "not comparable"} (${method})`,
    );
  return [...lines, ...doubts].join("\n");
}

function toJson(runs: readonly ComparedRun[], path: string, html: string, comparison: Comparison | undefined): unknown {
  const written = { report: path, bytes: Buffer.byteLength(html) };
  if (comparison === undefined) return { run: runs[0]?.name, ...written };
  const { basis, metrics, settings, columns, differences } = comparison;
  const names = runs.map(({ name }) => name);
  const byRun = <T>(values: readonly T[]): Record<string, T> =>
    Object.fromEntries(names.map((name, i) => [name, values[i]!] as const).filter(([, value]) => value !== undefined));
  return {
    runs: names,
    ...written,
    basis,
    metrics: metrics.map(({ values, ...metric }) => ({ ...metric, values: byRun(values) })),
    settings: settings.map(({ name, values }) => ({ name, values: byRun(values) })),
    ...(columns.length === 0 ? {} : { columns }),
    differences,
  };
}
