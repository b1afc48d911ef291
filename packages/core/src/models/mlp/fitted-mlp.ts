// Fitted networks: what can be asked of them, and how they are saved.
import { type ArrayLike, fromTyped, type NDArray, stack } from "../../array/index.ts";
import { ShapeError } from "../../errors/index.ts";
import { accuracy, type Label, r2 } from "../../metrics/index.ts";
import { ACTIVATION_NAMES, type Activation, parameterCount } from "../../nn/index.ts";
import { readRows, readTargets } from "../design.ts";
import type { FitReport, FittedClassifier, FittedRegressor, Probabilistic } from "../fitted.ts";
import type { JsonObject } from "../json.ts";
import { inlineModel, type ModelState } from "../state.ts";
import { invalidField, reportJson, StateReader } from "../state-reader.ts";
import { modelText, withText } from "../text.ts";
import { type Network, networkOf } from "./network.ts";
import type { MlpSettings } from "./options.ts";

export interface FittedMlpClassifier<L extends Label> extends FittedClassifier<L>, Probabilistic {
  /** The layers: weights "in out" and biases. */
  readonly params: Network;
}

export interface FittedMlpRegressor extends FittedRegressor {
  /** The layers: weights "in out" and biases. */
  readonly params: Network;
}

export interface MlpParts {
  readonly params: Network;
  readonly activation: Activation;
  readonly report: FitReport;
  readonly options: JsonObject;
}

export const CLASSIFIER = "mlpClassifier";
export const REGRESSOR = "mlpRegressor";

export function fittedMlpClassifier<L extends Label>(
  parts: MlpParts & { readonly classes: readonly L[] },
): FittedMlpClassifier<L> {
  const { classes, params, report } = parts;
  const features = featuresOf(params);
  const scores = (owner: string, X: ArrayLike) => scoresOf(parts, `${CLASSIFIER}.${owner}`, X); // "n 1" or "n k"
  const predict = (X: ArrayLike): L[] => {
    const z = scores("predict", X);
    const codes = classes.length === 2 ? z.flatten().greaterEqual(0).astype("i32") : z.argmax(1);
    return codes.toArray().map((code) => classes[code]!);
  };
  const state = (): ModelState => stateOf(CLASSIFIER, parts, { classes: [...classes] });
  const model: FittedMlpClassifier<L> = {
    kind: CLASSIFIER,
    features,
    report,
    classes,
    params,
    predict,
    decisionFunction(X) {
      const z = scores("decisionFunction", X);
      return classes.length === 2 ? z.flatten() : z;
    },
    predictProba(X) {
      const z = scores("predictProba", X);
      if (classes.length > 2) return z.softmax(1);
      return stack([z.flatten().neg().sigmoid(), z.flatten().sigmoid()], 1); // 1 − p as σ(−z) keeps its digits
    },
    score: (X, y) => accuracy<Label>(Array.from<Label>(y), predict(X)),
    state,
    toJSON: () => inlineModel(state()),
  };
  return withText(model, () => modelText(CLASSIFIER, parameterCount(params), report, classes));
}

/** `vector`: whether y was a list of numbers. */
export function fittedMlpRegressor(parts: MlpParts & { readonly vector: boolean }): FittedMlpRegressor {
  const { params, report, vector } = parts;
  const predict = (X: ArrayLike): NDArray => {
    const z = scoresOf(parts, `${REGRESSOR}.predict`, X);
    return vector ? z.flatten() : z;
  };
  const state = (): ModelState => stateOf(REGRESSOR, parts, { vector });
  const model: FittedMlpRegressor = {
    kind: REGRESSOR,
    features: featuresOf(params),
    report,
    params,
    predict,
    score(X, y) {
      const predicted = predict(X);
      const { t, values } = readTargets(`${REGRESSOR}.score`, y, predicted.shape[0]!);
      const outputs = predicted.shape[1] ?? 1;
      if (t !== outputs) {
        throw new ShapeError(`${REGRESSOR}.score: y has ${t} targets, but the model was fitted on ${outputs}.`, {
          code: "targets-differ",
          operation: `${REGRESSOR}.score`,
        });
      }
      const found = predicted.toArray();
      const column = (list: Float64Array | readonly number[], c: number) =>
        Array.from(list).filter((_, at) => at % t === c);
      return Array.from({ length: t }, (_, c) => r2(column(values, c), column(found, c))).reduce(
        (a, b) => a + b / t,
        0,
      );
    },
    state,
    toJSON: () => inlineModel(state()),
  };
  return withText(model, () => modelText(REGRESSOR, parameterCount(params), report));
}

function featuresOf(params: Network): number {
  return params[0]!.weight.shape[0]!;
}

function scoresOf({ params, activation }: MlpParts, owner: string, X: ArrayLike): NDArray {
  const features = featuresOf(params);
  const { n, values } = readRows(owner, X, features);
  const hidden = params.slice(0, -1).map(({ bias }) => bias.size);
  const model = networkOf(features, params.at(-1)!.bias.size, { hidden, activation, dropout: 0 });
  return model.apply([...params], fromTyped([n, features], values) as NDArray); // f64
}

function stateOf(kind: string, { params, report, options, activation }: MlpParts, more: JsonObject): ModelState {
  const tensors = params.flatMap(({ weight, bias }, i) => [
    [`weight${i}`, weight] as const,
    [`bias${i}`, bias] as const,
  ]);
  return {
    kind,
    fields: {
      options,
      ...more,
      activation,
      columns: featuresOf(params),
      layers: params.length,
      report: reportJson(report),
    },
    tensors: Object.fromEntries(tensors),
    parts: {},
  };
}

export function restoreMlpClassifier(state: ModelState, path: string): FittedMlpClassifier<Label> {
  const reader = new StateReader(state, path);
  const classes = reader.classes("classes");
  const parts = readParts(state, path, reader, classes.length === 2 ? 1 : classes.length);
  return fittedMlpClassifier({ ...parts, classes });
}

export function restoreMlpRegressor(state: ModelState, path: string): FittedMlpRegressor {
  const vector = state.fields["vector"];
  if (typeof vector !== "boolean") throw invalidField(`${path}vector`, vector, "true or false");
  return fittedMlpRegressor({ ...readParts(state, path, new StateReader(state, path), vector ? 1 : -1), vector });
}

function readParts(state: ModelState, path: string, reader: StateReader, outputs: number): MlpParts {
  const layers = reader.integer("layers", 1);
  let width = reader.integer("columns", 1);
  const params = Array.from({ length: layers }, (_, i) => {
    const weight = reader.tensor(`weight${i}`, [width, i === layers - 1 ? outputs : -1]);
    width = weight.shape[1]!;
    return { weight, bias: reader.tensor(`bias${i}`, [width]) };
  });
  reader.done();
  const activation = ACTIVATION_NAMES.find((name) => name === state.fields["activation"]);
  if (activation === undefined) throw invalidField(`${path}activation`, state.fields["activation"], "an activation");
  return { params, activation, report: reader.report(), options: reader.object("options") };
}

/** Options as they are saved: plain, without the key. */
export function savedOptions(settings: MlpSettings): JsonObject {
  const { hidden, optimizer, epochs, batchSize, l2, dropout, earlyStopping } = settings;
  const held = earlyStopping === undefined ? {} : { earlyStopping: { ...earlyStopping } };
  return { hidden: [...hidden], optimizer: optimizer.describe(), epochs, batchSize, l2, dropout, ...held };
}
