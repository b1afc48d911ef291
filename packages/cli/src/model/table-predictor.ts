// The library's model on tables, in the shape that the commands use.
import { array, type NDArray } from "steepest";
import type { FittedMlpRegressor, FittedTableModel } from "steepest/models";
import type { Predictor } from "./predictor.ts";

/** Every table is encoded once for all that is asked of it. */
export function toPredictor(model: FittedTableModel): Predictor {
  const { encoder } = model;
  if (model.task === "regression") {
    const { estimator, task } = model;
    return {
      encoder,
      predict: (table) => {
        const { X, missing, unseen } = encoder.features(table);
        return { task, values: estimator.predict(X).toArray(), unusual: { missing, unseen } };
      },
    };
  }
  const { estimator, task, classes } = model;
  return {
    encoder,
    predict: (table) => {
      const { X, missing, unseen } = encoder.features(table);
      return {
        task,
        labels: estimator.predict(X).map(String),
        probabilities: estimator.predictProba(X),
        logOdds: logOddsOf(estimator.decisionFunction(X)),
        classes,
        unusual: { missing, unseen },
      };
    },
  };
}

/**
 * log p/(1 − p) of each class from the decision values, "n k":  zₖ − log Σⱼ₌₁..K, ⱼ≠ₖ exp(zⱼ).  Two classes: −z and z.
 *
 * Probabilities round to 0 and 1 where a model is sure of itself, and rows that it tells apart become ties; these do not.
 */
export function logOddsOf(decisions: NDArray): NDArray {
  const [rows = 0, classes = 1] = decisions.shape;
  const z = decisions.toArray();
  if (decisions.ndim === 1)
    return array(Float64Array.from({ length: 2 * rows }, (_, at) => (at % 2 === 0 ? -1 : 1) * z[at >> 1]!)).reshape(
      rows,
      2,
    );
  const out = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    for (let k = 0; k < classes; k++) {
      let largest = -Infinity;
      for (let j = 0; j < classes; j++) if (j !== k) largest = Math.max(largest, z[start + j]!);
      let sum = 0;
      for (let j = 0; j < classes; j++) if (j !== k) sum += Math.exp(z[start + j]! - largest);
      out[start + k] = z[start + k]! - largest - Math.log(sum);
    }
  }
  return array(out).reshape(rows, classes);
}

/** Numbers into and out of each layer of a network, in order; nothing for other models. */
export function layersOf({ estimator }: FittedTableModel): readonly (readonly [number, number])[] | undefined {
  if (!("params" in estimator)) return undefined;
  return (estimator as unknown as FittedMlpRegressor).params.map(({ weight: { shape } }) => [shape[0]!, shape[1]!]);
}

/** Coefficients by class, or by the name of the target where there is one list; none of a model that has no such thing. */
export function coefficientsOf(model: FittedTableModel): {
  readonly coefficients: Readonly<Record<string, readonly number[]>>;
  readonly intercepts: Readonly<Record<string, number>>;
} {
  const { coef, intercept } = model.estimator as unknown as { coef?: NDArray; intercept?: NDArray };
  const { encoder } = model;
  const classes = encoder.classes ?? [];
  // kernel machines have none, or one list per pair of classes
  const isByClass = coef?.ndim === 1 || coef?.shape[1] === classes.length;
  if (coef === undefined || intercept === undefined || !isByClass) return { coefficients: {}, intercepts: {} };
  if (coef.ndim === 1) {
    const name = classes[1] ?? encoder.target.name;
    return { coefficients: { [name]: coef.toArray() }, intercepts: { [name]: intercept.item() } };
  }
  return {
    coefficients: Object.fromEntries(classes.map((label, i) => [label, coef.at(":", i).toArray()])),
    intercepts: Object.fromEntries(classes.map((label, i) => [label, intercept.at(i).item()])),
  };
}
