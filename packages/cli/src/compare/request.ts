// What `compare-optimizers` is asked to do.
import { READING_FLAGS } from "../data/shared-flags.ts";
import { ENGINE_FLAGS, type EngineRequest, engineOf } from "../engine.ts";
import { RequestError, throwProblems } from "../failure.ts";
import { integer, list, readFlags } from "../flags.ts";
import { didYouMean } from "../nearest.ts";
import { OPTIMIZER_NAMES, OPTIMIZERS, type OptimizerName } from "../optimizer/choice.ts";
import { optionProblem, type Problem } from "../problem.ts";
import {
  NETWORK_FLAGS,
  type NetworkRequest,
  type NetworkValues,
  optimizerOf,
  optimizerProblems,
} from "../train/network-request.ts";
import { readTrainRequest, type TrainRequest } from "../train/request.ts";
import type { Invocation } from "../verb.ts";
import { SURFACE_NAMES, type SurfaceName } from "./surfaces.ts";

export interface CompareRequest {
  readonly surface?: { readonly name: SurfaceName; readonly steps: number };
  readonly table?: TrainRequest & { readonly network: NetworkRequest; readonly holdout: number };
  readonly optimizers: readonly OptimizerName[];
  /** To try for every optimizer; on a table each has its own where nobody says. */
  readonly rates: readonly number[] | undefined;
  readonly values: NetworkValues;
  readonly out?: string;
  readonly force: boolean;
  readonly engine: EngineRequest;
}

const DEFAULT: readonly OptimizerName[] = ["sgd", "momentum", "rmsprop", "adam", "lion", "schedule-free-sgd"];
const DEFAULT_STEPS = 200;
const DEFAULT_HOLDOUT = "0.2";

/** 1, 2 and 5 times powers of ten, from 10⁻⁴ to 1. */
const GRID: readonly number[] = [-4, -3, -2, -1]
  .flatMap((power) => [1, 2, 5].map((lead) => Number(`${lead}e${power}`)))
  .concat(1);

const FLAGS = { ...READING_FLAGS, ...NETWORK_FLAGS, ...ENGINE_FLAGS, optimizers: list, rates: list, steps: integer(1) };

/** @throws RequestError with everything that is wrong with the flags. */
export function readCompareRequest(invocation: Invocation): CompareRequest {
  const { arguments: words, flags } = invocation;
  const [problem = ""] = words;
  const { values, problems } = readFlags(FLAGS, flags);
  const surface = SURFACE_NAMES.find((name) => name === problem);
  const rates = values.rates?.map(Number) ?? (values.learningRate === undefined ? undefined : [values.learningRate]);
  const optimizers = known(values.optimizers ?? DEFAULT);
  throwProblems([
    ...problems,
    ...rateProblems(values.rates, values.learningRate),
    ...unknownOptimizers(values.optimizers ?? []),
    ...optimizers.flatMap((name) => optimizerProblems(name, { ...values, ...onlyWhereTaken(name, values) })),
    ...(surface === undefined ? tableProblems(problem, flags, values.steps) : surfaceProblems(flags, optimizers)),
  ]);
  const { out } = flags;
  return {
    ...(surface === undefined
      ? { table: tableRequest(invocation) }
      : { surface: { name: surface, steps: values.steps ?? DEFAULT_STEPS } }),
    optimizers,
    rates: rates ?? (surface === undefined ? undefined : GRID),
    values,
    ...(typeof out === "string" ? { out } : {}),
    force: flags["force"] === true,
    engine: engineOf(values, flags),
  };
}

/** The optimizer with each rate that is to be tried. */
export function choicesOf({ rates, values }: CompareRequest, name: OptimizerName): ReturnType<typeof optimizerOf>[] {
  const own = { ...values, ...onlyWhereTaken(name, values) };
  return (rates ?? [OPTIMIZERS[name].rate]).map((learningRate) => optimizerOf(name, { ...own, learningRate }));
}

/** One command for several optimizers: a number goes to those that have such an option. */
function onlyWhereTaken(name: OptimizerName, { momentum, weightDecay }: NetworkValues): NetworkValues {
  const { takes } = OPTIMIZERS[name];
  return {
    ...(takes.includes("momentum") ? { momentum } : { momentum: undefined }),
    ...(takes.includes("weightDecay") ? { weightDecay } : { weightDecay: undefined }),
  } as NetworkValues;
}

function tableRequest({ flags, ...rest }: Invocation): NonNullable<CompareRequest["table"]> {
  const {
    optimizer: _one,
    optimizers: _many,
    rates: _rates,
    steps: _steps,
    momentum: _m,
    weightDecay: _d,
    ...kept
  } = flags;
  const request = readTrainRequest({
    ...rest,
    flags: { holdout: DEFAULT_HOLDOUT, ...kept, model: "mlp", cv: "0", learningRate: undefined, preset: undefined },
  });
  return { ...request, network: request.network!, holdout: request.holdout! };
}

function known(names: readonly string[]): OptimizerName[] {
  return OPTIMIZER_NAMES.filter((name) => names.includes(name));
}

function unknownOptimizers(names: readonly string[]): Problem[] {
  return names
    .filter((name) => !(OPTIMIZER_NAMES as readonly string[]).includes(name))
    .map((name) => {
      const near = didYouMean(name, OPTIMIZER_NAMES);
      return optionProblem("unknown-optimizer", `--optimizers: there is no optimizer "${name}"`, [
        ...near,
        `they are ${OPTIMIZER_NAMES.join(", ")}`,
      ]);
    });
}

function rateProblems(rates: readonly string[] | undefined, learningRate: number | undefined): Problem[] {
  const bad = (rates ?? []).filter((rate) => !(Number(rate) > 0 && Number.isFinite(Number(rate))));
  return [
    ...bad.map((rate) => optionProblem("invalid-option", `--rates must be numbers above 0, got "${rate}"`, [])),
    ...(rates !== undefined && learningRate !== undefined
      ? [optionProblem("contradiction", "--rates and --learning-rate exclude each other", ["leave one of them out"])]
      : []),
  ];
}

const TABLE_ONLY = ["target", "hidden", "activation", "dropout", "epochs", "batchSize", "patience", "holdout", "l2"];

function surfaceProblems(flags: Readonly<Record<string, unknown>>, optimizers: readonly OptimizerName[]): Problem[] {
  const given = TABLE_ONLY.filter((name) => flags[name] !== undefined);
  return [
    ...given.map((name) =>
      optionProblem("not-for-surfaces", `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} is for tables`, [
        "leave it out",
      ]),
    ),
    ...(optimizers.includes("muon")
      ? [optionProblem("needs-matrices", "muon moves matrices, and a surface has two numbers", ["leave it out"])]
      : []),
  ];
}

function tableProblems(
  problem: string,
  flags: Readonly<Record<string, unknown>>,
  steps: number | undefined,
): Problem[] {
  if (flags["target"] === undefined && !/[./:*-]/.test(problem)) {
    const fix = [...didYouMean(problem, SURFACE_NAMES), `the surfaces are ${SURFACE_NAMES.join(", ")}`];
    throw new RequestError([optionProblem("unknown-surface", `there is no surface "${problem}"`, fix)]);
  }
  return steps === undefined
    ? []
    : [optionProblem("not-for-tables", "--steps is for surfaces", ["--epochs  says how long networks are trained"])];
}
