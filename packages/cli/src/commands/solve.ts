// `steepest solve`: a budget from a file, split so that returns are largest; table, figure, report.
import { existsSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { residuals } from "@steepest/plot";
import { type Allocation, allocate } from "steepest/allocate";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { RequestError, throwProblems } from "../failure.ts";
import { number, readFlags, word } from "../flags.ts";
import { createPendingFile, type PendingFile } from "../run/atomic-write.ts";
import { makeFolder } from "../run/run-folder.ts";
import { versions } from "../run/versions.ts";
import { type BudgetProblem, readBudgetFile } from "../solve/budget-file.ts";
import { planCsv, planJson, planText } from "../solve/present.ts";
import { allocationFigure, renderPlan } from "../solve/report.ts";
import { writeJson, writeText } from "../terminal/streams.ts";
import type { Invocation } from "../verb.ts";

const FLAGS = {
  method: word(["auto", "bisection", "admm"]),
  rho: number("a positive number", (n) => n > 0),
  tol: number("a number between 0 and 1", (n) => n > 0 && n < 1),
};

export async function solve({ arguments: [path = ""], flags, terminal, commandLine }: Invocation): Promise<ExitCode> {
  const { values, problems } = readFlags(FLAGS, flags);
  throwProblems(problems);
  const { method, rho, tol } = values;
  const out = typeof flags["out"] === "string" ? flags["out"] : join("runs", nameOf(path));
  refuseToOverwrite(out, flags["force"] === true);
  const problem = await readBudgetFile(path);
  const plan = await allocate(problem.parties, {
    ...problem.options,
    ...(method !== undefined && { method }),
    ...(rho !== undefined && { rho }),
    ...(tol !== undefined && { atol: tol, rtol: tol }),
  });
  const files = await filesOf(plan, problem, { file: path, command: commandLine, date: today(), versions: versions() });
  await writeTogether(out, files);
  if (terminal.json) await writeJson({ ...planJson(plan, problem), out, files: Object.keys(files) });
  else await writeText(`${planText(plan, problem)}\n`);
  for (const { name, form, r2 } of problem.fits.filter((fit) => fit.r2 < 0.5)) {
    terminal.say(`! the ${form} curve of "${name}" explains little of its data (R² ${r2.toFixed(2)})`);
  }
  if (plan.status !== "converged") terminal.say(`! ${plan.message}`);
  terminal.say(`figure and table in ${out}`);
  return plan.status === "converged" ? EXIT.done : EXIT.notConverged;
}

type Context = Parameters<typeof renderPlan>[2];

/** The solution last: where it is, the folder is complete. */
async function filesOf(plan: Allocation, problem: BudgetProblem, context: Context): Promise<Record<string, string>> {
  return {
    "allocation.csv": planCsv(plan),
    "allocation.svg": `${await allocationFigure(plan).toSVG()}\n`,
    ...(plan.residuals.length > 1 ? { "residuals.svg": `${await residuals(plan.residuals).toSVG()}\n` } : {}),
    "report.html": await renderPlan(plan, problem, context),
    "solution.json": `${JSON.stringify({ ...planJson(plan, problem), command: context.command, versions: context.versions }, null, 2)}\n`,
  };
}

async function writeTogether(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await makeFolder(folder);
  const pending: PendingFile[] = [];
  try {
    for (const [name, content] of Object.entries(files)) {
      const file = await createPendingFile(join(folder, name));
      pending.push(file);
      await file.write(content);
    }
    for (const file of pending) await file.publish();
  } catch (error) {
    for (const file of pending) await file.discard();
    throw error;
  }
}

function refuseToOverwrite(out: string, force: boolean): void {
  const there = ["solution.json", "metrics.json"].find((name) => existsSync(join(out, name)));
  if (there === undefined || (force && there === "solution.json")) return;
  throw new RequestError([
    {
      class: "OptionError",
      code: "run-exists",
      message: `the folder "${out}" holds ${there === "solution.json" ? "a solution" : "a training run"} already`,
      where: { file: out },
      fix: [
        ...(there === "solution.json" ? ["--force  overwrites it"] : []),
        "--out other/folder  writes somewhere else",
      ],
    },
  ]);
}

/** "examples/cities.json" → "cities" */
function nameOf(path: string): string {
  return path === "-" ? "solve" : basename(path, extname(path));
}

/** Whole days, so that runs of one day are equal; SOURCE_DATE_EPOCH sets it (reproducible-builds.org). */
function today(): string {
  const epoch = process.env["SOURCE_DATE_EPOCH"];
  const now = epoch !== undefined && /^\d+$/.test(epoch) ? new Date(Number(epoch) * 1000) : new Date();
  return `${now.toISOString().slice(0, 10)}T00:00:00.000Z`;
}
