// What `train --model mlp` is asked for: the network, its optimizer, how long. Flags in, plain data with all defaults out.
import { ACTIVATION_NAMES, type Activation } from "steepest/nn";
import * as v from "valibot";
import { type Flag, flagName, integer, number, word } from "../flags.ts";
import {
  hasPreset,
  OPTIMIZER_NAMES,
  OPTIMIZERS,
  type OptimizerChoice,
  type OptimizerName,
  type OptimizerOption,
  PRESETS,
  type PresetName,
} from "../optimizer/choice.ts";
import { SCHEDULE_NAMES, type ScheduleChoice, type ScheduleName } from "../optimizer/schedule.ts";
import { optionProblem, type Problem } from "../problem.ts";

export interface NetworkRequest {
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly dropout: number;
  readonly optimizer: OptimizerChoice;
  readonly schedule: ScheduleChoice;
  readonly epochs: number;
  readonly batchSize: number;
  /** Epochs without a better loss on a tenth of the rows after which training ends. */
  readonly patience?: number;
}

/** Held out of the training rows where there is a patience. */
export const PATIENCE_FRACTION = 0.1;

const sizes: Flag<string, number[]> = v.pipe(
  v.string(),
  v.transform((text) => (text === "none" ? [] : text.split(",").map((size) => Number(size.trim() || Number.NaN)))),
  v.check((list) => list.every((size) => Number.isInteger(size) && size > 0), "sizes such as 64,32, or none"),
);
const share = number("a share from 0 to below 1", (n) => n >= 0 && n < 1);
const positive = number("a number above 0", (n) => n > 0);

export const OPTIMIZER_FLAGS: {
  readonly optimizer: Flag<string, OptimizerName>;
  readonly preset: Flag<string, PresetName>;
  readonly learningRate: Flag<string, number>;
  readonly momentum: Flag<string, number>;
  readonly weightDecay: Flag<string, number>;
} = {
  optimizer: word(OPTIMIZER_NAMES),
  preset: word(PRESETS),
  learningRate: positive,
  momentum: share,
  weightDecay: number("a number of 0 or more", (n) => n >= 0),
};

export const NETWORK_FLAGS: {
  readonly hidden: Flag<string, number[]>;
  readonly activation: Flag<string, Activation>;
  readonly dropout: Flag<string, number>;
  readonly schedule: Flag<string, ScheduleName>;
  readonly warmup: Flag<string, number>;
  readonly epochs: Flag<string, number>;
  readonly batchSize: Flag<string, number>;
  readonly patience: Flag<string, number>;
} & typeof OPTIMIZER_FLAGS = {
  hidden: sizes,
  activation: word(ACTIVATION_NAMES),
  dropout: share,
  schedule: word(SCHEDULE_NAMES),
  warmup: share,
  epochs: integer(1),
  batchSize: integer(1),
  patience: integer(1),
  ...OPTIMIZER_FLAGS,
};

export type NetworkValues = { readonly [K in keyof typeof NETWORK_FLAGS]?: v.InferOutput<(typeof NETWORK_FLAGS)[K]> };

/** With the defaults filled in. */
export function networkOf(values: NetworkValues): NetworkRequest {
  const { hidden = [64], activation = "relu", dropout = 0, epochs = 100, batchSize = 32, patience } = values;
  const { optimizer: name = "adam", schedule = "constant", warmup = 0 } = values;
  return {
    hidden,
    activation,
    dropout,
    optimizer: optimizerOf(name, values),
    schedule: { name: schedule, warmup },
    epochs,
    batchSize,
    ...(patience === undefined ? {} : { patience }),
  };
}

/** The optimizer with the numbers that were given, and its own rate where none was. */
export function optimizerOf(name: OptimizerName, values: NetworkValues): OptimizerChoice {
  const { learningRate = OPTIMIZERS[name].rate, momentum, weightDecay, preset } = values;
  return {
    name,
    learningRate,
    ...(momentum === undefined ? {} : { momentum }),
    ...(weightDecay === undefined ? {} : { weightDecay }),
    ...(preset === undefined ? {} : { preset }),
  };
}

/** Numbers that the optimizer does not have. */
export function optimizerProblems(name: OptimizerName, { momentum, weightDecay, preset }: NetworkValues): Problem[] {
  const { takes } = OPTIMIZERS[name];
  const given: readonly (readonly [OptimizerOption, number | undefined])[] = [
    ["momentum", momentum],
    ["weightDecay", weightDecay],
  ];
  const problems = given
    .filter(([option, value]) => value !== undefined && !takes.includes(option))
    .map(([option]) => {
      const others = OPTIMIZER_NAMES.filter((other) => OPTIMIZERS[other].takes.includes(option));
      const l2 = option === "weightDecay" ? ["--l2  adds a penalty to the loss"] : [];
      const message = `${flagName(option)} is no option of --optimizer ${name}`;
      return optionProblem("option-of-another-optimizer", message, [`it is one of ${others.join(", ")}`, ...l2]);
    });
  if (preset === undefined || hasPreset(name, preset)) return problems;
  const known = OPTIMIZER_NAMES.filter((other) => hasPreset(other, preset));
  const message = `--preset ${preset} has no options for --optimizer ${name}`;
  return [...problems, optionProblem("no-preset", message, [`it has some for ${known.join(", ")}`])];
}

/** Options of networks with a model that is none. */
export function networkProblems(isNetwork: boolean, values: NetworkValues): Problem[] {
  if (isNetwork) return optimizerProblems(values.optimizer ?? "adam", values);
  const given = Object.keys(NETWORK_FLAGS).filter((name) => values[name as keyof NetworkValues] !== undefined);
  return given.map((name) =>
    optionProblem("option-of-another-model", `${flagName(name)} is an option of networks`, ["--model mlp  makes one"]),
  );
}
