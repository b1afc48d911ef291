// The one-class machine: where the data are.
import type { ArrayLike } from "../../array/index.ts";
import { OptionChecker } from "../../errors/index.ts";
import { readTraining, readWeights } from "../design.ts";
import { FIT_OPTIONS, type FitOptions, finished } from "../fitted.ts";
import { type FittedOneClass, fittedOneClass, functionParts } from "./fitted-function.ts";
import { gramOfRows } from "./kernel-rows.ts";
import { trainOneClass } from "./machine.ts";
import { savedSvm } from "./one-against-one.ts";
import { checkSvm, fitKernel, reportOf, SVM_OPTIONS, type SvmOptions, smoOptions } from "./options.ts";
import { solverOf } from "./svc.ts";

export interface OneClassOptions extends SvmOptions {
  /** At most this share of rows is outside, and at least this share are support vectors. Default 0.5. */
  nu?: number;
}

export interface OneClass {
  readonly kind: "oneClass";
  fit(X: ArrayLike, options?: FitOptions): FittedOneClass;
}

/**
 * One-class machine: a region that holds all but a share `nu` of the rows, for novelty and outliers.
 *
 *     minimize  ½‖w‖² − ν·n·ρ + Σ max(0, ρ − w·φ(xᵢ));   inside where w·φ(x) ≥ ρ
 *
 * @throws OptionError when nu is not in (0, 1]; DataError for values that are not finite.
 * Source: Schölkopf, Platt, Shawe-Taylor, Smola & Williamson (2001).
 *
 * @example
 * ```ts
 * import { oneClass, rbf } from "steepest/models";
 * const model = oneClass({ nu: 0.5, kernel: rbf({ gamma: 1 }) }).fit([[0], [0.1], [0.2], [0.3]]);
 * console.log(model.predict([[0.15], [5]])); // [1, -1]
 * ```
 */
export function oneClass(options: OneClassOptions = {}): OneClass {
  const checker = new OptionChecker("oneClass", options, [...SVM_OPTIONS, "nu"]);
  checkSvm(checker, options).number("nu", 0, 1, true).done();
  const { nu = 0.5 } = options;
  return {
    kind: "oneClass",
    fit(X, fitOptions = {}) {
      new OptionChecker("oneClass.fit", fitOptions, FIT_OPTIONS).boolean("strict").done();
      const design = readTraining("oneClass", X);
      const weights = readWeights("oneClass", fitOptions.sampleWeight, design.n);
      const rows = Int32Array.from(weights.keys()).filter((i) => weights[i]! > 0);
      const kernel = fitKernel("oneClass", options.kernel, design);
      const gram = rows.length === design.n ? kernel.gram : gramOfRows(kernel.gram, rows);
      const limits = Float64Array.from(rows, (row) => weights[row]!);
      const smo = smoOptions(options, gram.n, fitOptions);
      const machine = trainOneClass(gram, limits, nu, smo, solverOf("oneClass", options));
      const report = reportOf([machine], kernel, options);
      const parts = functionParts("oneClass", design, rows, machine, kernel, report, { ...savedSvm(options), nu });
      return finished("oneClass", fittedOneClass(parts), fitOptions);
    },
  };
}
