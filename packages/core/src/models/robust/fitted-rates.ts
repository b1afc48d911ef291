// A fitted regression of rates: a linear score, and its exponential.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { r2 } from "../../metrics/index.ts";
import { readTensor } from "../../program/index.ts";
import { readRows, readTargets } from "../design.ts";
import type { FitReport, FittedRegressor } from "../fitted.ts";
import type { JsonObject } from "../json.ts";
import { affine } from "../linear/fitted-linear.ts";
import { inlineModel, type ModelState } from "../state.ts";
import { reportJson, StateReader } from "../state-reader.ts";
import { modelText, withText } from "../text.ts";

export interface FittedRates extends FittedRegressor {
  /** "d": change of the log of the rate per unit of a feature. */
  readonly coef: NDArray;
  readonly intercept: NDArray;
}

const KIND = "poissonRegression";

export function fittedRates(coef: NDArray, intercept: NDArray, report: FitReport, options: JsonObject): FittedRates {
  const features = coef.shape[0]!;
  const predict = (X: ArrayLike): NDArray => {
    const { n, values } = readRows(`${KIND}.predict`, X, features);
    return fromTyped([n], affine(values, n, coef, intercept).map(Math.exp)) as NDArray; // f64
  };
  const state = (): ModelState => ({
    kind: KIND,
    fields: { options, columns: features, report: reportJson(report) },
    tensors: { coef, intercept },
    parts: {},
  });
  const model: FittedRates = {
    kind: KIND,
    features,
    report,
    coef,
    intercept,
    predict,
    score(X, y) {
      const predicted = predict(X);
      const targets = readTargets(`${KIND}.score`, y, predicted.shape[0]!);
      return r2(targets.values, readTensor(predicted)!.data as Float64Array);
    },
    state,
    toJSON: () => inlineModel(state()),
  };
  return withText(model, () => modelText(KIND, coef.size, report));
}

export function restoreRates(state: ModelState, path: string): FittedRates {
  const reader = new StateReader(state, path);
  const coef = reader.tensor("coef", [reader.integer("columns", 1)]);
  const intercept = reader.tensor("intercept", []);
  reader.done();
  return fittedRates(coef, intercept, reader.report(), reader.object("options"));
}
