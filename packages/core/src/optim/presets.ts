// Options under which the optimizers here equal those of other libraries, and of the papers.
import type { AdagradOptions } from "./adagrad.ts";
import type { AdamOptions } from "./adam-rule.ts";
import type { AdamWOptions } from "./adamw.ts";
import type { LionOptions } from "./lion.ts";
import type { MuonOptions } from "./muon.ts";
import type { RmspropOptions } from "./rmsprop.ts";
import type { SgdOptions } from "./sgd.ts";

/** Options of one library, without the learning rate. */
export interface PresetOptions {
  readonly sgd: Omit<SgdOptions, "learningRate">;
  readonly adagrad: Omit<AdagradOptions, "learningRate">;
  readonly rmsprop: Omit<RmspropOptions, "learningRate">;
  readonly adam: Omit<AdamOptions, "learningRate">;
  readonly adamw: Omit<AdamWOptions, "learningRate">;
  readonly lion: Omit<LionOptions, "learningRate">;
}

export interface Presets {
  readonly torch: Omit<PresetOptions, "lion"> & { readonly muon: Omit<MuonOptions, "learningRate"> };
  readonly optax: PresetOptions & { readonly muon: Omit<MuonOptions, "learningRate"> };
  readonly keras: PresetOptions;
  readonly tfjs: Omit<PresetOptions, "adamw" | "lion">;
  readonly paper: PresetOptions;
}

/**
 * Option sets of other libraries: `adam({ learningRate: 1e-3, ...presets.keras.adam })`. A library that has no such optimizer
 * has no entry. Learning rates are no part of them.
 *
 * torch: PyTorch 2.15 · optax: Optax 0.2.8 · keras: Keras 3 · tfjs: TensorFlow.js 4.22 · paper: Duchi et al. (2011),
 * Tieleman & Hinton (2012), Kingma & Ba (2015), Loshchilov & Hutter (2019), Chen et al. (2023).
 *
 * @example
 * ```ts
 * import { adam, presets } from "steepest/optim";
 * adam({ learningRate: 0.1, ...presets.keras.adam }).describe().endsWith("0.1·√(1 − 0.999ᵗ)·m̂/(√v + 1e-7)"); // true
 * ```
 */
export const presets: Presets = {
  torch: {
    sgd: {},
    adagrad: { initialAccumulator: 0, eps: 1e-10, epsMode: "outside" },
    rmsprop: { decay: 0.99, eps: 1e-8, epsMode: "outside" },
    adam: { beta1: 0.9, beta2: 0.999, eps: 1e-8, epsMode: "outside" },
    adamw: { beta1: 0.9, beta2: 0.999, eps: 1e-8, epsMode: "outside", weightDecay: 0.01, decayBy: "rate" },
    muon: { momentum: 0.95, coefficients: "quintic", steps: 5, scale: "aspect", weightDecay: 0.1 },
  },
  optax: {
    sgd: {},
    adagrad: { initialAccumulator: 0.1, eps: 1e-7, epsMode: "inside" },
    rmsprop: { decay: 0.9, eps: 1e-8, epsMode: "inside" },
    adam: { beta1: 0.9, beta2: 0.999, eps: 1e-8, epsMode: "outside" },
    adamw: { beta1: 0.9, beta2: 0.999, eps: 1e-8, epsMode: "outside", weightDecay: 1e-4, decayBy: "rate" },
    lion: { beta1: 0.9, beta2: 0.99, weightDecay: 1e-3 },
    muon: { momentum: 0.95, coefficients: "quintic", steps: 5, scale: "aspect", biasCorrection: true },
  },
  keras: {
    sgd: {},
    adagrad: { initialAccumulator: 0.1, eps: 1e-7, epsMode: "inside" },
    rmsprop: { decay: 0.9, eps: 1e-7, epsMode: "inside" },
    adam: { beta1: 0.9, beta2: 0.999, eps: 1e-7, epsMode: "hat" },
    adamw: { beta1: 0.9, beta2: 0.999, eps: 1e-7, epsMode: "hat", weightDecay: 0.004, decayBy: "rate" },
    lion: { beta1: 0.9, beta2: 0.99, weightDecay: 0 },
  },
  tfjs: {
    sgd: {},
    adagrad: { initialAccumulator: 0.1, eps: 1e-7, epsMode: "inside" },
    rmsprop: { decay: 0.9, eps: 1e-7, epsMode: "inside" },
    adam: { beta1: 0.9, beta2: 0.999, eps: 1e-7, epsMode: "outside" },
  },
  paper: {
    sgd: {},
    adagrad: { initialAccumulator: 0, epsMode: "outside" },
    rmsprop: { decay: 0.9, epsMode: "outside" },
    adam: { beta1: 0.9, beta2: 0.999, eps: 1e-8, epsMode: "outside" },
    adamw: { beta1: 0.9, beta2: 0.999, eps: 1e-8, epsMode: "outside", decayBy: "schedule" },
    lion: { beta1: 0.9, beta2: 0.99 },
  },
};
