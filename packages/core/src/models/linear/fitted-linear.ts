// A fitted linear regression: coefficients, and what can be asked of them.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { ShapeError } from "../../errors/index.ts";
import { r2 } from "../../metrics/index.ts";
import { readTensor } from "../../program/index.ts";
import { readRows, readTargets } from "../design.ts";
import type { FitReport, FittedRegressor } from "../fitted.ts";
import type { JsonObject } from "../json.ts";
import { inlineModel, type ModelState } from "../state.ts";
import { reportJson, StateReader } from "../state-reader.ts";
import { modelText, withText } from "../text.ts";

export interface FittedLinear extends FittedRegressor {
  /** "d", or "d t" for t targets. */
  readonly coef: NDArray;
  /** A scalar, or "t". */
  readonly intercept: NDArray;
  /** Number of independent columns that counted, where the solver tells. */
  readonly rank: number | undefined;
}

export interface LinearParts {
  readonly coef: NDArray;
  readonly intercept: NDArray;
  readonly rank: number | undefined;
  readonly report: FitReport;
  readonly options: JsonObject;
}

export const LINEAR = "linearRegression";

export function fittedLinear(parts: LinearParts): FittedLinear {
  const { coef, intercept, rank, report, options } = parts;
  const features = coef.shape[0]!;
  const state = (): ModelState => ({
    kind: LINEAR,
    fields: { options, columns: features, rank: rank ?? null, report: reportJson(report) },
    tensors: { coef, intercept },
    parts: {},
  });
  const predict = (X: ArrayLike): NDArray => {
    const { n, values } = readRows(`${LINEAR}.predict`, X, features);
    return fromTyped(coef.ndim === 1 ? [n] : [n, coef.shape[1]!], affine(values, n, coef, intercept)) as NDArray;
  };
  const model: FittedLinear = {
    kind: LINEAR,
    features,
    report,
    coef,
    intercept,
    rank,
    predict,
    score(X, y) {
      const predicted = predict(X);
      const targets = readTargets(`${LINEAR}.score`, y, predicted.shape[0]!);
      if (targets.t !== intercept.size) throw targetsDiffer(targets.t, intercept.size);
      return meanR2(targets.values, readTensor(predicted)!.data as Float64Array, targets.t);
    },
    state,
    toJSON: () => inlineModel(state()),
  };
  return withText(model, () => modelText(LINEAR, coef.size, report));
}

export function restoreLinear(state: ModelState, path: string): FittedLinear {
  const reader = new StateReader(state, path);
  const features = reader.integer("columns", 1);
  const shape = state.tensors["coef"]?.ndim === 2 ? [features, -1] : [features];
  const coef = reader.tensor("coef", shape);
  const intercept = reader.tensor("intercept", coef.shape.slice(1));
  reader.done();
  const rank = state.fields["rank"] === null ? undefined : reader.integer("rank", 0);
  return fittedLinear({ coef, intercept, rank, report: reader.report(), options: reader.object("options") });
}

/** X·W + b, row by row: W is "d" or "d k", b a scalar or "k". */
export function affine(X: Float64Array, n: number, coef: NDArray, intercept: NDArray): Float64Array {
  const W = readTensor(coef)!.data;
  const b = readTensor(intercept)!.data;
  const d = coef.shape[0]!;
  const k = b.length;
  const out = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    const row = i * d;
    const to = i * k;
    for (let j = 0; j < d; j++) {
      const x = X[row + j]!;
      for (let c = 0; c < k; c++) out[to + c] = out[to + c]! + x * W[j * k + c]!;
    }
    for (let c = 0; c < k; c++) out[to + c] = out[to + c]! + b[c]!;
  }
  return out;
}

function targetsDiffer(given: number, fitted: number): ShapeError {
  return new ShapeError(`${LINEAR}.score: y has ${given} targets, but the model was fitted on ${fitted}.`, {
    code: "targets-differ",
    operation: `${LINEAR}.score`,
  });
}

function meanR2(actual: Float64Array, predicted: Float64Array, t: number): number {
  let sum = 0;
  for (let c = 0; c < t; c++) {
    const column = (values: Float64Array) => values.filter((_, at) => at % t === c);
    sum += r2(column(actual), column(predicted));
  }
  return sum / t;
}
