// Support vector classifiers: C-SVC and ν-SVC.
import type { ArrayLike } from "../../array/index.ts";
import { DataError, formatNumber, OptionChecker, OptionError } from "../../errors/index.ts";
import type { Label } from "../../metrics/index.ts";
import { type Classes, labelName, type NumberLabels, readClasses } from "../classes.ts";
import { type Design, readTraining, readWeights } from "../design.ts";
import { FIT_OPTIONS, type FitOptions, finished, type Probabilistic } from "../fitted.ts";
import { type ClassWeight, classTotals, withClassWeights } from "../logistic/class-weight.ts";
import { qpDual } from "./dual-by-qp.ts";
import { type FittedSvc, fittedSvc } from "./fitted-svc.ts";
import { trainNuSvc, trainSvc } from "./machine.ts";
import { type Calibration, fitPairs, savedSvm, type Trainer } from "./one-against-one.ts";
import { checkSvm, fitKernel, reportOf, SVM_OPTIONS, type SvmOptions, smoOptions } from "./options.ts";

export interface SvcOptions extends SvmOptions {
  /** Price of violations, libsvm's: it is not divided by the number of rows. Default 1. */
  C?: number;
  /** Multiplies C. Default: every class the same. */
  classWeight?: ClassWeight;
  /** Adds `predictProba`: Platt's sigmoid on decisions of rows held out. Default: none. */
  probability?: Calibration;
}

export interface Svc {
  readonly kind: "svc" | "nuSvc";
  readonly task: "classification";
  fit<L extends Label>(X: ArrayLike, y: readonly L[] | NumberLabels, options?: FitOptions): FittedSvc<L>;
}

export interface ProbabilisticSvc {
  readonly kind: "svc";
  readonly task: "classification";
  fit<L extends Label>(
    X: ArrayLike,
    y: readonly L[] | NumberLabels,
    options?: FitOptions,
  ): FittedSvc<L> & Probabilistic;
}

/**
 * Support vector classification: the widest margin between two classes, violations at a price; several classes one against one.
 *
 *     minimize  ½‖w‖² + Σ Cᵢ·max(0, 1 − ỹᵢ(w·φ(xᵢ) + b))        ỹ = ±1, Cᵢ = C·classWeight·sampleWeight
 *
 * Shapes: X "n d", y n labels. Two classes: margins are positive for the later one.
 * Units: kernels see the units of the features, so standardize first if they differ.
 * Certificate: `report.gap` is the duality gap; `report.status` says whether the KKT violation is within `tolerance`.
 * Probabilities come from another fit than `predict`, and may disagree with it where classes are near each other.
 * @throws OptionError when C is not positive; DataError when y holds one class, or X a value that is not finite.
 * @throws ShapeError when X has not as many rows as y.
 * Source: Cortes & Vapnik (1995); Chang & Lin (2011) for the solver; Platt (2000) for probabilities.
 *
 * @example
 * ```ts
 * import { linearKernel, svc } from "steepest/models";
 * const model = svc({ kernel: linearKernel(), C: 100 }).fit([[1, 2], [2, 3], [0, 0], [1, 0]], [1, 1, -1, -1]);
 * console.log(model.coef?.toArray(), model.intercept.item(), model.margin); // [0, 1] -1 2
 * ```
 */
export function svc(options: SvcOptions & { probability: Calibration }): ProbabilisticSvc;
export function svc(options?: SvcOptions): Svc;
export function svc(options: SvcOptions = {}): Svc {
  const checker = new OptionChecker("svc", options, [...SVM_OPTIONS, "C", "classWeight", "probability"]);
  checkSvm(checker, options).number("C", 0, Infinity, true);
  checkClassWeight(checker, options.classWeight);
  checkCalibration(checker, options.probability);
  checker.done();
  const { C = 1, classWeight, probability } = options;
  return classifier(
    "svc",
    options,
    classWeight,
    probability,
    (fitOptions) => (gram, signs, weights) => {
      const limits = weights.map((weight) => C * weight);
      return trainSvc(gram, signs, limits, smoOptions(options, gram.n, fitOptions), solverOf("svc", options));
    },
    { C, ...savedWeights(classWeight) },
  );
}

export interface NuSvcOptions extends SvmOptions {
  /** At least the share of support vectors, at most that of margin violations. Default 0.5. */
  nu?: number;
  /** Multiplies the weight of rows. Default: every class the same. */
  classWeight?: ClassWeight;
}

/**
 * Support vector classification by a share: `nu` bounds the share of rows inside of the margin from above, and that of support
 * vectors from below.
 *
 *     minimize  ½‖w‖² − ν·ρ + (1/n)·Σ max(0, ρ − ỹᵢ(w·φ(xᵢ) + b)),   then divided by ρ
 *
 * It is C-SVC for some C; `nu` is easier to name than C.
 * @throws OptionError when nu is larger than 2·(rows of the smaller class)/n: no solution has so many violations.
 * Source: Schölkopf, Smola, Williamson & Bartlett (2000).
 *
 * @example
 * ```ts
 * import { linearKernel, nuSvc } from "steepest/models";
 * const model = nuSvc({ nu: 0.5, kernel: linearKernel() }).fit([[0], [1], [3], [4]], ["low", "low", "high", "high"]);
 * console.log(model.predict([[1.5], [2.5]])); // ["low", "high"]
 * ```
 */
