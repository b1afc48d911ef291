// What `train` is asked to do, as plain data: read from flags here, carried to the worker thread, written into the run.
import { basename, extname } from "node:path";
import type { ThresholdCosts } from "steepest/metrics";
import type { ReadingOptions } from "../data/load-table.ts";
import { GATE_FLAGS, READING_FLAGS } from "../data/shared-flags.ts";
import { csvOnlyProblems, sourceOf, withoutSecrets } from "../data/source.ts";
import { ENGINE_FLAGS, type EngineRequest, engineOf } from "../engine.ts";
import { throwProblems } from "../failure.ts";
import { flagName, integer, list, number, pairs, readFlags, word } from "../flags.ts";
import type { Task } from "../metrics/catalog.ts";
import { type Gate, gatesOf } from "../metrics/gates.ts";
import { optionProblem, type Problem } from "../problem.ts";
import type { Invocation } from "../verb.ts";
import { MODEL_NAMES, MODELS, type ModelName } from "./models.ts";
import { NETWORK_FLAGS, type NetworkRequest, networkOf, networkProblems } from "./network-request.ts";

export const KERNEL_NAMES = ["rbf", "linear", "polynomial"] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];

export interface TrainRequest extends ReadingOptions {
  readonly file: string;
  readonly target: string;
  readonly features?: readonly string[];
  readonly drop: readonly string[];
  readonly positive?: string;
  /** Categories of a column that keep a column of X each. */
  readonly maxCategories?: number;
  /** Rows of classes that have fewer rows are left out. */
  readonly dropRare?: number;
  readonly model?: ModelName;
  readonly l1?: number;
  readonly l2?: number;
  /** Of support vector machines. */
  readonly kernel?: KernelName;
  readonly C?: number;
  readonly standardize: boolean;
  readonly classWeight?: "balanced" | Readonly<Record<string, number>>;
  readonly solver: string;
  readonly maxSteps?: number;
  /** With model "mlp". */
  readonly network?: NetworkRequest;
  /** Folds; 0 for none; absent where the default decides. */
  readonly cv?: number;
  readonly holdout?: number;
  readonly gates: readonly Gate[];
  /** Of mistakes, for the table of thresholds. */
  readonly costs?: ThresholdCosts;
  /** Whether to fit on parts of the rows too, for the curve. */
  readonly learningCurve: boolean;
  readonly seed: number;
  readonly out: string;
  readonly force: boolean;
  /** Go on from the checkpoint in `out`, where there is one. */
  readonly resume: boolean;
  readonly dryRun: boolean;
  /** Without `--resume`: a resumed run equals one that was never stopped. */
  readonly commandLine: string;
  readonly engine: EngineRequest;
}

const COSTS_EXPECTED = "what mistakes cost, such as fp=1,fn=5";

const FLAGS = {
  ...READING_FLAGS,
  ...GATE_FLAGS,
  ...NETWORK_FLAGS,
  ...ENGINE_FLAGS,
  features: list,
  drop: list,
  maxCategories: integer(1),
  dropRare: integer(2),
  model: word(MODEL_NAMES),
  l1: number("a number of 0 or more", (n) => n >= 0),
  l2: number("a number of 0 or more", (n) => n >= 0),
  kernel: word(KERNEL_NAMES),
  C: number("a number above 0", (n) => n > 0),
  solver: word([...new Set(MODEL_NAMES.flatMap((name) => MODELS[name].solvers))]),
  maxSteps: integer(1),
  cv: number("0, or a whole number of at least 2", (n) => Number.isInteger(n) && (n === 0 || n >= 2)),
  costs: pairs(
    number("a number of 0 or more", (n) => n >= 0),
    COSTS_EXPECTED,
  ),
  holdout: number("a share between 0 and 1, such as 0.2", (n) => n > 0 && n < 1),
  seed: number("a whole number from 0 to 4294967295", (n) => Number.isInteger(n) && n >= 0 && n < 2 ** 32),
};

