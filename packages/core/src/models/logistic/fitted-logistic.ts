// A fitted logistic regression: coefficients, and what can be asked of them.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { accuracy, type Label } from "../../metrics/index.ts";
import { readRows } from "../design.ts";
import type { FitReport, FittedClassifier, Probabilistic } from "../fitted.ts";
import type { JsonObject } from "../json.ts";
import { affine } from "../linear/fitted-linear.ts";
import { inlineModel, type ModelState } from "../state.ts";
import { reportJson, StateReader } from "../state-reader.ts";
import { modelText, withText } from "../text.ts";
import { probabilitiesAndLoss, sigmoid } from "./problem.ts";

export interface FittedLogistic<L extends Label> extends FittedClassifier<L>, Probabilistic {
  /** Log-odds per unit of a feature: "d" for two classes, "d k" otherwise. */
  readonly coef: NDArray;
  /** A scalar for two classes, "k" with sum 0 otherwise. */
  readonly intercept: NDArray;
}

export interface LogisticParts<L extends Label> {
  readonly classes: readonly L[];
  readonly coef: NDArray;
  readonly intercept: NDArray;
  readonly report: FitReport;
  readonly options: JsonObject;
}

export const LOGISTIC = "logisticRegression";

export function fittedLogistic<L extends Label>(parts: LogisticParts<L>): FittedLogistic<L> {
  const { classes, coef, intercept, report, options } = parts;
  const features = coef.shape[0]!;
  const k = classes.length;
  const columns = k === 2 ? 1 : k;
  const scores = (owner: string, X: ArrayLike): { n: number; z: Float64Array } => {
    const { n, values } = readRows(`${LOGISTIC}.${owner}`, X, features);
    return { n, z: affine(values, n, coef, intercept) };
  };
  const predict = (X: ArrayLike): L[] => {
    const { n, z } = scores("predict", X);
    return Array.from({ length: n }, (_, i) => classes[winner(z, i * columns, columns)]!);
  };
  const state = (): ModelState => ({
    kind: LOGISTIC,
    fields: { options, classes: [...classes], columns: features, report: reportJson(report) },
    tensors: { coef, intercept },
    parts: {},
  });
  const model: FittedLogistic<L> = {
    kind: LOGISTIC,
    features,
    report,
    classes,
    coef,
    intercept,
    predict,
    decisionFunction(X) {
      const { n, z } = scores("decisionFunction", X);
      return fromTyped(k === 2 ? [n] : [n, k], z) as NDArray; // f64
    },
    predictProba(X) {
      const { n, z } = scores("predictProba", X);
      return fromTyped([n, k], k === 2 ? twoColumns(z) : softmaxRows(z, n, k)) as NDArray; // f64
    },
    score: (X, y) => accuracy<Label>(Array.from<Label>(y), predict(X)),
    state,
    toJSON: () => inlineModel(state()),
  };
  return withText(model, () => modelText(LOGISTIC, coef.size, report, classes));
}

export function restoreLogistic(state: ModelState, path: string): FittedLogistic<Label> {
  const reader = new StateReader(state, path);
  const features = reader.integer("columns", 1);
  const classes = reader.classes("classes");
  const tail = classes.length === 2 ? [] : [classes.length];
  const coef = reader.tensor("coef", [features, ...tail]);
  const intercept = reader.tensor("intercept", tail);
  reader.done();
  return fittedLogistic({ classes, coef, intercept, report: reader.report(), options: reader.object("options") });
}

/** Position of the predicted class. Two classes: a tie goes to the later one; several: to the earlier one. */
function winner(z: Float64Array, start: number, columns: number): number {
  if (columns === 1) return z[start]! >= 0 ? 1 : 0;
  let best = 0;
  for (let c = 1; c < columns; c++) if (z[start + c]! > z[start + best]!) best = c;
  return best;
}

/** 1 − p as σ(−z): a probability of 1e-20 keeps its digits. */
function twoColumns(z: Float64Array): Float64Array {
  const out = new Float64Array(2 * z.length);
  for (let i = 0; i < z.length; i++) {
    out[2 * i] = sigmoid(-z[i]!);
    out[2 * i + 1] = sigmoid(z[i]!);
  }
  return out;
}

function softmaxRows(z: Float64Array, n: number, k: number): Float64Array {
  for (let i = 0; i < n; i++) probabilitiesAndLoss(z.subarray(i * k, (i + 1) * k), k, 0);
  return z;
}
