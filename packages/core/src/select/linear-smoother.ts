// Models whose predictions at the training points are ŷ = H·y with a matrix H that does not depend on y: least squares, ridge,
// smoothing splines, kernel regression with a fixed width. All of their errors have closed forms.
import type { NDArray } from "../array/index.ts";
import { DataError, formatShape, OptionChecker, ShapeError } from "../errors/index.ts";
import { svd } from "../linalg/index.ts";
import { type BiasVariance, meanOf, vector } from "./bias-variance.ts";
import { readOutputs } from "./outputs.ts";

/**
 * H of ridge regression with a free intercept; of least squares with `l2: 0`.
 *
 *     H = Xc(XcᵀXc + n·l2·I)⁻¹Xcᵀ + 11ᵀ/n,   Xc: columns minus their means
 *
 * The penalty is that of `linearRegression`. Columns that others determine do no harm.
 * @throws ShapeError when X is not a matrix; OptionError when `l2` is negative.
 * Source: Hastie, Tibshirani & Friedman (2009), eq. 3.47.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { ridgeSmoother } from "steepest/select";
 *
 * console.log(ridgeSmoother(array([[-1], [1]]), { l2: 1 }).toNested()); // [[0.75, 0.25], [0.25, 0.75]]
 * ```
 */
export function ridgeSmoother(X: NDArray, options: { l2?: number } = {}): NDArray {
  new OptionChecker("ridgeSmoother", options, ["l2"]).number("l2", 0).done();
  const { l2 = 0 } = options;
  const [n, d] = X.shape;
  if (X.ndim !== 2 || n === undefined || d === undefined || n === 0) {
    throw new ShapeError(
      `ridgeSmoother: X has shape ${formatShape(X.shape)}, but a matrix "n d" with rows is needed.`,
      {
        code: "not-a-matrix",
        operation: "ridgeSmoother",
        shapes: [X.shape],
      },
    );
  }
  const { U, S } = svd(X.astype("f64").sub(X.astype("f64").mean(0)));
  const sizes = S.toArray();
  const least = Math.max(n, d) * Number.EPSILON * (sizes[0] ?? 0); // below, a direction is rounding
  const shares = sizes.map((s) => (s <= least ? 0 : (s * s) / (s * s + n * l2)));
  const scaled = U.mul(vector(Float64Array.from(shares)));
  return scaled.matmul(U.T).add(1 / n);
}

export interface SmootherTruth {
  /** f at the design points, "n". */
  truth: NDArray;
  /** σ², 0 or more: y = f + noise, independent from point to point. */
  noiseVariance: number;
}

export interface ExactBiasVariance extends BiasVariance {
  /** Expected mean squared error on the training values themselves. */
  readonly trainingError: number;
  /** tr H: number of coefficients for least squares, fewer with a penalty. */
  readonly degreesOfFreedom: number;
}

/**
 * Bias and variance of a linear smoother at its own design points: exact, no simulation.
 *
 *     bias² = ‖(H − I)f‖²/n    variance = σ²·tr(HHᵀ)/n    error = bias² + variance + σ²
 *     training error = bias² + σ²·tr((I − H)(I − H)ᵀ)/n
 *
 * Condition: the points are fixed and H does not depend on y; a penalty that was chosen by looking at y breaks that.
 * For least squares with p coefficients: variance σ²p/n, training error bias² + σ²(1 − p/n).
 * @throws ShapeError when H is not square, or `truth` has not one entry per row of H.
 * @throws OptionError when `noiseVariance` is negative.
 * Source: Hastie, Tibshirani & Friedman (2009), eq. 7.9 and section 7.6.
 *
 * @example
 * ```ts
 * import { array, full } from "steepest";
 * import { linearSmootherBiasVariance } from "steepest/select";
 *
 * const H = full([4, 4], 0.25); // the mean of four values
 * const { bias2, variance, error } = linearSmootherBiasVariance(H, { truth: array([0, 1, 1, 2]), noiseVariance: 1 });
 * console.log(bias2, variance, error); // 0.5 0.25 1.75
 * ```
 */