/** @throws RequestError with everything that is wrong with the flags. */
export function readTrainRequest({ arguments: [file = ""], flags, commandLine }: Invocation): TrainRequest {
  const { values, problems: flagProblems } = readFlags(FLAGS, flags);
  const problems: Problem[] = [...flagProblems];
  const target = textOf(flags["target"]);
  if (target === undefined) {
    problems.push(
      optionProblem("missing-option", "--target is missing", ["--target <column>  names the column to predict"]),
    );
  } else {
    problems.push(...contradictions(target, values.features, values.drop));
  }
  const { weights, problem } = readClassWeight(flags["classWeight"]);
  if (problem !== undefined) problems.push(problem);
  const isNetwork = values.model === "mlp";
  const resume = flags["resume"] === true;
  if (values.model !== undefined) {
    const given = { ...values, ...(weights === undefined ? {} : { classWeight: weights }) };
    problems.push(...modelProblems(values.model, MODELS[values.model].task, given));
  }
  problems.push(...networkProblems(isNetwork, values), ...resumeProblems(isNetwork, resume));
  problems.push(...costProblems(values.costs));
  throwProblems([...problems, ...csvOnlyProblems(sourceOf(file, values.format), flags)]);
  const positive = textOf(flags["positive"]);
  return {
    file,
    target: target!, // its absence is a problem, thrown above
    ...(values.features === undefined ? {} : { features: values.features }),
    drop: values.drop ?? [],
    ...(positive === undefined ? {} : { positive }),
    ...(values.maxCategories === undefined ? {} : { maxCategories: values.maxCategories }),
    ...(values.dropRare === undefined ? {} : { dropRare: values.dropRare }),
    ...(values.model === undefined ? {} : { model: values.model }),
    ...(values.l1 === undefined ? {} : { l1: values.l1 }),
    ...(values.l2 === undefined ? {} : { l2: values.l2 }),
    ...(values.kernel === undefined ? {} : { kernel: values.kernel }),
    ...(values.C === undefined ? {} : { C: values.C }),
    standardize: flags["standardize"] === true || isNetwork, // a network starts with weights for columns of size 1
    ...(weights === undefined ? {} : { classWeight: weights }),
    solver: values.solver ?? "auto",
    ...(values.maxSteps === undefined ? {} : { maxSteps: values.maxSteps }),
    ...(isNetwork ? { network: networkOf(values) } : {}),
    ...(values.cv === undefined ? {} : { cv: values.cv }),
    ...(values.holdout === undefined ? {} : { holdout: values.holdout }),
    gates: gatesOf(values.min, values.max),
    ...costsOf(values.costs),
    learningCurve: flags["learningCurve"] === true,
    seed: values.seed ?? 0,
    types: Object.fromEntries(values.types ?? []),
    missing: values.missing ?? [],
    ...(values.decimal === undefined ? {} : { decimal: values.decimal }),
    ...(values.format === undefined ? {} : { format: values.format }),
    onBadRow: values.onBadRow ?? "stop",
    out: textOf(flags["out"]) ?? `runs/${nameOf(file)}`,
    force: flags["force"] === true,
    resume,
    dryRun: flags["dryRun"] === true,
    commandLine: withoutSecrets(commandLine).replace(/ --resume(?= |$)/, ""),
    engine: engineOf(values, flags),
  };
}

/** The data argument as runs and messages show it: standard input as "-", queries without passwords. */
export function fileOf({ file }: TrainRequest): string {
  return withoutSecrets(file);
}

function textOf(flag: unknown): string | undefined {
  return typeof flag === "string" ? flag : undefined;
}

/** data/breast-cancer.csv → breast-cancer */
function nameOf(file: string): string {
  const source = sourceOf(file);
  if (source.kind === "stdin") return "stdin";
  if (source.kind === "query") return "query";
  return basename(file, extname(file)).replaceAll(/[*?]+/g, "all"); // data/*.csv → all
}

/** Both costs, and nothing else. */
function costProblems(costs: ReadonlyMap<string, number> | undefined): Problem[] {
  if (costs === undefined || (costs.size === 2 && costs.has("fp") && costs.has("fn"))) return [];
  const given = [...costs].map(([name, cost]) => `${name}=${cost}`).join(",");
  return [
    {
      ...optionProblem("invalid-option", `--costs must be ${COSTS_EXPECTED}, got "${given}"`, [
        "fp: a negative row called positive; fn: a positive row that is missed",
      ]),
      received: `"${given}"`,
      expected: COSTS_EXPECTED,
    },
  ];
}

