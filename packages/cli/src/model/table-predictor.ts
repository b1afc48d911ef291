// The library's model on tables, in the shape that the commands use.
import type { NDArray } from "steepest";
import type { FittedTableModel } from "steepest/models";
import type { Predictor } from "./predictor.ts";

export function toPredictor(model: FittedTableModel): Predictor {
  const { encoder, task } = model;
  if (task === "regression") {
    return { encoder, predict: (table) => ({ task, values: model.predict(table).toArray() }) };
  }
  return {
    encoder,
    predict: (table) => ({
      task,
      labels: model.predict(table),
      probabilities: model.predictProba(table),
      classes: model.classes,
    }),
  };
}

/** Coefficients by class, or by the name of the target where there is one list. */
export function coefficientsOf(model: FittedTableModel): {
  readonly coefficients: Readonly<Record<string, readonly number[]>>;
  readonly intercepts: Readonly<Record<string, number>>;
} {
  const { coef, intercept } = model.estimator as unknown as { coef: NDArray; intercept: NDArray };
  const { encoder } = model;
  const classes = encoder.classes ?? [];
  if (coef.ndim === 1) {
    const name = classes[1] ?? encoder.target.name;
    return { coefficients: { [name]: coef.toArray() }, intercepts: { [name]: intercept.item() } };
  }
  return {
    coefficients: Object.fromEntries(classes.map((label, i) => [label, coef.at(":", i).toArray()])),
    intercepts: Object.fromEntries(classes.map((label, i) => [label, intercept.at(i).item()])),
  };
}
