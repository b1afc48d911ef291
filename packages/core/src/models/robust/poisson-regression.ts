// Regression of counts.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { DataError, OptionChecker, ShapeError } from "../../errors/index.ts";
import { checkPenalty, readTargets, readTraining, readWeights } from "../design.ts";
import { FIT_OPTIONS, type FitOptions, finished, type Regressor } from "../fitted.ts";
import { Progress } from "../progress.ts";
import { type FittedRates, fittedRates } from "./fitted-rates.ts";
import { rowVerdict } from "./judge.ts";
import { poissonRow } from "./row-loss.ts";
import { rowNewton } from "./row-newton.ts";

export interface PoissonRegressionOptions {
  /** Default 0. */
  l1?: number;
  /** Default 0. */
  l2?: number;
  /** Default true. It is not penalized. */
  intercept?: boolean;
  /** Gap to reach, relative to the deviance without features. Default 1e-6. */
  tolerance?: number;
  /** Default 100. */
  maxSteps?: number;
}

export interface PoissonRegression extends Regressor {
  readonly kind: "poissonRegression";
  fit(X: ArrayLike, y: ArrayLike, options?: FitOptions): FittedRates;
}

const KIND = "poissonRegression";

/**
 * Poisson regression: counts whose rate is the exponential of a linear function; `predict` gives rates.
 *
 *     minimize  (1/n)·Σ (μᵢ − yᵢ·log μᵢ − yᵢ + yᵢ·log yᵢ) + l1·‖w‖₁ + ½·l2·‖w‖²,   μᵢ = exp(xᵢ·w + b)
 *
 * The loss is half the deviance. With weights, (1/Σs)·Σ sᵢ·lossᵢ. `intercept` is not penalized.
 * Shapes: X "n d", y "n", 0 or more (counts, or rates). `report.gap` is half the squared Newton decrement.
 * scikit-learn's `PoissonRegressor(alpha)` is l2 = alpha.
 * @throws DataError when y holds a negative number (says the row), or only zeros: the rate then has no logarithm.
 * Source: McCullagh & Nelder (1989), chapter 6.
 *
 * @example
 * ```ts
 * import { poissonRegression } from "steepest/models";
 * const model = poissonRegression({ tolerance: 1e-14 }).fit([[0], [1], [2], [3]], [1, 2, 4, 8]);
 * console.log(model.predict([[4]]).toArray()); // [16]
 * ```
 */
export function poissonRegression(options: PoissonRegressionOptions = {}): PoissonRegression {
  const checker = new OptionChecker(KIND, options, ["l1", "l2", "intercept", "tolerance", "maxSteps"])
    .boolean("intercept")
    .number("tolerance", 0)
    .integer("maxSteps", 0);
  checkPenalty(checker, "l1", options.l1);
  checkPenalty(checker, "l2", options.l2);
  checker.done();
  const { l1 = 0, l2 = 0, intercept = true, tolerance = 1e-6, maxSteps = 100 } = options;
  return {
    kind: KIND,
    task: "regression",
    fit(X, y, fitOptions = {}) {
      new OptionChecker(`${KIND}.fit`, fitOptions, FIT_OPTIONS).boolean("strict").done();
      const design = readTraining(KIND, X);
      const { values, t } = readTargets(KIND, y, design.n);
      if (t !== 1)
        throw new ShapeError(`${KIND}: y has ${t} columns, expected one.`, { code: "targets-shape", operation: KIND });
      const weights = readWeights(KIND, fitOptions.sampleWeight, design.n);
      checkCounts(values, weights);
      const progress = new Progress(fitOptions);
      const problem = { X: design, y: values, weights, loss: poissonRow, l1, l2, intercept };
      const result = rowNewton(problem, { tolerance, maxSteps }, progress);
      const report = {
        ...rowVerdict(result, tolerance),
        solver: l1 > 0 ? "coordinate-descent" : "newton",
        history: progress.history,
        steps: progress.steps,
      };
      const coef = fromTyped([design.d], result.w) as NDArray; // f64
      const b = fromTyped([], Float64Array.of(result.b)) as NDArray;
      return finished(KIND, fittedRates(coef, b, report, { l1, l2, intercept }), fitOptions);
    },
  };
}

function checkCounts(y: Float64Array, weights: Float64Array): void {
  const row = y.findIndex((value) => value < 0);
  if (row >= 0) {
    throw new DataError(
      `${KIND}: y[${row}] is ${y[row]}; counts are 0 or more. Correct the value, or use linearRegression.`,
      {
        code: "negative-count",
        row,
        received: String(y[row]),
        expected: "0 or more",
      },
    );
  }
  if (y.some((value, i) => value > 0 && weights[i]! > 0)) return;
  throw new DataError(`${KIND}: all counts are 0, so the rate is 0 and has no logarithm. There is nothing to fit.`, {
    code: "no-counts",
  });
}
