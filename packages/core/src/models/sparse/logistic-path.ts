// Logistic regression with an l1 or elastic-net penalty for many strengths, from large to small.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { OptionChecker } from "../../errors/index.ts";
import type { Label } from "../../metrics/index.ts";
import { type NumberLabels, readClasses } from "../classes.ts";
import { readTraining, readWeights } from "../design.ts";
import { FIT_OPTIONS, type FitOptions } from "../fitted.ts";
import { type FittedLogistic, fittedLogistic } from "../logistic/fitted-logistic.ts";
import { logisticWeights } from "../logistic/logistic-regression.ts";
import { nullModel, type Problem } from "../logistic/problem.ts";
import { Progress } from "../progress.ts";
import type { DescentResult } from "./coordinate-descent.ts";
import type { RegularizationPath } from "./linear-path.ts";
import { checkPath, type PathOptions, splitStrength, strengthsFrom } from "./path-options.ts";
import { proximalNewton } from "./proximal-newton.ts";
import {
  type CenteredLogistic,
  centeredLogistic,
  largestLogisticStrength,
  logisticVerdict,
  uncentered,
} from "./sparse-logistic.ts";

export interface LogisticPath {
  readonly kind: "logisticPath";
  fit<L extends Label>(
    X: ArrayLike,
    y: readonly L[] | NumberLabels,
    options?: FitOptions,
  ): RegularizationPath<FittedLogistic<L>>;
}

const PATH = "logisticPath";

/**
 * Logistic regression along a path of strengths s: l1 = s·l1Ratio, l2 = s·(1 − l1Ratio); two or more classes.
 *
 *     minimize  (1/n)·Σ lossᵢ + l1·‖W‖₁ + ½·l2·‖W‖²
 *
 * Shapes: X "n d", y n labels. Each point starts at the solution of the one before and has its own duality gap.
 * Default strengths: 100, geometric from the smallest one that leaves no coefficient, to 1e-3 of it.
 * @throws OptionError when l1Ratio is 0 and no strengths are given; DataError when y holds one class.
 * Source: Friedman, Hastie & Tibshirani (2010), sections 3 and 4.
 *
 * @example
 * ```ts
 * import { logisticPath } from "steepest/models";
 * const path = logisticPath({ count: 3 }).fit([[0.2, 1], [0.9, 0], [1.4, 1], [2.2, 0]], ["no", "no", "yes", "yes"]);
 * console.log(path.nonzeros[0], path.at(0.05).predict([[2, 0]])); // 0 ["yes"]
 * ```
 */
export function logisticPath(options: PathOptions = {}): LogisticPath {
  checkPath(PATH, options);
  return {
    kind: PATH,
    fit<L extends Label>(X: ArrayLike, y: readonly L[] | NumberLabels, fitOptions: FitOptions = {}) {
      new OptionChecker(`${PATH}.fit`, fitOptions, FIT_OPTIONS).boolean("strict").done();
      const { n, d, values } = readTraining(PATH, X);
      const { classes, codes } = readClasses<L>(PATH, y, n);
      const weights = readWeights(PATH, fitOptions.sampleWeight, n);
      const problem: Problem = {
        n,
        d,
        k: classes.length === 2 ? 1 : classes.length,
        X: values,
        codes,
        weights,
        totalWeight: weights.reduce((sum, s) => sum + s, 0),
        penalties: new Float64Array(d),
        intercept: true,
      };
      return pathOf(centeredLogistic(problem), classes, options, fitOptions);
    },
  };
}

function pathOf<L extends Label>(
  centered: CenteredLogistic,
  classes: readonly L[],
  options: PathOptions,
  fitOptions: FitOptions,
): RegularizationPath<FittedLogistic<L>> {
  const { problem, nullObjective } = centered;
  const { d, k } = problem;
  const { tolerance = 1e-6, maxSteps = 200 } = options;
  const strengths = strengthsFrom(options, largestLogisticStrength(centered));
  const wanted = tolerance * nullObjective;
  const theta = nullModel(problem);
  const points: Float64Array[] = [];
  const gaps: number[] = [];
  const nonzeros: number[] = [];
  const progress = new Progress(fitOptions);
  const onPass = () => progress.aborted();
  const solve = (start: Float64Array, strength: number): DescentResult => {
    const parts = splitStrength(options, strength);
    const own = { ...problem, penalties: new Float64Array(d).fill(parts.l2) };
    return proximalNewton(own, start, parts, { wanted, maxSteps, onPass });
  };
  for (const strength of strengths) {
    const { gap, objective } = solve(theta, strength);
    progress.record(objective);
    points.push(theta.slice());
    gaps.push(gap);
    nonzeros.push(theta.subarray(0, d * k).reduce((count, w) => count + (w !== 0 ? 1 : 0), 0));
  }
  const coefs = new Float64Array(strengths.length * d * k);
  const intercepts = new Float64Array(strengths.length * k);
  points.forEach((point, at) => {
    const plain = uncentered(centered, point);
    coefs.set(plain.subarray(0, d * k), at * d * k);
    intercepts.set(plain.subarray(d * k), at * k);
  });
  const tail = k === 1 ? [] : [k];
  return {
    strengths,
    coefs: fromTyped([strengths.length, d, ...tail], coefs) as NDArray, // f64
    intercepts: fromTyped([strengths.length, ...tail], intercepts) as NDArray,
    gaps,
    nonzeros,
    at(strength) {
      new OptionChecker(`${PATH}.at`, { strength }, ["strength"]).number("strength", 0, Infinity, true).done();
      const start = points[strengths.findLastIndex((other) => other >= strength)]?.slice() ?? nullModel(problem);
      const result = solve(start, strength);
      const verdict = logisticVerdict(result, nullObjective, tolerance);
      return fittedLogistic({
        classes,
        ...logisticWeights(problem, uncentered(centered, start)),
        report: { ...verdict, solver: "coordinate-descent", history: [], steps: result.passes },
        options: { ...splitStrength(options, strength), intercept: true, solver: "coordinate-descent" },
      });
    },
  };
}
