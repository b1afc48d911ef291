// Small networks as classifiers.
import { type AnyArray, type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { DataError, OptionChecker } from "../../errors/index.ts";
import { bce, crossEntropy } from "../../losses/index.ts";
import type { Label } from "../../metrics/index.ts";
import { labelName, type NumberLabels, readClasses } from "../classes.ts";
import { readTraining, readWeights } from "../design.ts";
import { FIT_OPTIONS, type FitOptions, finished, type ProbabilisticClassifier } from "../fitted.ts";
import { withClassWeights } from "../logistic/class-weight.ts";
import { CLASSIFIER, type FittedMlpClassifier, fittedMlpClassifier, savedOptions } from "./fitted-mlp.ts";
import { rowsOf, trainNetwork } from "./network.ts";
import { checkMlp, type MlpClassifierOptions } from "./options.ts";

export interface MlpClassifier extends ProbabilisticClassifier {
  readonly kind: "mlpClassifier";
  fit<L extends Label>(X: ArrayLike, y: readonly L[] | NumberLabels, options?: FitOptions): FittedMlpClassifier<L>;
}

/**
 * A network of linear layers as a classifier, trained on batches.
 *
 *     minimize  (1/n)·Σ cross-entropy(network(xᵢ), yᵢ) + ½·l2·‖W‖²        two classes: one score, log(1 + exp(−ỹᵢzᵢ))
 *
 * With weights, (1/Σs)·Σ sᵢ·lossᵢ. Shapes: X "n d", y n labels.
 * When to use: thousands of rows whose classes no plane separates. Standardize first: the start supposes columns of size 1.
 * Traps: the objective has many minima, so `report.gap` is NaN and the status never "converged"; equal keys give equal bits,
 * other keys other networks. Choose by cross-validation, not by the objective.
 * @throws DataError when y holds one class, or X holds a value that is not finite (says row and column).
 * @throws ShapeError when X has not as many rows as y. OptionError for options out of range.
 *
 * @example
 * ```ts
 * import { mlpClassifier } from "steepest/models";
 * import { adam } from "steepest/optim";
 * import { key } from "steepest/random";
 * const X = [[0, 0], [0, 1], [1, 0], [1, 1]];
 * const learner = mlpClassifier({ hidden: [8], activation: "tanh", optimizer: adam({ learningRate: 0.1 }), key: key(0) });
 * console.log(learner.fit(X, ["same", "other", "other", "same"]).predict(X)); // ["same", "other", "other", "same"]
 * ```
 */
export function mlpClassifier(options: MlpClassifierOptions): MlpClassifier {
  const settings = checkMlp(CLASSIFIER, options, ["classWeight"]);
  return {
    kind: CLASSIFIER,
    task: "classification",
    fit<L extends Label>(X: ArrayLike, y: readonly L[] | NumberLabels, fitOptions: FitOptions = {}) {
      new OptionChecker(`${CLASSIFIER}.fit`, fitOptions, FIT_OPTIONS).boolean("strict").done();
      const design = readTraining(CLASSIFIER, X);
      const { classes, codes } = readClasses<L>(CLASSIFIER, y, design.n);
      const given = readWeights(CLASSIFIER, fitOptions.sampleWeight, design.n);
      const empty = classes.findIndex((_, c) => !codes.some((code, i) => code === c && given[i]! > 0));
      if (empty >= 0) {
        throw new DataError(
          `${CLASSIFIER}: all rows of class ${labelName(classes[empty]!)} have weight 0, so nothing can be learned about it. Leave these rows out, or give them weight.`,
          { code: "one-class", received: `no weight for ${labelName(classes[empty]!)}` },
        );
      }
      const weights = withClassWeights(CLASSIFIER, given, codes, classes, options.classWeight);
      const two = classes.length === 2;
      const rows = rowsOf(design, weights, (kept) => {
        const own = kept.map((row) => codes[row]!);
        return fromTyped([own.length], two ? Float64Array.from(own) : own);
      });
      const { params, report } = trainNetwork(
        { owner: CLASSIFIER, settings, outputs: two ? 1 : classes.length, loss: two ? binary : several },
        rows,
        fitOptions,
      );
      const parts = { classes, params, activation: settings.activation, report, options: savedOptions(settings) };
      return finished(CLASSIFIER, fittedMlpClassifier(parts), fitOptions);
    },
  };
}

const binary = (z: NDArray, y: AnyArray, weights: NDArray) =>
  bce(z.flatten(), y as NDArray, { weights, normalizeBy: "count" });

const several = (z: NDArray, y: AnyArray, weights: NDArray) =>
  crossEntropy(z, y as NDArray<"int">, { weights, normalizeBy: "count" });
