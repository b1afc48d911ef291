// Learners: `factory(options).fit(X, y)` gives a fitted, typed, serializable model. Entry `steepest/models`.
// Linear models minimize (1/n)·Σ lossᵢ + l1·‖w‖₁ + ½·l2·‖w‖² with loss ½e² or log loss; the intercept is not penalized.
export { checkDescription, type DescriptionChecksum } from "./checksum.ts";
export type { NumberLabels } from "./classes.ts";
export { crc32 } from "./crc32.ts";
export { type ImputeOptions, impute } from "./features/impute.ts";
export { type MinMaxScaleOptions, minMaxScale } from "./features/min-max-scale.ts";
export { type PolynomialFeaturesOptions, polynomialFeatures } from "./features/polynomial-features.ts";
export { type StandardizeOptions, standardize } from "./features/standardize.ts";
export type { FittedTransform, Transform, TransformFitOptions } from "./features/transform.ts";
export type {
  FitOptions,
  FitReport,
  FitStatus,
  FitStep,
  Fitted,
  FittedClassifier,
  FittedRegressor,
  Probabilistic,
  ProbabilisticClassifier,
  Regressor,
  StopSignal,
  Storable,
} from "./fitted.ts";
export { fromSklearn } from "./from-sklearn.ts";
export { decodeNumber, type Json, type JsonObject } from "./json.ts";
export type { FittedLinear } from "./linear/fitted-linear.ts";
export { type LinearRegression, type LinearRegressionOptions, linearRegression } from "./linear/linear-regression.ts";
export type { ClassWeight } from "./logistic/class-weight.ts";
export type { FittedLogistic } from "./logistic/fitted-logistic.ts";
export {
  type LogisticRegression,
  type LogisticRegressionOptions,
  logisticRegression,
} from "./logistic/logistic-regression.ts";
export type { FittedMlpClassifier, FittedMlpRegressor } from "./mlp/fitted-mlp.ts";
export { type MlpClassifier, mlpClassifier } from "./mlp/mlp-classifier.ts";
export { type MlpRegressor, mlpRegressor } from "./mlp/mlp-regressor.ts";
export type { MlpClassifierOptions, MlpLearnerOptions, MlpRegressorOptions } from "./mlp/options.ts";
export { type Estimator, pipeline } from "./pipeline.ts";
export { restoreModel } from "./restore.ts";
export type { FittedRates } from "./robust/fitted-rates.ts";
export {
  type PoissonRegression,
  type PoissonRegressionOptions,
  poissonRegression,
} from "./robust/poisson-regression.ts";
export { type RobustRegression, type RobustRegressionOptions, robustRegression } from "./robust/robust-regression.ts";
export {
  type Online,
  type OnlineClassifierOptions,
  type OnlineOptions,
  type OnlineRegressionOptions,
  onlineClassifier,
  onlineRegression,
} from "./sgd/online.ts";
export { type LinearPath, linearPath, type RegularizationPath } from "./sparse/linear-path.ts";
export { type LogisticPath, logisticPath } from "./sparse/logistic-path.ts";
export type { Choice, Fold } from "./sparse/path-choice.ts";
export type { PathOptions } from "./sparse/path-options.ts";
export {
  describeModel,
  type InlineTensor,
  MODEL_VERSION,
  type ModelState,
  type SavedModel,
  tensorsOf,
  type WeightsFile,
} from "./state.ts";
export { type Stochastic, type StochasticOptions, stochastic } from "./stochastic.ts";
export type { FittedOneClass, FittedSvr } from "./svm/fitted-function.ts";
export type { FittedLinearClassifier } from "./svm/fitted-linear-classifier.ts";
export type { FittedSvc } from "./svm/fitted-svc.ts";
export {
  customKernel,
  type Gamma,
  type Kernel,
  linearKernel,
  polynomial,
  precomputed,
  rbf,
  sigmoidKernel,
} from "./svm/kernel.ts";
export { type LinearSvc, type LinearSvcOptions, linearSvc } from "./svm/linear-svc.ts";
export type { Calibration } from "./svm/one-against-one.ts";
export { type OneClass, type OneClassOptions, oneClass } from "./svm/one-class.ts";
export type { SvmOptions } from "./svm/options.ts";
export type { FittedKernelMachine } from "./svm/support.ts";
export { type NuSvcOptions, nuSvc, type ProbabilisticSvc, type Svc, type SvcOptions, svc } from "./svm/svc.ts";
export { type NuSvrOptions, nuSvr, type Svr, type SvrOptions, svr } from "./svm/svr.ts";
export {
  type FittedTable,
  type FittedTableClassifier,
  type FittedTableModel,
  type FittedTableRegressor,
  type TableEncodeOptions,
  type TableModel,
  type TableModelOptions,
  tableModel,
} from "./table-model.ts";
