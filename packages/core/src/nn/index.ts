// Entry `steepest/nn`: networks as functions of plain parameters, and their training.
export type { LeafRole } from "../array/index.ts";
export { ACTIVATION_NAMES, type Activation, activation, gelu, relu, silu, tanh } from "./activation.ts";
export { type AttentionParams, attention, type SelfAttention, type SelfAttentionOptions } from "./attention.ts";
export { type Calls, module } from "./compose.ts";
export { dropout } from "./dropout.ts";
export {
  type EmbeddingParams,
  embedding,
  positionalEmbedding,
  sinusoidalEncoding,
  unembed,
} from "./embedding.ts";
export { type GenerateOptions, generate } from "./generate.ts";
export {
  constantInit,
  glorotUniform,
  heNormal,
  type Initializer,
  orthogonal,
  truncatedNormal,
} from "./initializers.ts";
export { type LinearOptions, type LinearParams, linear } from "./linear.ts";
export { type MlpOptions, mlp } from "./mlp.ts";
export {
  type AnyModule,
  type ApplyOptions,
  defineModule,
  type InitOptions,
  type Module,
  type ModuleDefinition,
  type NoParams,
  type ParamsOf,
} from "./module.ts";
export { type LayerNormParams, layerNorm, type RmsNormParams, rmsNorm } from "./norms.ts";
export { repeat } from "./repeat.ts";
export { type RotaryOptions, rotary } from "./rotary.ts";
export { type Attended, type AttentionOptions, scaledDotProductAttention } from "./scaled-dot-product-attention.ts";
export { residual, sequential } from "./sequential.ts";
export { parameterCount } from "./summary.ts";
export {
  type Batch,
  type Best,
  type Checkpoint,
  type EpochReport,
  prepareTraining,
  type StepReport,
  type TrainOptions,
  type TrainPrograms,
  type TrainResult,
  train,
  trainEpochs,
  trainPrepared,
  type Validation,
} from "./train.ts";
export type { TrainStatus } from "./train-status.ts";
export {
  type Transformer,
  type TransformerBlockOptions,
  type TransformerBlockParams,
  type TransformerOptions,
  type TransformerParams,
  transformer,
  transformerBlock,
} from "./transformer.ts";
