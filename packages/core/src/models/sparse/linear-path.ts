// Lasso and elastic net for many strengths, from large to small.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { OptionChecker } from "../../errors/index.ts";
import { type Design, readTargets, readTraining, readWeights, type Targets } from "../design.ts";
import { FIT_OPTIONS, type FitOptions } from "../fitted.ts";
import { type FittedLinear, fittedLinear } from "../linear/fitted-linear.ts";
import { Progress } from "../progress.ts";
import { CoordinateDescent, type DescentResult } from "./coordinate-descent.ts";
import { GramCache } from "./gram-cache.ts";
import { type Choice, chooseByFolds, type Fold } from "./path-choice.ts";
import { checkPath, type PathOptions, splitStrength, strengthsFrom } from "./path-options.ts";
import { interceptOf, type SparseSystem, sparseSystem, sparseVerdict } from "./sparse-linear.ts";

/** Models of one data set from the strongest penalty to the weakest. */
export interface RegularizationPath<M> {
  /** From large to small. */
  readonly strengths: readonly number[];
  /** "count d", or "count d k" for k > 2 classes. */
  readonly coefs: NDArray;
  /** "count", or "count k". */
  readonly intercepts: NDArray;
  /** Duality gap of each point, absolute. */
  readonly gaps: readonly number[];
  /** Coefficients that are not 0. */
  readonly nonzeros: readonly number[];
  /** The model of any strength, solved from the nearest stronger point. */
  at(strength: number): M;
}

export interface LinearPath {
  readonly kind: "linearPath";
  fit(X: ArrayLike, y: ArrayLike, options?: FitOptions): RegularizationPath<FittedLinear>;
  /**
   * The strength with the smallest mean squared error on rows held out: one path per fold, on the strengths of all rows.
   * `folds` are those of `steepest/select`: `kFold({ folds: 5 }).split({ samples: n })`.
   */
  choose(X: ArrayLike, y: ArrayLike, folds: readonly Fold[], options?: FitOptions): Choice<FittedLinear>;
}

const PATH = "linearPath";

/**
 * Lasso and elastic net along a path of strengths s: l1 = s·l1Ratio, l2 = s·(1 − l1Ratio).
 *
 *     minimize  (1/n)·Σ ½(yᵢ − xᵢ·w − b)² + l1·‖w‖₁ + ½·l2·‖w‖²
 *
 * Shapes: X "n d", y "n". Each point starts at the solution of the one before and has its own duality gap.
 * Default strengths: 100, geometric from the smallest one that leaves no coefficient, to 1e-3 of it.
 * @throws OptionError when l1Ratio is 0 and no strengths are given: no strength is large enough there.
 * @throws ShapeError for several targets.
 * Source: Friedman, Hastie & Tibshirani (2010), section 2.5.
 *
 * @example
 * ```ts
 * import { linearPath } from "steepest/models";
 * const { nonzeros, at } = linearPath({ count: 3 }).fit([[1, 0], [2, 1], [3, 0], [4, 1]], [1, 2.1, 2.9, 4.1]);
 * console.log(nonzeros, at(0.1).coef.toArray()); // [0, 2, 2] [0.93, 0]
 * ```
 */
export function linearPath(options: PathOptions = {}): LinearPath {
  checkPath(PATH, options);
  const { tolerance = 1e-6 } = options;
  const read = (X: ArrayLike, y: ArrayLike, fitOptions: FitOptions) => {
    new OptionChecker(`${PATH}.fit`, fitOptions, FIT_OPTIONS).boolean("strict").done();
    const design = readTraining(PATH, X);
    const targets = readTargets(PATH, y, design.n);
    if (!targets.vector) checkOneTarget(targets);
    return { design, targets, weights: readWeights(PATH, fitOptions.sampleWeight, design.n) };
  };
  return {
    kind: PATH,
    fit(X, y, fitOptions = {}) {
      const { design, targets, weights } = read(X, y, fitOptions);
      const system = sparseSystem(design, targets, weights, true);
      return pathOf(system, strengthsFrom(options, largestOf(system)), options, tolerance, fitOptions);
    },
    choose(X, y, folds, fitOptions = {}) {
      const { design, targets, weights } = read(X, y, fitOptions);
      const system = sparseSystem(design, targets, weights, true);
      const strengths = strengthsFrom(options, largestOf(system));
      const path = pathOf(system, strengths, options, tolerance, fitOptions);
      return chooseByFolds(PATH, path, folds, design.n, (train, test) => {
        const inner = sparseSystem(
          takeDesign(design, train),
          takeTargets(targets, train),
          Float64Array.from(train, (row) => weights[row]!),
          true,
        );
        const { coefs, intercepts } = pathOf(inner, strengths, options, tolerance, {});
        return squaredErrors(coefs, intercepts, design, targets, weights, test);
      });
    },
  };
}

