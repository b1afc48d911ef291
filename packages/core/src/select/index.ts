// Model selection: splits, cross-validation, curves, tests, bias and variance. Entry `steepest/select`.
export {
  type BiasVariance,
  type BiasVarianceOptions,
  biasVariance,
  type SimulatedBiasVariance,
} from "./bias-variance.ts";
export {
  type BootstrapBiasVariance,
  type BootstrapBiasVarianceOptions,
  bootstrapBiasVariance,
} from "./bootstrap-bias-variance.ts";
export { type Better, oneStandardError } from "./choice.ts";
export { crossValidate, crossValidateFolds } from "./cross-validate.ts";
export { groupKFold } from "./group-k-fold.ts";
export { type FoldOptions, kFold } from "./k-fold.ts";
export { type CurvePoint, type LearningCurveOptions, learningCurve } from "./learning-curve.ts";
export { leaveOneOut } from "./leave-one-out.ts";
export {
  type ExactBiasVariance,
  linearSmootherBiasVariance,
  linearSmootherErrors,
  ridgeSmoother,
  type SmootherErrors,
  type SmootherTruth,
} from "./linear-smoother.ts";
export {
  type NestedCrossValidation,
  type NestedFold,
  type NestedOptions,
  nestedCrossValidate,
} from "./nested-cross-validate.ts";
export { predictOutOfFold } from "./out-of-fold.ts";
export { type PermutationTest, type PermutationTestOptions, permutationTest } from "./permutation-test.ts";
export { repeated } from "./repeated.ts";
export type { RowSource, Targets } from "./rows.ts";
export { type ShuffleSplitOptions, shuffleSplit } from "./shuffle-split.ts";
export type { Split, SplitContext, Splitter } from "./splitter.ts";
export { stratifiedKFold } from "./stratified-k-fold.ts";
export { type Summary, summarize } from "./summary.ts";
export { type TimeSeriesOptions, timeSeriesSplit } from "./time-series-split.ts";
export { type Part, type TrainTest, type TrainTestOptions, trainTestSplit } from "./train-test-split.ts";
export type {
  Abortable,
  CrossValidateOptions,
  CrossValidation,
  FoldResult,
  FoldScores,
} from "./validate-folds.ts";
export { type ValidationCurveOptions, validationCurve } from "./validation-curve.ts";
