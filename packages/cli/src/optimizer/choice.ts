// An optimizer by name and numbers: what flags say, what runs keep, and the optimizer itself.

import type { LinearParams } from "steepest/nn";
import {
  type AdamOptions,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  byRole,
  lion,
  muon,
  nadam,
  type Optimizer,
  type PresetOptions,
  partition,
  presets,
  radam,
  rmsprop,
  type ScalarOrSchedule,
  scheduleFree,
  sgd,
  withRoles,
} from "steepest/optim";
import type { RolesOfNetwork } from "./roles.ts";

export const PRESETS = ["torch", "optax", "keras", "tfjs", "paper"] as const;
export type PresetName = (typeof PRESETS)[number];

/** Plain data. What is absent has the default of the library. */
export interface OptimizerChoice {
  readonly name: OptimizerName;
  readonly learningRate: number;
  readonly momentum?: number;
  readonly weightDecay?: number;
  readonly preset?: PresetName;
}

export type OptimizerOption = "momentum" | "weightDecay";

interface Numbers {
  readonly learningRate: ScalarOrSchedule;
  readonly momentum?: number;
  readonly weightDecay?: number;
}

interface Entry {
  /** For networks on columns of size 1. */
  readonly rate: number;
  readonly takes: readonly OptimizerOption[];
  /** Whose options a preset has. */
  readonly preset?: keyof PresetOptions | "muon";
  /** `roles` where the parameters are those of a network. */
  make(numbers: Numbers, roles: RolesOfNetwork | undefined): Optimizer;
}

const decay: readonly OptimizerOption[] = ["weightDecay"];
const both: readonly OptimizerOption[] = ["momentum", "weightDecay"];
/** Adam's rate beside Muon's: the paper's examples have 0.02 and 3e-4. */
const BESIDE_MUON = 3e-4 / 0.02;

export type OptimizerName =
  | "sgd"
  | "momentum"
  | "nesterov"
  | "adagrad"
  | "rmsprop"
  | "adadelta"
  | "adam"
  | "amsgrad"
  | "adamw"
  | "nadam"
  | "radam"
  | "adamax"
  | "lion"
  | "muon"
  | "schedule-free-sgd"
  | "schedule-free-adamw";

export const OPTIMIZERS: Readonly<Record<OptimizerName, Entry>> = {
  sgd: { rate: 0.1, takes: decay, preset: "sgd", make: (o) => sgd(o) },
  momentum: { rate: 0.02, takes: both, preset: "sgd", make: (o) => sgd({ momentum: 0.9, ...o }) },
  nesterov: { rate: 0.02, takes: both, preset: "sgd", make: (o) => sgd({ momentum: 0.9, nesterov: true, ...o }) },
  adagrad: { rate: 0.05, takes: [], preset: "adagrad", make: (o) => adagrad(o) },
  rmsprop: { rate: 1e-3, takes: ["momentum"], preset: "rmsprop", make: (o) => rmsprop(o) },
  adadelta: { rate: 1, takes: [], make: (o) => adadelta(o) },
  adam: { rate: 1e-3, takes: [], preset: "adam", make: (o) => adam(o) },
  amsgrad: { rate: 1e-3, takes: [], preset: "adam", make: (o) => adam({ amsgrad: true, ...o }) },
  adamw: { rate: 1e-3, takes: decay, preset: "adamw", make: (o, roles) => told(adamw(o), roles) },
  nadam: { rate: 1e-3, takes: [], make: (o) => nadam(o) },
  radam: { rate: 1e-3, takes: [], make: (o) => radam(o) },
  adamax: { rate: 2e-3, takes: [], make: (o) => adamax(o) },
  lion: { rate: 3e-4, takes: decay, preset: "lion", make: (o, roles) => told(lion(o), roles) },
  muon: { rate: 0.02, takes: both, preset: "muon", make: muonBesideAdamW },
  "schedule-free-sgd": { rate: 1, takes: decay, make: (o) => scheduleFree(sgd(o)) },
  "schedule-free-adamw": {
    rate: 2.5e-3,
    takes: decay,
    make: (o, roles) => told(scheduleFree(adamw({ beta1: 0, ...o })), roles),
  },
};

export const OPTIMIZER_NAMES: readonly OptimizerName[] = Object.keys(OPTIMIZERS) as OptimizerName[];

/** The optimizer; `rate` takes the place of the learning rate where there is a schedule. @throws OptionError */
export function createOptimizer(
  { name, learningRate, momentum, weightDecay, preset }: OptimizerChoice,
  { rate = learningRate, roles }: { rate?: ScalarOrSchedule; roles?: RolesOfNetwork } = {},
): Optimizer {
  const { make } = OPTIMIZERS[name];
  const origin = preset === undefined ? {} : presetOf(name, preset);
  const numbers = {
    ...origin,
    learningRate: rate,
    ...(momentum === undefined ? {} : { momentum }),
    ...(weightDecay === undefined ? {} : { weightDecay }),
  };
  return make(numbers, roles);
}

/** Whether a library has options of its own for an optimizer. */
export function hasPreset(name: OptimizerName, preset: PresetName): boolean {
  const rule = OPTIMIZERS[name].preset;
  return rule !== undefined && rule in presets[preset];
}

function presetOf(name: OptimizerName, preset: PresetName): object {
  const rule = OPTIMIZERS[name].preset;
  const known: Readonly<Record<string, object>> = { ...presets[preset] };
  return rule === undefined ? {} : (known[rule] ?? {});
}

/** Norms and biases do not decay. */
function told(optimizer: Optimizer, roles: RolesOfNetwork | undefined): Optimizer {
  return roles === undefined ? optimizer : withRoles(optimizer, roles);
}

/** Hidden matrices to Muon; the last layer and all biases to AdamW. */
function muonBesideAdamW(numbers: Numbers, roles: RolesOfNetwork | undefined): Optimizer {
  if (roles === undefined) return muon(numbers);
  const { learningRate } = numbers;
  const beside: ScalarOrSchedule =
    typeof learningRate === "number" ? BESIDE_MUON * learningRate : (t) => BESIDE_MUON * learningRate(t);
  const adamOptions: AdamOptions = { learningRate: beside };
  const route = byRole<LinearParams[], "muon" | "adamw">(roles, (role) => (role === "matrix" ? "muon" : "adamw"));
  return partition(route, { muon: muon(numbers), adamw: told(adamw(adamOptions), roles) });
}
