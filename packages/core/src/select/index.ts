// Model selection: splits and cross-validation. Entry `steepest/select`.
export {
  type Abortable,
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
  crossValidateFolds,
  type FoldResult,
  type FoldScores,
} from "./cross-validate.ts";
export { groupKFold } from "./group-k-fold.ts";
export { type FoldOptions, kFold } from "./k-fold.ts";
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
