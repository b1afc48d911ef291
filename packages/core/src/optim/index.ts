// Optimizers for trees of parameters. Entry `steepest/optim`. A rule is written once, for one leaf, in array operations.
export { type AcrossLeavesRule, acrossLeaves } from "./across-leaves.ts";
export { type AdadeltaOptions, adadelta } from "./adadelta.ts";
export { type AdagradOptions, adagrad } from "./adagrad.ts";
export { adam } from "./adam.ts";
export type { AdamOptions, Moments } from "./adam-rule.ts";
export { type AdamaxOptions, adamax } from "./adamax.ts";
export { type AdamWOptions, adamw } from "./adamw.ts";
export { accumulate } from "./compose/accumulate.ts";
export { adaptiveClip } from "./compose/adaptive-clip.ts";
export { addDecayedWeights } from "./compose/add-decayed-weights.ts";
export { averaged } from "./compose/averaged.ts";
export { chain } from "./compose/chain.ts";
export { clipByGlobalNorm, clipByNorm, clipByValue } from "./compose/clip.ts";
export { type LookaheadOptions, lookahead } from "./compose/lookahead.ts";
export { byRole, freeze, partition, type Route, withRoles } from "./compose/partition.ts";
export { type SkipSlot, skipNonFinite } from "./compose/skip-non-finite.ts";
export type { DecayOptions } from "./decoupled-decay.ts";
export { initFrom } from "./init-from.ts";
export { type LeafContext, type LeafRule, perLeaf } from "./leaf-rule.ts";
export { type LionOptions, lion } from "./lion.ts";
export type { AxisRole } from "./matrix-view.ts";
export { type MuonOptions, muon } from "./muon.ts";
export { type NadamOptions, nadam } from "./nadam.ts";
export type { Optimizer, OptState, StateOf, StepOptions } from "./optimizer.ts";
export { type PresetOptions, type Presets, presets } from "./presets.ts";
export { type RadamOptions, radam } from "./radam.ts";
export { type RmspropOptions, type RmspropSlot, rmsprop } from "./rmsprop.ts";
export { type ScheduleFreeOptions, type ScheduleFreeSlot, scheduleFree } from "./schedule-free.ts";
export { constant } from "./schedules/constant.ts";
export { type CosineOptions, cosine } from "./schedules/cosine.ts";
export { type CosineRestartsOptions, cosineRestarts } from "./schedules/cosine-restarts.ts";
export { type CyclicOptions, cyclic } from "./schedules/cyclic.ts";
export { type ExponentialOptions, exponential } from "./schedules/exponential.ts";
export { scheduleFrom } from "./schedules/from-spec.ts";
export { type InverseSqrtOptions, inverseSqrt } from "./schedules/inverse-sqrt.ts";
export { joined } from "./schedules/joined.ts";
export { type LinearOptions, linear } from "./schedules/linear.ts";
export {
  type OneCycleMomentumOptions,
  type OneCycleOptions,
  oneCycle,
  oneCycleMomentum,
} from "./schedules/one-cycle.ts";
export { piecewise } from "./schedules/piecewise.ts";
export { type Plateau, type PlateauOptions, type PlateauState, plateau } from "./schedules/plateau.ts";
export { type PolynomialOptions, polynomial } from "./schedules/polynomial.ts";
export type { ScalarOrSchedule, Schedule } from "./schedules/schedule.ts";
export { type StepDecayOptions, stepDecay } from "./schedules/step-decay.ts";
export { warmup } from "./schedules/warmup.ts";
export { type WarmupStableDecayOptions, warmupStableDecay } from "./schedules/warmup-stable-decay.ts";
export { type OptimizerSettings, settingsOf } from "./settings.ts";
export { type SgdOptions, sgd } from "./sgd.ts";
export { type StateBytes, stateBytes } from "./state-bytes.ts";
export type { LeafPlace } from "./tree-rule.ts";
