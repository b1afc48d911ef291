// A fitted linear classifier: margins, and no probabilities.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { accuracy, type Label } from "../../metrics/index.ts";
import { readRows } from "../design.ts";
import type { FitReport, FittedClassifier } from "../fitted.ts";
import type { JsonObject } from "../json.ts";
import { affine } from "../linear/fitted-linear.ts";
import { inlineModel, type ModelState } from "../state.ts";
import { reportJson, StateReader } from "../state-reader.ts";
import { modelText, withText } from "../text.ts";

export interface FittedLinearClassifier<L extends Label> extends FittedClassifier<L> {
  /** "d" for two classes, "d k" otherwise. */
  readonly coef: NDArray;
  /** A scalar for two classes, "k" otherwise. */
  readonly intercept: NDArray;
}

interface LinearClassifierParts<L extends Label> {
  readonly kind: "linearSvc" | "onlineClassifier";
  readonly classes: readonly L[];
  readonly coef: NDArray;
  readonly intercept: NDArray;
  readonly report: FitReport;
  readonly options: JsonObject;
}

export function fittedLinearClassifier<L extends Label>(parts: LinearClassifierParts<L>): FittedLinearClassifier<L> {
  const { kind, classes, coef, intercept, report, options } = parts;
  const features = coef.shape[0]!;
  const columns = classes.length === 2 ? 1 : classes.length;
  const scores = (owner: string, X: ArrayLike): { n: number; z: Float64Array } => {
    const { n, values } = readRows(`${kind}.${owner}`, X, features);
    return { n, z: affine(values, n, coef, intercept) };
  };
  const predict = (X: ArrayLike): L[] => {
    const { n, z } = scores("predict", X);
    return Array.from({ length: n }, (_, i) => {
      if (columns === 1) return classes[z[i]! >= 0 ? 1 : 0]!;
      const own = z.subarray(i * columns, (i + 1) * columns);
      return classes[own.indexOf(Math.max(...own))]!;
    });
  };
  const state = (): ModelState => ({
    kind,
    fields: { options, classes: [...classes], columns: features, report: reportJson(report) },
    tensors: { coef, intercept },
    parts: {},
  });
  const model: FittedLinearClassifier<L> = {
    kind,
    features,
    report,
    classes,
    coef,
    intercept,
    predict,
    decisionFunction(X) {
      const { n, z } = scores("decisionFunction", X);
      return fromTyped(columns === 1 ? [n] : [n, columns], z) as NDArray; // f64
    },
    score: (X, y) => accuracy<Label>(Array.from<Label>(y), predict(X)),
    state,
    toJSON: () => inlineModel(state()),
  };
  return withText(model, () => modelText(kind, coef.size, report, classes));
}

export function restoreLinearClassifier(state: ModelState, path: string): FittedLinearClassifier<Label> {
  const reader = new StateReader(state, path);
  const kind = state.kind === "onlineClassifier" ? state.kind : "linearSvc";
  const features = reader.integer("columns", 1);
  const classes = reader.classes("classes");
  const tail = classes.length === 2 ? [] : [classes.length];
  const coef = reader.tensor("coef", [features, ...tail]);
  const intercept = reader.tensor("intercept", tail);
  reader.done();
  return fittedLinearClassifier({
    kind,
    classes,
    coef,
    intercept,
    report: reader.report(),
    options: reader.object("options"),
  });
}
