import { fromTyped, type NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { fold, type Key } from "../random/index.ts";
import { readOutputs } from "./outputs.ts";

/** error = bias² + variance + noise, for squared error and over training sets. Means over the points of X. */
export interface BiasVariance {
  /** (E ĥ(x) − f(x))²: what remains wrong when the models of all training sets are averaged. */
  readonly bias2: number;
  /** Var ĥ(x): how far the models of single training sets scatter about their average. */
  readonly variance: number;
  /** Variance of y about the truth: nobody can be better. */
  readonly noise: number;
  /** Expected squared error for new y at X: the sum of the three. */
  readonly error: number;
  /** Vectors with one entry per point of X. */
  readonly perPoint: { readonly bias2: NDArray; readonly variance: NDArray; readonly meanPrediction: NDArray };
}

export interface SimulatedBiasVariance extends BiasVariance {
  /** Of the simulation; they fall with 1/√repeats. */
  readonly standardErrors: { readonly bias2: number; readonly variance: number; readonly error: number };
}

export interface BiasVarianceOptions {
  /** Draws a training set; equal keys must give equal sets. */
  sample: (key: Key) => { X: NDArray; y: NDArray };
  /** f(x) = E(y | x), one number per row. */
  truth: (X: NDArray) => NDArray;
  /** σ² = Var(y | x), 0 or more. */
  noiseVariance: number;
  /** The points to judge at, "n …". */
  X: NDArray;
  fit: (X: NDArray, y: NDArray) => { predict(X: NDArray): NDArray };
  /** Number R of training sets, at least 3; a few hundred give two digits. */
  repeats: number;
  key: Key;
}

/**
 * Bias and variance of a way of fitting, by simulation: draws training sets from a known truth, fits each, and looks at how the
 * predictions at `X` lie about the truth.
 *
 *     E(y − ĥ(x))² = (E ĥ(x) − f(x))² + Var ĥ(x) + σ²
 *
 * The mean m(x) of R predictions still scatters by variance/R, so that (m − f)² alone is too large by that much: bias² is
 * (m − f)² − s²/R with s² = Σ(ĥ − m)²/(R − 1), which is unbiased and may be slightly below 0 where there is hardly any.
 * The three parts then sum to the mean of (ĥ − f)² + σ² but for rounding. Only squared error splits like this, so none
 * is offered for labels. For least squares, ridge and other smoothers at fixed points take `linearSmootherBiasVariance`: exact.
 * Standard errors: of the error from its spread over training sets, of bias² and variance by the jackknife.
 * Cost: R fits; R·n numbers are held.
 * @throws OptionError when an option is missing or out of range.
 * @throws ShapeError when `truth` or a model does not give one number per point.
 * @throws DataError when one of them is not finite (says which).
 * Source: Geman, Bienenstock & Doursat (1992), eq. 3; Efron & Tibshirani (1993), section 11.2, for the jackknife.
 *
 * @example
 * ```ts
 * import { linspace, zeros } from "steepest";
 * import { key, normal } from "steepest/random";
 * import { biasVariance } from "steepest/select";
 *
 * const X = linspace(0, 1, 10).reshape(10, 1);
 * const truth = (points: typeof X) => points.flatten().mul(2);
 * const result = biasVariance({
 *   sample: (k) => ({ X, y: truth(X).add(normal(k, [10], { std: 0.1 })) }),
 *   truth,
 *   noiseVariance: 0.01,
 *   X,
 *   fit: (_, y) => ({ predict: (points: typeof X) => zeros([points.shape[0]!]).add(y.mean()) }),
 *   repeats: 200,
 *   key: key(0),
 * });
 * console.log(result.bias2 > 0.4, result.variance < 0.0015); // true true
 * ```
 */
export function biasVariance(options: BiasVarianceOptions): SimulatedBiasVariance {
  const known = ["sample", "truth", "noiseVariance", "X", "fit", "repeats", "key"];
  const checker = new OptionChecker("biasVariance", options, known);
  for (const name of known) checker.required(name);
  checker.number("noiseVariance", 0).integer("repeats", 3).done();
  const { sample, truth, noiseVariance, X, fit, repeats, key } = options;
  const f = readOutputs("biasVariance", "truth", truth(X), X);
  const predictions: Float64Array[] = [];
  for (let r = 0; r < repeats; r++) {
    const { X: trainX, y } = sample(fold(key, r));
    predictions.push(readOutputs("biasVariance", `the model of repeat ${r}`, fit(trainX, y).predict(X), X));
  }
  return decompose(predictions, f, noiseVariance);
}

/**
 * The unbiased split and its standard errors; `predictions[r][i]` is ĥ of training set r at point i.
 *
 *     without set r:  m₍ᵣ₎ = m − e/(R − 1),  s²₍ᵣ₎ = (Σe² − e²·R/(R − 1))/(R − 2),  e = ĥᵣ − m
 */
export function decompose(
  predictions: readonly Float64Array[],
  truth: Float64Array,
  noise: number,
): SimulatedBiasVariance {
  const R = predictions.length;
  const mean = truth.map((_, i) => meanOf(predictions.map((prediction) => prediction[i]!)));
  const squares = mean.map((m, i) => predictions.reduce((sum, prediction) => sum + (prediction[i]! - m) ** 2, 0));
  const variances = squares.map((sum) => sum / (R - 1));
  const biases = mean.map((m, i) => (m - truth[i]!) ** 2 - variances[i]! / R);
  const [bias2, variance] = [meanOf(biases), meanOf(variances)];

  const without = predictions.map((prediction) => {
    let [b, v, error] = [0, 0, 0];
    for (let i = 0; i < prediction.length; i++) {
      const e = prediction[i]! - mean[i]!;
      const s2 = (squares[i]! - (e * e * R) / (R - 1)) / (R - 2);
      b += (mean[i]! - e / (R - 1) - truth[i]!) ** 2 - s2 / (R - 1);
      v += s2;
      error += (prediction[i]! - truth[i]!) ** 2;
    }
    return { bias2: b / truth.length, variance: v / truth.length, error: error / truth.length };
  });
  const spread = (part: "bias2" | "variance" | "error") => {
    const values = without.map((each) => each[part]);
    const center = meanOf(values);
    return values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  };
  return {
    bias2,
    variance,
    noise,
    error: bias2 + variance + noise,
    standardErrors: {
      bias2: Math.sqrt(((R - 1) / R) * spread("bias2")),
      variance: Math.sqrt(((R - 1) / R) * spread("variance")),
      error: Math.sqrt(spread("error") / (R - 1) / R),
    },
    perPoint: { bias2: vector(biases), variance: vector(variances), meanPrediction: vector(mean) },
  };
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

export function vector(values: Float64Array): NDArray {
  return fromTyped([values.length], values) as NDArray; // floats in, floats out
}
