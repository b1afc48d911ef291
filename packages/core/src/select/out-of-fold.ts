// Puts the predictions of folds back into the order of the rows.
import { type AnyArray, concat } from "../array/index.ts";
import { DataError } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import { isArray, type RowSource, type Targets, targetCount } from "./rows.ts";
import type { Split } from "./splitter.ts";

/** Predictions for test rows, ascending by row; where a row was tested several times, in the order of the splits. */
export interface OutOfFold<Y> {
  readonly values: Y;
  /** The row of each prediction: 0, 1, 2, … when every row is tested once. */
  readonly rows: Int32Array;
}

/** `parts[i]` are the predictions for `splits[i].test`. */
export function gatherOutOfFold<Y extends Targets>(splits: readonly Split[], parts: readonly Y[]): OutOfFold<Y> {
  const tested = splits.flatMap(({ test }) => [...test]);
  const order = [...tested.keys()].sort((a, b) => tested[a]! - tested[b]! || a - b);
  const rows = Int32Array.from(order, (place) => tested[place]!);
  const [first] = parts;
  // Arrays stay arrays and lists of labels stay lists: `Y` is what came in.
  if (first !== undefined && isArray(first)) {
    return { values: concat(parts as readonly AnyArray[]).take(order) as AnyArray as Y, rows };
  }
  const labels = (parts as readonly (readonly Label[])[]).flat();
  return { values: order.map((place) => labels[place]!) as readonly Label[] as Y, rows };
}

/**
 * One value per row from the model that has not seen the row: probabilities or decision values for one curve over all rows.
 *
 * A metric of such pooled values (one AUC over all rows) is not the mean of the metric over folds: it also sees whether the
 * models of the folds agree in scale. Values are ascending by row; with a splitter that tests rows several times or
 * never, `crossValidate(…).testedRows` says which row each value is for.
 * @throws ShapeError when X has not as many rows as were split.
 * @throws DataError when `predict` does not return one value per row.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { crossValidate, predictOutOfFold } from "steepest/select";
 *
 * const X = array([[1], [2], [3], [4]]);
 * const fit = (rows: typeof X) => ({ mean: rows.mean().item(), predict: (test: typeof X) => test.flatten() });
 * const result = crossValidate(X, array([1, 2, 3, 4]), { folds: 2, fit, scores: {} });
 * console.log(predictOutOfFold(X, result, (model, rows) => rows.flatten().mul(0).add(model.mean)).toArray()); // [ 3.5, 3.5, 1.5, 1.5 ]
 * ```
 */
export function predictOutOfFold<X extends RowSource<X>, M, Y extends Targets>(
  X: X,
  validation: { readonly models: readonly M[]; readonly splits: readonly Split[] },
  predict: (model: M, X: X) => Y,
): Y {
  const parts = validation.splits.map(({ test }, fold) => {
    const values = predict(validation.models[fold]!, X.take([...test]));
    checkPredictions("predictOutOfFold", values, test.length, fold);
    return values;
  });
  return gatherOutOfFold(validation.splits, parts).values;
}

/** @throws DataError when there is not one prediction per row. */
export function checkPredictions(owner: string, predicted: Targets, rows: number, fold: number): void {
  const count = targetCount(owner, predicted);
  if (count === rows) return;
  throw new DataError(
    `${owner}: the model of fold ${fold} gave ${count} predictions for ${rows} rows. predict must return one per row, in their order.`,
    { code: "predictions", received: String(count), expected: String(rows) },
  );
}
