// What ε-SVR, ν-SVR and the one-class machine give: one function Σ βᵢ·k(xᵢ, x) + b.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { r2 } from "../../metrics/index.ts";
import { readTensor } from "../../program/index.ts";
import { type Design, readRows, readTargets } from "../design.ts";
import type { FitReport, Fitted, FittedRegressor } from "../fitted.ts";
import type { JsonObject } from "../json.ts";
import { inlineModel, type ModelState } from "../state.ts";
import { invalidField, reportJson, StateReader } from "../state-reader.ts";
import { modelText, withText } from "../text.ts";
import type { Machine } from "./machine.ts";
import type { FittedKernel } from "./options.ts";
import {
  decisions,
  type FittedKernelMachine,
  kernelJson,
  linearWeights,
  restoreSupport,
  type Support,
  supportOf,
} from "./support.ts";

export interface FittedSvr extends FittedRegressor, FittedKernelMachine {
  /** Half the width of the tube in which errors are free: given, or found by `nuSvr`. */
  readonly epsilon: number;
}

export interface FittedOneClass extends Fitted, FittedKernelMachine {
  /** +1 inside, −1 outside. */
  predict(X: ArrayLike): (1 | -1)[];
  /** "n": positive inside. */
  decisionFunction(X: ArrayLike): NDArray;
}

type FunctionKind = "svr" | "nuSvr" | "oneClass";

interface FunctionParts {
  readonly kind: FunctionKind;
  readonly features: number;
  readonly support: Support;
  readonly dual: Float64Array;
  readonly b: number;
  readonly epsilon: number | undefined;
  readonly margin: number | undefined;
  readonly report: FitReport;
  readonly options: JsonObject;
}

/** Of one machine, its rows numbered as in X by `rows`. */
export function functionParts(
  kind: FunctionKind,
  X: Design,
  rows: Int32Array,
  machine: Machine,
  kernel: FittedKernel,
  report: FitReport,
  options: JsonObject,
): FunctionParts {
  const places = Int32Array.from(rows.keys()).filter((i) => machine.beta[i] !== 0);
  return {
    kind,
    features: X.d,
    support: supportOf(
      kernel,
      X,
      places.map((i) => rows[i]!),
    ),
    dual: Float64Array.from(places, (i) => machine.beta[i]!),
    b: machine.b,
    epsilon: machine.epsilon,
    margin: machine.squaredNorm > 0 ? 2 / Math.sqrt(machine.squaredNorm) : undefined,
    report,
    options,
  };
}

export function fittedSvr(parts: FunctionParts): FittedSvr {
  const { common, scores, named } = baseOf(parts);
  const { kind, epsilon = 0 } = parts;
  const predict = (X: ArrayLike): NDArray => {
    const values = scores("predict", X);
    return fromTyped([values.length], values) as NDArray; // f64
  };
  return named({
    ...common,
    epsilon,
    predict,
    score(X: ArrayLike, y: ArrayLike): number {
      const predicted = predict(X);
      const targets = readTargets(`${kind}.score`, y, predicted.shape[0]!);
      return r2(targets.values, readTensor(predicted)!.data as Float64Array);
    },
  });
}

export function fittedOneClass(parts: FunctionParts): FittedOneClass {
  const { common, scores, named } = baseOf(parts);
  return named({
    ...common,
    predict: (X: ArrayLike) => Array.from(scores("predict", X), (value): 1 | -1 => (value >= 0 ? 1 : -1)),
    decisionFunction(X: ArrayLike): NDArray {
      const values = scores("decisionFunction", X);
      return fromTyped([values.length], values) as NDArray;
    },
  });
}

function baseOf(parts: FunctionParts) {
  const { kind, features, support, dual, b, epsilon, margin, report, options } = parts;
  const s = support.indices.length;
  const intercepts = Float64Array.of(b);
  const w = linearWeights(support, dual, 1);
  const state = (): ModelState => ({
    kind,
    fields: {
      options,
      columns: features,
      kernel: kernelJson(kind, support),
      epsilon: epsilon ?? null,
      margin: margin ?? null,
      report: reportJson(report),
    },
    tensors: {
      supportIndices: fromTyped([s], Float64Array.from(support.indices)),
      supportVectors: support.vectors,
      dualCoef: fromTyped([s], dual),
      intercept: fromTyped([], intercepts),
    },
    parts: {},
  });
  return {
    common: {
      kind,
      features,
      report,
      supportIndices: support.indices,
      supportVectors: support.vectors,
      dualCoef: fromTyped([s], dual) as NDArray,
      intercept: fromTyped([], intercepts) as NDArray,
      coef: w && (fromTyped([features], w) as NDArray),
      margin,
      state,
      toJSON: () => inlineModel(state()),
    },
    scores: (owner: string, X: ArrayLike): Float64Array =>
      decisions(`${kind}.${owner}`, readRows(`${kind}.${owner}`, X, features), support, dual, intercepts, w),
    named: <M extends object>(model: M): M =>
      withText(model, () => modelText(kind, s, report).replace("coefficient", "support vector")),
  };
}

function restoreParts(state: ModelState, path: string): FunctionParts {
  const reader = new StateReader(state, path);
  const features = reader.integer("columns", 1);
  const support = restoreSupport(reader, features, (what) =>
    invalidField(`${path}kernel`, state.fields["kernel"], what),
  );
  const dual = Float64Array.from(reader.tensor("dualCoef", [support.indices.length]).toArray());
  const b = reader.tensor("intercept", []).item();
  reader.done();
  const number = (name: string) =>
    typeof state.fields[name] === "number" ? (state.fields[name] as number) : undefined;
  const kind = (["svr", "nuSvr", "oneClass"] as const).find((name) => name === state.kind) ?? "svr";
  const options = reader.object("options");
  const [epsilon, margin] = [number("epsilon"), number("margin")];
  return { kind, features, support, dual, b, epsilon, margin, report: reader.report(), options };
}

export function restoreSvr(state: ModelState, path: string): FittedSvr {
  return fittedSvr(restoreParts(state, path));
}

export function restoreOneClass(state: ModelState, path: string): FittedOneClass {
  return fittedOneClass(restoreParts(state, path));
}
