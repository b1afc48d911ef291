// Small networks as regressions.

import { type AnyArray, type ArrayLike, fromTyped, type NDArray, type Scalar } from "../../array/index.ts";
import { OptionChecker } from "../../errors/index.ts";
import { readTargets, readTraining, readWeights, type Targets } from "../design.ts";
import { FIT_OPTIONS, type FitOptions, finished, type Regressor } from "../fitted.ts";
import { type FittedMlpRegressor, fittedMlpRegressor, REGRESSOR, savedOptions } from "./fitted-mlp.ts";
import { type Network, rowsOf, trainNetwork } from "./network.ts";
import { checkMlp, type MlpRegressorOptions } from "./options.ts";

export interface MlpRegressor extends Regressor {
  readonly kind: "mlpRegressor";
  fit(X: ArrayLike, y: ArrayLike, options?: FitOptions): FittedMlpRegressor;
}

/**
 * A network of linear layers as a regression, trained on batches.
 *
 *     minimize  (1/n)·Σ ½‖network(xᵢ) − yᵢ‖² + ½·l2·‖W‖²
 *
 * With weights, (1/Σs)·Σ sᵢ·lossᵢ. Shapes: X "n d", y "n" or "n t".
 * When to use: thousands of rows and a smooth function that no plane fits. Standardize X, and bring y to size 1: the start
 * supposes it; `scaleTarget` does that, and undoes it.
 * Traps: those of `mlpClassifier`; outside of the data a network goes on in straight lines (relu) or not at all (tanh).
 * @throws DataError when X or y holds a value that is not finite (says row and column).
 * @throws ShapeError when X has not as many rows as y. OptionError for options out of range.
 *
 * @example
 * ```ts
 * import { mlpRegressor } from "steepest/models";
 * import { adam } from "steepest/optim";
 * import { key } from "steepest/random";
 * const X = Array.from({ length: 41 }, (_, i) => [i / 10 - 2]);
 * const y = X.map(([x]) => Math.sin(2 * x!));
 * const learner = mlpRegressor({ hidden: [16], activation: "tanh", optimizer: adam({ learningRate: 0.03 }), key: key(0) });
 * console.log(learner.fit(X, y).score(X, y) > 0.99); // true
 * ```
 */
export function mlpRegressor(options: MlpRegressorOptions): MlpRegressor {
  const settings = checkMlp(REGRESSOR, options, ["scaleTarget"]);
  new OptionChecker(REGRESSOR, { scaleTarget: options.scaleTarget }, ["scaleTarget"]).boolean("scaleTarget").done();
  return {
    kind: REGRESSOR,
    task: "regression",
    fit(X, y, fitOptions: FitOptions = {}) {
      new OptionChecker(`${REGRESSOR}.fit`, fitOptions, FIT_OPTIONS).boolean("strict").done();
      const design = readTraining(REGRESSOR, X);
      const targets = readTargets(REGRESSOR, y, design.n);
      const weights = readWeights(REGRESSOR, fitOptions.sampleWeight, design.n);
      const { t } = targets;
      const scales = options.scaleTarget === true ? scalesOf(targets, weights) : undefined;
      const values = scales === undefined ? targets.values : scaled(targets, scales);
      const rows = rowsOf(design, weights, (kept) => {
        const own = new Float64Array(kept.length * t);
        kept.forEach((row, i) => {
          own.set(values.subarray(row * t, (row + 1) * t), i * t);
        });
        return fromTyped([kept.length, t], own);
      });
      const trained = trainNetwork({ owner: REGRESSOR, settings, outputs: t, loss }, rows, fitOptions);
      const { report } = trained;
      const params = scales === undefined ? trained.params : scaledBack(trained.params, scales);
      const { activation } = settings;
      const parts = { vector: targets.vector, params, activation, report, options: savedOptions(settings) };
      return finished(REGRESSOR, fittedMlpRegressor(parts), fitOptions);
    },
  };
}

interface Scale {
  readonly mean: number;
  /** Weighted; 1 for a target that is constant. */
  readonly deviation: number;
}

function scalesOf({ t, values }: Targets, weights: Float64Array): Scale[] {
  const total = weights.reduce((sum, s) => sum + s, 0);
  const meanOf = (of: (row: number) => number): number =>
    weights.reduce((sum, s, row) => (s === 0 ? sum : sum + s * of(row)), 0) / total;
  return Array.from({ length: t }, (_, c) => {
    const mean = meanOf((row) => values[row * t + c]!);
    const deviation = Math.sqrt(meanOf((row) => (values[row * t + c]! - mean) ** 2));
    return { mean, deviation: deviation > 0 ? deviation : 1 };
  });
}

function scaled({ t, values }: Targets, scales: readonly Scale[]): Float64Array {
  return values.map((value, at) => {
    const { mean, deviation } = scales[at % t]!;
    return (value - mean) / deviation;
  });
}

/** W·diag(s) and b∘s + m in the last layer. */
function scaledBack(params: Network, scales: readonly Scale[]): Network {
  const deviations = scales.map(({ deviation }) => deviation);
  const means = scales.map(({ mean }) => mean);
  const { weight, bias } = params.at(-1)!;
  return [...params.slice(0, -1), { weight: weight.mul(deviations), bias: bias.mul(deviations).add(means) }];
}

const loss = (z: NDArray, y: AnyArray, weights: NDArray): Scalar =>
  z
    .sub(y as NDArray) // floats, made above
    .square()
    .sum(1)
    .mul(weights)
    .mean()
    .mul(0.5) as Scalar;
