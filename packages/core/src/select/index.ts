// Model selection: splits and cross-validation. Entry `steepest/select`.
export { crossValidate, crossValidateFolds } from "./cross-validate.ts";
export { groupKFold } from "./group-k-fold.ts";
export { type FoldOptions, kFold } from "./k-fold.ts";
export { type CurvePoint, type LearningCurveOptions, learningCurve } from "./learning-curve.ts";
export { leaveOneOut } from "./leave-one-out.ts";
export { predictOutOfFold } from "./out-of-fold.ts";
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
