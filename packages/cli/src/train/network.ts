// Networks as estimators of a training: the optimizer with its schedule, checkpoints, and how it ended.
import {
  type FitReport,
  type MlpLearnerOptions,
  mlpClassifier,
  mlpRegressor,
  type ProbabilisticClassifier,
  type Regressor,
} from "steepest/models";
import type { Checkpoint, LinearParams } from "steepest/nn";
import type { Optimizer } from "steepest/optim";
import type { Task } from "../metrics/catalog.ts";
import { createOptimizer } from "../optimizer/choice.ts";
import { rolesOfNetwork } from "../optimizer/roles.ts";
import { createSchedule } from "../optimizer/schedule.ts";
import { type NetworkRequest, PATIENCE_FRACTION } from "./network-request.ts";
import type { TrainRequest } from "./request.ts";
import { keyFor } from "./validate.ts";

export type NetworkCheckpoint = Checkpoint<LinearParams[], unknown>;

/** Where a training goes on, and where it is kept. */
export interface Keeper {
  resume: NonNullable<MlpLearnerOptions["resume"]>;
  keep(checkpoint: NetworkCheckpoint): void;
}

/** How a network ended: more than its report knows. */
export type NetworkStatus = "finished" | "early-stopped" | "nonfinite" | "aborted";

export interface Networks {
  /** For so many training rows. */
  estimator(rows: number, keeper?: Keeper): ProbabilisticClassifier | Regressor;
  /** Of the last fit. */
  statusOf(report: FitReport): NetworkStatus;
}

/** One optimizer for all fits of equal length: what is compiled for it is shared by folds. */
export function createNetworks(request: TrainRequest & { readonly network: NetworkRequest }, task: Task): Networks {
  const { network, l2, seed, classWeight } = request;
  const { hidden, activation, dropout, epochs, batchSize, patience } = network;
  const optimizers = new Map<number, Optimizer>();
  let last: NetworkCheckpoint | undefined;
  const options = (rows: number, keeper: Keeper | undefined): MlpLearnerOptions => {
    last = undefined;
    return {
      hidden: [...hidden],
      activation,
      dropout,
      epochs,
      batchSize,
      l2: l2 ?? 0,
      optimizer: optimizerFor(network, rows, optimizers),
      key: keyFor(seed, "network"),
      ...(patience === undefined ? {} : { earlyStopping: { fraction: PATIENCE_FRACTION, patience } }),
      onEpoch: ({ checkpoint }) => {
        last = checkpoint;
        keeper?.keep(checkpoint);
      },
      ...(keeper === undefined ? {} : { resume: (like) => (last = keeper.resume(like)) }),
    };
  };
  return {
    estimator: (rows, keeper) =>
      task === "classification"
        ? mlpClassifier({ ...options(rows, keeper), ...(classWeight === undefined ? {} : { classWeight }) })
        : mlpRegressor({ ...options(rows, keeper), scaleTarget: true }),
    statusOf: ({ status }) => {
      if (status === "aborted") return "aborted";
      const epoch = last?.epoch ?? 0;
      if (epoch >= epochs) return "finished";
      return patience !== undefined && epoch - (last?.best?.epoch ?? 0) >= patience ? "early-stopped" : "nonfinite";
    },
  };
}

/** Steps of a whole training: schedules end with it. */
function optimizerFor(network: NetworkRequest, rows: number, known: Map<number, Optimizer>): Optimizer {
  const { hidden, epochs, batchSize, patience, schedule, optimizer: choice } = network;
  const learned = patience === undefined ? rows : rows - Math.max(1, Math.round(PATIENCE_FRACTION * rows));
  const steps = epochs * Math.ceil(learned / batchSize);
  const made =
    known.get(steps) ??
    createOptimizer(choice, {
      rate: createSchedule(schedule, choice.learningRate, steps),
      roles: rolesOfNetwork(hidden),
    });
  known.set(steps, made);
  return made;
}