export function linearSmootherBiasVariance(H: NDArray, options: SmootherTruth): ExactBiasVariance {
  const known = ["truth", "noiseVariance"];
  const checker = new OptionChecker("linearSmootherBiasVariance", options, known);
  checker.required("truth").required("noiseVariance").number("noiseVariance", 0).done();
  const { truth, noiseVariance: noise } = options;
  const rows = smootherRows("linearSmootherBiasVariance", H);
  const n = rows.length;
  const f = readOutputs("linearSmootherBiasVariance", "truth", truth, H);
  const expected = Float64Array.from(rows, (row) => dot(row, f));
  const biases = expected.map((value, i) => (value - f[i]!) ** 2);
  const variances = Float64Array.from(rows, (row) => noise * dot(row, row));
  const [bias2, variance] = [meanOf(biases), meanOf(variances)];
  // tr((I − H)(I − H)ᵀ) as squares of its entries: the form n − 2·tr H + tr HHᵀ would cancel.
  const rest = meanOf(rows.map((row, i) => dot(row, row) - row[i]! ** 2 + (1 - row[i]!) ** 2));
  return {
    bias2,
    variance,
    noise,
    error: bias2 + variance + noise,
    trainingError: bias2 + noise * rest,
    degreesOfFreedom: n * meanOf(rows.map((row, i) => row[i]!)),
    perPoint: { bias2: vector(biases), variance: vector(variances), meanPrediction: vector(expected) },
  };
}

export interface SmootherErrors {
  /** Mean squared residual. */
  readonly trainingError: number;
  /** Mean squared error of leaving one row out, without refitting. */
  readonly leaveOneOut: number;
  /** Generalized cross-validation: the same with the mean of Hᵢᵢ in place of each. */
  readonly generalized: number;
  /** tr H. */
  readonly degreesOfFreedom: number;
  /** yᵢ minus the prediction from all rows but i, one per row. */
  readonly leaveOneOutResiduals: NDArray;
}

/**
 * Leave-one-out cross-validation of a linear smoother from one fit.
 *
 *     leave-one-out residual eᵢ/(1 − Hᵢᵢ)    generalized: n⁻¹Σeᵢ²/(1 − tr H/n)²,   e = y − Hy
 *
 * Exact for least squares and ridge. The refits that it stands for keep the whole penalty n·l2 while they have n − 1 rows: fitting
 * them one by one with `linearRegression` means l2·n/(n − 1).
 * @throws ShapeError when H is not square or y has not as many rows.
 * @throws DataError when a row alone decides its prediction (Hᵢᵢ = 1): without it there is none.
 * Source: Allen (1974), PRESS; Golub, Heath & Wahba (1979), GCV.
 *
 * @example
 * ```ts
 * import { array, full } from "steepest";
 * import { linearSmootherErrors } from "steepest/select";
 *
 * const { trainingError, leaveOneOut } = linearSmootherErrors(full([3, 3], 1 / 3), array([1, 2, 6]));
 * console.log(trainingError, leaveOneOut); // 4.666… 10.5
 * ```
 */
export function linearSmootherErrors(H: NDArray, y: NDArray): SmootherErrors {
  const rows = smootherRows("linearSmootherErrors", H);
  const targets = readOutputs("linearSmootherErrors", "y", y, H);
  const residuals = targets.map((value, i) => value - dot(rows[i]!, targets));
  const alone = rows.findIndex((row, i) => 1 - row[i]! <= rows.length * Number.EPSILON);
  if (alone >= 0) {
    throw new DataError(
      `linearSmootherErrors: H[${alone}, ${alone}] is 1, so row ${alone} alone decides its prediction and nothing predicts it when it is left out. Add a penalty (l2), or drop columns.`,
      { code: "leverage", row: alone, expected: "below 1" },
    );
  }
  const left = residuals.map((e, i) => e / (1 - rows[i]![i]!));
  const trainingError = meanOf(residuals.map((e) => e * e));
  const share = meanOf(rows.map((row, i) => row[i]!));
  return {
    trainingError,
    leaveOneOut: meanOf(left.map((e) => e * e)),
    generalized: trainingError / (1 - share) ** 2,
    degreesOfFreedom: rows.length * share,
    leaveOneOutResiduals: vector(left),
  };
}

function smootherRows(owner: string, H: NDArray): Float64Array[] {
  const [n, columns] = H.shape;
  if (H.ndim !== 2 || n === undefined || n !== columns || n === 0) {
    throw new ShapeError(
      `${owner}: H has shape ${formatShape(H.shape)}, but a square matrix "n n" is needed, with one row and one column per design point: ridgeSmoother(X, { l2 }).`,
      { code: "not-square", operation: owner, shapes: [H.shape] },
    );
  }
  const entries = Float64Array.from(H.toArray());
  return Array.from({ length: n }, (_, i) => entries.subarray(i * n, (i + 1) * n));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
