// Options of small networks as learners.
import { type OptionChecker, OptionChecker as Options } from "../../errors/index.ts";
import {
  ACTIVATION_NAMES,
  type Activation,
  type Checkpoint,
  type EpochReport,
  type LinearParams,
} from "../../nn/index.ts";
import { adam, type Optimizer } from "../../optim/index.ts";
import type { Key } from "../../random/index.ts";
import { checkPenalty } from "../design.ts";
import type { ClassWeight } from "../logistic/class-weight.ts";

export interface MlpLearnerOptions {
  /** Sizes of the hidden layers; an empty list makes a linear model. */
  hidden: readonly number[];
  /** Default "relu". */
  activation?: Activation;
  /** Default `adam({ learningRate: 1e-3 })`. Leave its weight decay out: the penalty is `l2`. */
  optimizer?: Optimizer;
  /** Passes over all rows. Default 200. */
  epochs?: number;
  /** Rows per step. Default 200; as many as there are, or more, is full-batch descent, without randomness in the order. */
  batchSize?: number;
  /** Strength of ½·l2·‖W‖²; biases are free. Default 0. */
  l2?: number;
  /** Of hidden values, while training. Default 0. */
  dropout?: number;
  /**
   * Part of the rows that is held out, and epochs without a better loss on it after which training ends; the result is that of
   * the best epoch. Default: all rows are learned from, for all epochs.
   */
  earlyStopping?: { fraction: number; patience: number };
  /** Draws the start, the order of rows, what is dropped and what is held out. */
  key: Key;
  /** Called after every epoch, with where training stands: `saveCheckpoint` of `steepest/io` keeps it. */
  onEpoch?: (report: EpochReport & { readonly checkpoint: Checkpoint<LinearParams[], unknown> }) => void;
  /**
   * Where to go on: gets parameters and optimizer, whose structure `loadCheckpoint` needs, and returns the checkpoint, or nothing
   * to begin. With the rows and the options of the former fit the rest gives the same bits; `report.history` begins there.
   */
  resume?: (like: {
    readonly params: LinearParams[];
    readonly optimizer: Optimizer;
  }) => Checkpoint<LinearParams[], unknown> | undefined;
}

export interface MlpClassifierOptions extends MlpLearnerOptions {
  /** "balanced" (rare classes count as much as frequent ones), or a weight per label. Default: all 1. */
  classWeight?: ClassWeight;
}

export interface MlpRegressorOptions extends MlpLearnerOptions {
  /**
   * Learns (y − mean)/deviation, and scales the last layer back when it is done. Objective, penalty and checkpoints are then
   * those of the scaled targets. Default false.
   */
  scaleTarget?: boolean;
}

/** One for all learners: what is compiled for it is shared. */
const DEFAULT: Optimizer = adam({ learningRate: 1e-3 });

/** With the defaults filled in. */
export type MlpSettings = Required<Omit<MlpLearnerOptions, Optional>> & Pick<MlpLearnerOptions, Optional>;
type Optional = "earlyStopping" | "onEpoch" | "resume";

const NAMES = [
  "hidden",
  "activation",
  "optimizer",
  "epochs",
  "batchSize",
  "l2",
  "dropout",
  "earlyStopping",
  "key",
  "onEpoch",
  "resume",
] satisfies (keyof MlpLearnerOptions)[];

/** @throws OptionError for everything that is out of range, at once. */
export function checkMlp(owner: string, options: MlpLearnerOptions, more: readonly string[] = []): MlpSettings {
  const checker: OptionChecker = new Options(owner, options, [...NAMES, ...more])
    .required("hidden")
    .required("key")
    .oneOf("activation", ACTIVATION_NAMES)
    .integer("epochs", 0)
    .integer("batchSize", 1)
    .number("dropout", 0, 0.999);
  checkPenalty(checker, "l2", options.l2);
  const { hidden, optimizer, earlyStopping } = options;
  if (hidden !== undefined && !(Array.isArray(hidden) && hidden.every((size) => Number.isInteger(size) && size > 0))) {
    checker.fail("hidden", "hidden must be a list of sizes, such as [64, 32].");
  }
  if (optimizer !== undefined && typeof optimizer.step !== "function") {
    checker.fail("optimizer", "optimizer must be an optimizer, such as adam({ learningRate: 1e-3 }).");
  }
  checker.done();
  if (earlyStopping !== undefined) {
    new Options(`${owner}: earlyStopping`, earlyStopping, ["fraction", "patience"])
      .required("fraction")
      .required("patience")
      .number("fraction", 0, 0.9, true)
      .integer("patience", 1)
      .done();
  }
  return {
    activation: "relu",
    optimizer: DEFAULT,
    epochs: 200,
    batchSize: 200,
    l2: 0,
    dropout: 0,
    ...options,
  };
}
