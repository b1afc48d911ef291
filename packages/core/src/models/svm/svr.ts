// Support vector regression: ε-SVR and ν-SVR.
import type { ArrayLike } from "../../array/index.ts";
import { OptionChecker, ShapeError } from "../../errors/index.ts";
import { readTargets, readTraining, readWeights } from "../design.ts";
import { FIT_OPTIONS, type FitOptions, finished, type Regressor } from "../fitted.ts";
import { type FittedSvr, fittedSvr, functionParts } from "./fitted-function.ts";
import { type GramSource, gramOfRows } from "./kernel-rows.ts";
import { type Machine, trainNuSvr, trainSvr } from "./machine.ts";
import { savedSvm } from "./one-against-one.ts";
import { checkSvm, fitKernel, reportOf, SVM_OPTIONS, type SvmOptions, smoOptions } from "./options.ts";
import { solverOf } from "./svc.ts";

export interface Svr extends Regressor {
  readonly kind: "svr" | "nuSvr";
  fit(X: ArrayLike, y: ArrayLike, options?: FitOptions): FittedSvr;
}

export interface SvrOptions extends SvmOptions {
  /** Price of errors beyond the tube, libsvm's: it is not divided by the number of rows. Default 1. */
  C?: number;
  /** Errors up to here are free, in units of y. Default 0.1. */
  epsilon?: number;
}

/**
 * Support vector regression: errors inside of a tube are free, those beyond it have a price.
 *
 *     minimize  ½‖w‖² + Σ Cᵢ·max(0, |yᵢ − w·φ(xᵢ) − b| − ε)        Cᵢ = C·sampleWeight
 *
 * Shapes: X "n d", y "n". Units: `epsilon` is in units of y; kernels see the units of the features, so standardize first.
 * Certificate: `report.gap` is the duality gap.
 * @throws OptionError when C is not positive or epsilon negative; DataError for values that are not finite.
 * @throws ShapeError for several targets.
 * Source: Drucker, Burges, Kaufman, Smola & Vapnik (1997); Chang & Lin (2011).
 *
 * @example
 * ```ts
 * import { linearKernel, svr } from "steepest/models";
 * const model = svr({ kernel: linearKernel(), C: 10, epsilon: 0.5 }).fit([[0], [1], [2]], [0, 1, 2]);
 * console.log(model.predict([[0], [2]]).toArray()); // [0.5, 1.5]
 * ```
 */
export function svr(options: SvrOptions = {}): Svr {
  const checker = new OptionChecker("svr", options, [...SVM_OPTIONS, "C", "epsilon"]);
  checkSvm(checker, options).number("C", 0, Infinity, true).number("epsilon", 0).done();
  const { C = 1, epsilon = 0.1 } = options;
  return regression("svr", options, { C, epsilon }, (gram, y, weights, fitOptions) => {
    const limits = weights.map((weight) => C * weight);
    return trainSvr(gram, y, limits, epsilon, smoOptions(options, gram.n, fitOptions), solverOf("svr", options));
  });
}

export interface NuSvrOptions extends SvmOptions {
  /** Price of errors beyond the tube. Default 1. */
  C?: number;
  /** At most this share of rows is outside of the tube. Default 0.5. */
  nu?: number;
}

/**
 * Support vector regression whose tube is as wide as a share `nu` of rows outside of it asks for: `epsilon` is found.
 *
 *     minimize  ½‖w‖² + C·(ν·n·ε + Σ max(0, |yᵢ − w·φ(xᵢ) − b| − ε))
 *
 * @throws OptionError when C is not positive or nu not in (0, 1]; ShapeError for several targets.
 * Source: Schölkopf, Smola, Williamson & Bartlett (2000).
 *
 * @example
 * ```ts
 * import { linearKernel, nuSvr } from "steepest/models";
 * const model = nuSvr({ kernel: linearKernel(), C: 10, nu: 0.5 }).fit([[0], [1], [2], [3]], [0, 1, 2, 3]);
 * console.log(model.predict([[1.5]]).toArray()); // [1.5]
 * ```
 */
export function nuSvr(options: NuSvrOptions = {}): Svr {
  const checker = new OptionChecker("nuSvr", options, [...SVM_OPTIONS, "C", "nu"]);
  checkSvm(checker, options).number("C", 0, Infinity, true).number("nu", 0, 1, true).done();
  const { C = 1, nu = 0.5 } = options;
  return regression("nuSvr", options, { C, nu }, (gram, y, weights, fitOptions) => {
    const limits = weights.map((weight) => C * weight);
    return trainNuSvr(gram, y, limits, nu, smoOptions(options, gram.n, fitOptions), solverOf("nuSvr", options));
  });
}

type RegressionTrainer = (gram: GramSource, y: Float64Array, weights: Float64Array, fitOptions: FitOptions) => Machine;

function regression(
  kind: "svr" | "nuSvr",
  options: SvmOptions,
  saved: Readonly<Record<string, number>>,
  train: RegressionTrainer,
): Svr {
  return {
    kind,
    task: "regression",
    fit(X, y, fitOptions = {}) {
      new OptionChecker(`${kind}.fit`, fitOptions, FIT_OPTIONS).boolean("strict").done();
      const design = readTraining(kind, X);
      const targets = readTargets(kind, y, design.n);
      if (targets.t !== 1) {
        throw new ShapeError(
          `${kind}: y has ${targets.t} columns, but one machine has one target. Fit one per column.`,
          {
            code: "targets-shape",
            operation: kind,
          },
        );
      }
      const weights = readWeights(kind, fitOptions.sampleWeight, design.n);
      const rows = Int32Array.from(weights.keys()).filter((i) => weights[i]! > 0);
      const kernel = fitKernel(kind, options.kernel, design);
      const gram = rows.length === design.n ? kernel.gram : gramOfRows(kernel.gram, rows);
      const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
      const machine = train(gram, pick(targets.values), pick(weights), fitOptions);
      const report = reportOf([machine], kernel, options);
      const own = { ...savedSvm(options), ...saved };
      return finished(kind, fittedSvr(functionParts(kind, design, rows, machine, kernel, report, own)), fitOptions);
    },
  };
}