function costsOf(costs: ReadonlyMap<string, number> | undefined): Pick<TrainRequest, "costs"> {
  const [falsePositive, falseNegative] = [costs?.get("fp"), costs?.get("fn")];
  return falsePositive === undefined || falseNegative === undefined ? {} : { costs: { falsePositive, falseNegative } };
}

function contradictions(target: string, features: readonly string[] = [], drop: readonly string[] = []): Problem[] {
  const problems: Problem[] = [];
  if (features.includes(target)) {
    problems.push({
      class: "DataError",
      code: "target-among-features",
      message: `the target "${target}" is among the features, so the model would only copy it`,
      where: { column: target },
      fix: [`leave "${target}" out of --features`],
    });
  }
  if (drop.includes(target)) {
    problems.push(
      optionProblem("target-dropped", `the target "${target}" is among the columns to drop`, [
        "leave it out of --drop",
      ]),
    );
  }
  for (const name of drop.filter((n) => features.includes(n))) {
    problems.push(
      optionProblem("contradiction", `"${name}" is in --features and in --drop`, ["name it in one of them"]),
    );
  }
  return problems;
}

function readClassWeight(flag: unknown): {
  weights?: "balanced" | Readonly<Record<string, number>>;
  problem?: Problem;
} {
  if (flag === undefined) return {};
  const texts = flag as readonly string[]; // a repeatable option
  if (texts.length === 1 && texts[0] === "balanced") return { weights: "balanced" };
  const weight = number("a number above 0", (n) => n > 0);
  const schema = { classWeight: pairs(weight, "balanced, or weights above 0 by class, such as yes=2,no=1") };
  const { values, problems } = readFlags(schema, { classWeight: texts });
  const [problem] = problems;
  return problem === undefined ? { weights: Object.fromEntries(values.classWeight ?? []) } : { problem };
}

/** Options that belong to another model. Where the target decides on model or task, they are looked at again. */
export function modelProblems(
  model: ModelName,
  task: Task | "of-target",
  {
    solver = "auto",
    ...given
  }: Partial<Pick<TrainRequest, "solver" | "l1" | "l2" | "maxSteps" | "kernel" | "C" | "classWeight">>,
): Problem[] {
  const { solvers, takes } = MODELS[model];
  const problems: Problem[] = [];
  if (solver !== "auto" && !solvers.includes(solver)) {
    const fix = solvers.length === 0 ? "--optimizer  names one for networks" : `its solvers are ${solvers.join(", ")}`;
    problems.push(
      optionProblem("solver-of-another-model", `--solver ${solver} does not work for --model ${model}`, [fix]),
    );
  }
  for (const option of ["l1", "l2", "maxSteps", "kernel", "C"] as const) {
    if (given[option] === undefined || takes.includes(option === "C" ? "kernel" : option)) continue;
    const models = MODEL_NAMES.filter((name) => MODELS[name].takes.includes(option === "C" ? "kernel" : option));
    const message = `${flagName(option)} is no option of --model ${model}`;
    const epochs = model === "mlp" && option === "maxSteps" ? ["--epochs  limits the training of networks"] : [];
    problems.push(optionProblem("option-of-another-model", message, [...epochs, `it is one of ${models.join(", ")}`]));
  }
  if (given.classWeight !== undefined && task === "regression") {
    problems.push(
      optionProblem(
        "no-classes",
        `--class-weight needs classes, but ${model === "mlp" ? "the target holds" : `--model ${model} predicts`} numbers`,
        [model === "mlp" ? "--types target=category  makes its values classes" : "--model logistic"],
      ),
    );
  }
  return problems;
}

function resumeProblems(isNetwork: boolean, resume: boolean): Problem[] {
  if (!resume || isNetwork) return [];
  const message = "--resume goes on with the training of a network, and other models keep no checkpoints";
  return [optionProblem("no-checkpoints", message, ["leave it out"])];
}
