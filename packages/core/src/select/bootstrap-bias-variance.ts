import type { NDArray } from "../array/index.ts";
import { DataError, OptionChecker } from "../errors/index.ts";
import { choose, fold, type Key } from "../random/index.ts";
import { meanOf } from "./bias-variance.ts";
import { readOutputs } from "./outputs.ts";
import { checkRows } from "./rows.ts";

export interface BootstrapBiasVarianceOptions {
  fit: (X: NDArray, y: NDArray) => { predict(X: NDArray): NDArray };
  /** Number of resamples, at least 2. A row is left out of 37 % of them; 200 give each about 73 predictions. */
  repeats: number;
  key: Key;
}

export interface BootstrapBiasVariance {
  /** Bias² and noise together: without the truth nothing tells them apart. */
  readonly bias2PlusNoise: number;
  readonly variance: number;
  /** Mean squared error of the out-of-bag predictions: the sum of the two. */
  readonly error: number;
}

/**
 * Variance of a way of fitting from data alone: fits resamples of the rows and looks only at predictions for rows that a
 * resample does not hold.
 *
 *     per row, over its B out-of-bag predictions:  variance s² with B − 1,  bias² + noise (y − m)² − s²/B
 *
 * A resample holds 63 % of the distinct rows, so that bias and variance are those of a smaller training set.
 * Cost: `repeats` fits.
 * @throws DataError when a row is out of bag fewer than twice (take more repeats) or there are fewer than 2 rows.
 * @throws ShapeError when X and y differ in rows, or a model does not give one number per row.
 * Source: Efron & Tibshirani (1997), Improvements on cross-validation, for out-of-bag errors.
 *
 * @example
 * ```ts
 * import { array, zeros } from "steepest";
 * import { key } from "steepest/random";
 * import { bootstrapBiasVariance } from "steepest/select";
 *
 * const X = array([[1], [2], [3], [4], [5], [6]]);
 * const y = array([1, 2, 3, 4, 5, 6]);
 * const fit = () => ({ predict: (rows: typeof X) => zeros([rows.shape[0]!]).add(3.5) });
 * const { bias2PlusNoise, variance } = bootstrapBiasVariance(X, y, { fit, repeats: 50, key: key(0) });
 * console.log(bias2PlusNoise, variance); // 2.9166… 0
 * ```
 */
export function bootstrapBiasVariance(
  X: NDArray,
  y: NDArray,
  options: BootstrapBiasVarianceOptions,
): BootstrapBiasVariance {
  const known = ["fit", "repeats", "key"];
  const checker = new OptionChecker("bootstrapBiasVariance", options, known);
  for (const name of known) checker.required(name);
  checker.integer("repeats", 2).done();
  const { fit, repeats, key } = options;
  const n = checkRows("bootstrapBiasVariance", X, y);
  const targets = readOutputs("bootstrapBiasVariance", "y", y, X);
  const outOfBag: number[][] = Array.from({ length: n }, () => []);
  for (let r = 0; r < repeats; r++) {
    const drawn = choose(fold(key, r), n, n, { replace: true }).toArray();
    const inBag = new Set(drawn);
    const left = outOfBag.map((_, row) => row).filter((row) => !inBag.has(row));
    if (left.length === 0) continue;
    const rows = X.take(left);
    const predicted = fit(X.take(drawn), y.take(drawn)).predict(rows);
    const values = readOutputs("bootstrapBiasVariance", `the model of repeat ${r}`, predicted, rows);
    for (const [place, row] of left.entries()) outOfBag[row]!.push(values[place]!);
  }
  const rare = outOfBag.findIndex((predictions) => predictions.length < 2);
  if (rare >= 0) {
    throw new DataError(
      `bootstrapBiasVariance: row ${rare} was out of bag ${outOfBag[rare]!.length} times in ${repeats} repeats, and a variance needs two predictions. Take more repeats: 50 or more.`,
      { code: "few-predictions", row: rare, expected: "at least 2" },
    );
  }
  const means = outOfBag.map(meanOf);
  const variances = outOfBag.map((predictions, row) => {
    const squares = predictions.reduce((sum, prediction) => sum + (prediction - means[row]!) ** 2, 0);
    return squares / (predictions.length - 1);
  });
  const rest = means.map((m, row) => (targets[row]! - m) ** 2 - variances[row]! / outOfBag[row]!.length);
  const [bias2PlusNoise, variance] = [meanOf(rest), meanOf(variances)];
  return { bias2PlusNoise, variance, error: bias2PlusNoise + variance };
}
