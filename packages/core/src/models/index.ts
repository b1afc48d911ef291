// Learners: `factory(options).fit(X, y)` gives a fitted, typed, serializable model. Entry `steepest/models`.
// Linear models minimize (1/n)·Σ lossᵢ + ½·l2·‖w‖² with loss ½e² or log loss; the intercept is not penalized.
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
} from "./fitted.ts";
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
export { restoreModel } from "./restore.ts";
export {
  describeModel,
  type InlineTensor,
  MODEL_VERSION,
  type ModelState,
  type SavedModel,
  tensorsOf,
} from "./state.ts";
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