export function nuSvc(options: NuSvcOptions = {}): Svc {
  const checker = new OptionChecker("nuSvc", options, [...SVM_OPTIONS, "nu", "classWeight"]);
  checkSvm(checker, options).number("nu", 0, 1, true);
  checkClassWeight(checker, options.classWeight);
  checker.done();
  const { nu = 0.5, classWeight } = options;
  return classifier(
    "nuSvc",
    options,
    classWeight,
    undefined,
    (fitOptions) => (gram, signs, limits) => {
      const sums = [1, -1].map((sign) => limits.reduce((sum, s, i) => sum + (signs[i] === sign ? s : 0), 0)) as [
        number,
        number,
      ];
      const most = (2 * Math.min(...sums)) / (sums[0] + sums[1]);
      if (nu > most * (1 + 1e-12)) {
        throw new OptionError(
          `nuSvc: nu ${formatNumber(nu)} is larger than 2·(smaller class)/n = ${formatNumber(most)}, so no margin has so many violations. Lower nu.`,
          { code: "nu-infeasible", option: "nu" },
        );
      }
      return trainNuSvc(gram, signs, limits, nu, smoOptions(options, gram.n, fitOptions), solverOf("nuSvc", options));
    },
    { nu, ...savedWeights(classWeight) },
  );
}

function classifier(
  kind: "svc" | "nuSvc",
  options: SvmOptions,
  classWeight: ClassWeight | undefined,
  probability: Calibration | undefined,
  trainer: (fitOptions: FitOptions) => Trainer,
  saved: Readonly<Record<string, number | "balanced" | Readonly<Record<string, number>>>>,
): Svc {
  return {
    kind,
    task: "classification",
    fit<L extends Label>(X: ArrayLike, y: readonly L[] | NumberLabels, fitOptions: FitOptions = {}) {
      new OptionChecker(`${kind}.fit`, fitOptions, FIT_OPTIONS).boolean("strict").done();
      const design: Design = readTraining(kind, X);
      const classes: Classes<L> = readClasses<L>(kind, y, design.n);
      const k = classes.classes.length;
      const sample = readWeights(kind, fitOptions.sampleWeight, design.n);
      checkEveryClassCounts(kind, sample, classes);
      const weights = withClassWeights(kind, sample, classes.codes, classes.classes, classWeight);
      if (probability !== undefined) checkFolds(kind, classes, probability.folds);
      const kernel = fitKernel(kind, options.kernel, design);
      const fitted = fitPairs(design, classes.codes, k, weights, kernel, trainer(fitOptions), probability);
      const report = reportOf(fitted.machines, kernel, options);
      const { squaredNorm } = fitted.machines[0]!;
      const margin = k === 2 && squaredNorm > 0 ? 2 / Math.sqrt(squaredNorm) : undefined;
      const own = { ...savedSvm(options), ...saved };
      const model = fittedSvc({
        kind,
        classes: classes.classes,
        features: design.d,
        ...fitted,
        margin,
        report,
        options: own,
      });
      return finished(kind, model, fitOptions);
    },
  };
}

export function solverOf(owner: string, { solver, tolerance = 1e-3 }: SvmOptions): typeof qpDual | undefined {
  return solver === "qp" ? (problem, options) => qpDual(problem, { ...options, tolerance }, owner) : undefined;
}

function savedWeights(classWeight: ClassWeight | undefined): { classWeight?: ClassWeight } {
  return classWeight === undefined ? {} : { classWeight };
}

export function checkClassWeight(checker: OptionChecker, classWeight: unknown): void {
  if (classWeight === undefined || classWeight === "balanced" || typeof classWeight === "object") return;
  checker.fail("classWeight", 'classWeight must be "balanced" or an object such as { yes: 2 }.');
}

function checkCalibration(checker: OptionChecker, probability: Calibration | undefined): void {
  if (probability === undefined) return;
  const { folds, key } = probability;
  if (Number.isInteger(folds) && folds >= 2 && key !== undefined) return;
  checker.fail(
    "probability",
    "probability must be { folds, key } with 2 folds or more, such as { folds: 5, key: key(0) }.",
  );
}

export function checkEveryClassCounts(kind: string, weights: Float64Array, { classes, codes }: Classes<Label>): void {
  const empty = classTotals(weights, codes, classes.length).indexOf(0);
  if (empty < 0) return;
  throw new DataError(
    `${kind}: all rows of class ${labelName(classes[empty]!)} have weight 0, so nothing can be learned about it. Leave these rows out, or give them weight.`,
    { code: "one-class", received: `no weight for ${labelName(classes[empty]!)}` },
  );
}

function checkFolds(kind: string, { classes, codes }: Classes<Label>, folds: number): void {
  const counts = classTotals(new Float64Array(codes.length).fill(1), codes, classes.length);
  const few = counts.findIndex((count) => count < folds);
  if (few < 0) return;
  throw new DataError(
    `${kind}: class ${labelName(classes[few]!)} has ${counts[few]} rows, fewer than the ${folds} folds of its probabilities. Take fewer folds.`,
    { code: "too-few-rows", received: String(counts[few]), expected: `at least ${folds}` },
  );
}
