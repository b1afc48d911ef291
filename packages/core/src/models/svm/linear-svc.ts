// Linear support vector classification in the primal, for many rows.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { OptionChecker } from "../../errors/index.ts";
import type { Label } from "../../metrics/index.ts";
import { type Classes, type NumberLabels, readClasses } from "../classes.ts";
import { type Design, readTraining, readWeights } from "../design.ts";
import { FIT_OPTIONS, type FitOptions, type FitReport, finished } from "../fitted.ts";
import { type ClassWeight, withClassWeights } from "../logistic/class-weight.ts";
import { Progress } from "../progress.ts";
import { rowVerdict } from "../robust/judge.ts";
import { squaredHingeRow } from "../robust/row-loss.ts";
import { rowNewton } from "../robust/row-newton.ts";
import { type FittedLinearClassifier, fittedLinearClassifier } from "./fitted-linear-classifier.ts";
import { linearKernel } from "./kernel.ts";
import { trainSvc } from "./machine.ts";
import { fitKernel, reportOf, smoOptions } from "./options.ts";
import { checkClassWeight, checkEveryClassCounts } from "./svc.ts";

export interface LinearSvcOptions {
  /** Price of violations; not divided by the number of rows. Default 1. */
  C?: number;
  /** "squared-hinge" (default): Newton in the primal, fast for many rows. "hinge": the machine of `svc`, by its dual. */
  loss?: "hinge" | "squared-hinge";
  /** Multiplies C. Default: every class the same. */
  classWeight?: ClassWeight;
  /** Default true. It is not penalized, other than in liblinear. */
  intercept?: boolean;
  /** Gap to reach: relative to the objective without features for "squared-hinge", KKT violation for "hinge". Default 1e-6. */
  tolerance?: number;
  /** Default 100 Newton steps; 10⁷ pairs for "hinge". */
  maxSteps?: number;
}

export interface LinearSvc {
  readonly kind: "linearSvc";
  readonly task: "classification";
  fit<L extends Label>(X: ArrayLike, y: readonly L[] | NumberLabels, options?: FitOptions): FittedLinearClassifier<L>;
}

const KIND = "linearSvc";

/**
 * Linear support vector classification; several classes one against the rest.
 *
 *     minimize  ½‖w‖² + Σ Cᵢ·max(0, 1 − ỹᵢ(xᵢ·w + b))ᵖ        p = 2 for "squared-hinge", 1 for "hinge"
 *
 * Shapes: X "n d", y n labels; `coef` is "d", or "d k" for k > 2 classes. Cost: n·d²/2 per Newton step.
 * liblinear penalizes the intercept: for its numbers append a column of ones and take `intercept: false`.
 * @throws OptionError when C is not positive, or "hinge" is asked for without intercept; DataError when y holds one class.
 * Source: Keerthi & DeCoste (2005) for Newton's method on the squared hinge.
 *
 * @example
 * ```ts
 * import { linearSvc } from "steepest/models";
 * const model = linearSvc({ C: 10 }).fit([[0], [1], [3], [4]], ["low", "low", "high", "high"]);
 * console.log(model.predict([[0.5], [3.5]])); // ["low", "high"]
 * ```
 */