function checkOneTarget({ t }: Targets): void {
  new OptionChecker(PATH, {}, [])
    .fail("y", `y has ${t} columns, but a path is for one target. Fit one path per column.`)
    .done();
}

function largestOf({ columns, targets }: SparseSystem): number {
  return new CoordinateDescent(columns, new GramCache(columns), targets[0]!).largestStrength;
}

function pathOf(
  system: SparseSystem,
  strengths: readonly number[],
  options: PathOptions,
  tolerance: number,
  fitOptions: FitOptions,
): RegularizationPath<FittedLinear> {
  const { columns, nullObjective } = system;
  const { d } = columns;
  const { maxSteps = 1000 } = options;
  const descent = new CoordinateDescent(columns, new GramCache(columns), system.targets[0]!);
  const wanted = tolerance * nullObjective;
  const coefs = new Float64Array(strengths.length * d);
  const intercepts = new Float64Array(strengths.length);
  const gaps: number[] = [];
  const nonzeros: number[] = [];
  const progress = new Progress(fitOptions);
  let previous = descent.largestStrength;
  let stopped: DescentResult | undefined;
  strengths.forEach((strength, at) => {
    const { l1, l2 } = splitStrength(options, strength);
    const result: DescentResult =
      stopped ?? descent.solve({ l1, l2 }, { wanted, maxSteps, previous, onPass: () => progress.aborted() });
    if (result.ended === "aborted") stopped = result;
    previous = l1;
    progress.record(result.objective);
    coefs.set(descent.w, at * d);
    intercepts[at] = interceptOf(system, descent.w, 0);
    gaps.push(result.gap);
    nonzeros.push(descent.w.reduce((count, w) => count + (w !== 0 ? 1 : 0), 0));
  });
  return {
    strengths,
    coefs: fromTyped([strengths.length, d], coefs) as NDArray, // f64
    intercepts: fromTyped([strengths.length], intercepts) as NDArray,
    gaps,
    nonzeros,
    at(strength) {
      new OptionChecker(`${PATH}.at`, { strength }, ["strength"]).number("strength", 0, Infinity, true).done();
      const { l1, l2 } = splitStrength(options, strength);
      const start = strengths.findLastIndex((other) => other >= strength);
      const own = new CoordinateDescent(columns, new GramCache(columns), system.targets[0]!);
      if (start >= 0) own.startAt(coefs.subarray(start * d, (start + 1) * d));
      const result = own.solve({ l1, l2 }, { wanted, maxSteps });
      return fittedLinear({
        coef: fromTyped([d], own.w.slice()) as NDArray,
        intercept: fromTyped([], Float64Array.of(interceptOf(system, own.w, 0))) as NDArray,
        rank: undefined,
        report: {
          ...sparseVerdict([result], nullObjective, tolerance),
          solver: "coordinate-descent",
          history: [],
          steps: result.passes,
        },
        options: { l1, l2, intercept: true, solver: "coordinate-descent" },
      });
    },
  };
}

function takeDesign({ d, values }: Design, rows: Int32Array): Design {
  const out = new Float64Array(rows.length * d);
  rows.forEach((row, i) => {
    out.set(values.subarray(row * d, (row + 1) * d), i * d);
  });
  return { n: rows.length, d, values: out };
}

function takeTargets({ values }: Targets, rows: Int32Array): Targets {
  return { t: 1, values: Float64Array.from(rows, (row) => values[row]!), vector: true };
}

/** Mean of s·(y − ŷ)² over the rows, for each point of a path. */
function squaredErrors(
  coefs: NDArray,
  intercepts: NDArray,
  X: Design,
  y: Targets,
  weights: Float64Array,
  rows: Int32Array,
): number[] {
  const { d, values } = X;
  const w = coefs.toArray();
  return intercepts.toArray().map((b, at) => {
    let sum = 0;
    let total = 0;
    for (const row of rows) {
      let predicted = b;
      for (let j = 0; j < d; j++) predicted += values[row * d + j]! * w[at * d + j]!;
      sum += weights[row]! * (y.values[row]! - predicted) ** 2;
      total += weights[row]!;
    }
    return sum / total;
  });
}