export function linearSvc(options: LinearSvcOptions = {}): LinearSvc {
  const checker = new OptionChecker(KIND, options, ["C", "loss", "classWeight", "intercept", "tolerance", "maxSteps"])
    .number("C", 0, Infinity, true)
    .oneOf("loss", ["hinge", "squared-hinge"])
    .boolean("intercept")
    .number("tolerance", 0, Infinity, true)
    .integer("maxSteps", 0);
  const { C = 1, loss = "squared-hinge", classWeight, intercept = true, tolerance = 1e-6, maxSteps } = options;
  checkClassWeight(checker, classWeight);
  if (loss === "hinge" && !intercept)
    checker.fail("intercept", 'loss "hinge" is solved with an intercept; leave intercept out.');
  checker.done();
  return {
    kind: KIND,
    task: "classification",
    fit<L extends Label>(X: ArrayLike, y: readonly L[] | NumberLabels, fitOptions: FitOptions = {}) {
      new OptionChecker(`${KIND}.fit`, fitOptions, FIT_OPTIONS).boolean("strict").done();
      const design: Design = readTraining(KIND, X);
      const labels: Classes<L> = readClasses<L>(KIND, y, design.n);
      const { classes, codes } = labels;
      const sample = readWeights(KIND, fitOptions.sampleWeight, design.n);
      checkEveryClassCounts(KIND, sample, labels);
      const weights = withClassWeights(KIND, sample, codes, classes, classWeight);
      const k = classes.length === 2 ? 1 : classes.length;
      const progress = new Progress(fitOptions);
      const machines = Array.from({ length: k }, (_, c) => {
        const positive = k === 1 ? 1 : c;
        const signs = Float64Array.from(codes, (code) => (code === positive ? 1 : -1));
        return loss === "hinge"
          ? byDual(design, signs, weights, C, { tolerance, ...(maxSteps !== undefined && { maxSteps }) }, fitOptions)
          : byNewton(design, signs, weights, C, intercept, { tolerance, maxSteps: maxSteps ?? 100 }, progress);
      });
      const coef = new Float64Array(design.d * k);
      machines.forEach(({ w }, c) => {
        for (let j = 0; j < design.d; j++) coef[j * k + c] = w[j]!;
      });
      const worst = machines.find(({ report }) => report.status !== "converged") ?? machines[0]!;
      const report: FitReport = {
        ...worst.report,
        objective: machines.reduce((sum, machine) => sum + machine.report.objective, 0),
        gap: machines.reduce((sum, machine) => sum + machine.report.gap, 0),
        history: progress.history,
        steps: machines.reduce((sum, machine) => sum + machine.report.steps, 0),
      };
      const model = fittedLinearClassifier({
        kind: KIND,
        classes,
        coef: fromTyped(k === 1 ? [design.d] : [design.d, k], coef) as NDArray, // f64
        intercept: fromTyped(
          k === 1 ? [] : [k],
          Float64Array.from(machines, ({ b }) => b),
        ) as NDArray,
        report,
        options: { C, loss, intercept, tolerance, ...(classWeight !== undefined && { classWeight }) },
      });
      return finished(KIND, model, fitOptions);
    },
  };
}

interface LinearMachine {
  readonly w: Float64Array;
  readonly b: number;
  readonly report: FitReport;
}

/** P·C·S is the objective: its mean loss and ½·l2·‖w‖² with l2 = 1/(C·S). */
function byNewton(
  X: Design,
  y: Float64Array,
  weights: Float64Array,
  C: number,
  intercept: boolean,
  options: { tolerance: number; maxSteps: number },
  progress: Progress,
): LinearMachine {
  const scale = C * weights.reduce((sum, s) => sum + s, 0);
  const before = progress.history.length;
  const problem = { X, y, weights, loss: squaredHingeRow, l1: 0, l2: 1 / scale, intercept };
  const result = rowNewton(problem, options, progress);
  const { status, message } = rowVerdict(result, options.tolerance);
  const steps = Math.max(0, progress.history.length - before - 1);
  const numbers = { objective: result.objective * scale, gap: result.gap * scale };
  return { w: result.w, b: result.b, report: { status, message, solver: "newton", ...numbers, history: [], steps } };
}

function byDual(
  X: Design,
  y: Float64Array,
  weights: Float64Array,
  C: number,
  options: { tolerance: number; maxSteps?: number },
  fitOptions: FitOptions,
): LinearMachine {
  const kernel = fitKernel(KIND, linearKernel(), X);
  const rows = Int32Array.from(weights.keys()).filter((i) => weights[i]! > 0);
  const kept: Design = { n: rows.length, d: X.d, values: new Float64Array(rows.length * X.d) };
  rows.forEach((row, i) => {
    kept.values.set(X.values.subarray(row * X.d, (row + 1) * X.d), i * X.d);
  });
  const { gram } = fitKernel(KIND, linearKernel(), kept);
  const limits = Float64Array.from(rows, (row) => C * weights[row]!);
  const signs = Int8Array.from(rows, (row) => y[row]!);
  const machine = trainSvc(gram, signs, limits, smoOptions(options, gram.n, fitOptions));
  const w = new Float64Array(X.d);
  machine.beta.forEach((beta, i) => {
    if (beta !== 0) for (let j = 0; j < X.d; j++) w[j] = w[j]! + beta * kept.values[i * X.d + j]!;
  });
  return { w, b: machine.b, report: reportOf([machine], kernel, options) };
}
