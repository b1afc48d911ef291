// Derivatives by differences, and the comparison of a gradient with them.
import {
  type AnyArray,
  type ArrayLike,
  array,
  type FlatTree,
  flatTree,
  fromTyped,
  type InputOf,
  type NDArray,
  type Params,
  type Scalar,
} from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { checkFloats, checkScalar } from "./checks.ts";
import { grad } from "./grad.ts";
import { floatArray } from "./jvp.ts";
import { linearizeFlat, runForward } from "./linearize.ts";

/** h = 6e-6·max(1, |x|) in f64 balances rounding and truncation (error about 3e-11); 1e-3 in f32. */
function stepFor(x: number, dtype: string, h: number | undefined): number {
  return (h ?? (dtype === "f32" ? 1e-3 : 6e-6)) * Math.max(1, Math.abs(x));
}

/**
 * The gradient by central differences: (f(x + h·eᵢ) − f(x − h·eᵢ)) / 2h for each entry.
 *
 * Cost: two evaluations per entry. Default h: 6e-6·max(1, |x|) in f64, 1e-3·max(1, |x|) in f32.
 *
 * @example
 * ```ts
 * import { numericalGradient } from "steepest";
 * console.log(numericalGradient((x) => x.square().sum(), [1, 2]).toArray().map((v) => v.toFixed(6))); // ["2.000000", "4.000000"]
 * ```
 */
export function numericalGradient(f: (x: NDArray) => Scalar, x: ArrayLike, options: { h?: number } = {}): NDArray {
  new OptionChecker("numericalGradient", options, ["h"]).number("h", 0, Infinity, true).done();
  const point = floatArray("numericalGradient", x);
  return differences((at) => f(at).item(), point, options.h);
}

function differences(f: (x: NDArray) => number, point: NDArray, h: number | undefined): NDArray {
  const values = point.toArray();
  const at = (i: number, to: number): number => {
    const moved = values.slice();
    moved[i] = to;
    return f((array(moved).astype(point.dtype) as NDArray).reshape(...point.shape));
  };
  const result = Float64Array.from(values, (v, i) => {
    const step = stepFor(v, point.dtype, h);
    return (at(i, v + step) - at(i, v - step)) / (2 * step);
  });
  return fromTyped([...point.shape], result) as NDArray;
}

/** What `checkGradient` found. */
export interface GradientReport {
  readonly passed: boolean;
  /** The worst entry: path, exact and numeric value, and the error relative to max(1, |exact|). */
  readonly worst: {
    readonly path: string;
    readonly mode: "forward" | "reverse";
    readonly order: 1 | 2;
    readonly exact: number;
    readonly numeric: number;
    readonly error: number;
  };
  /** Entries whose error exceeds the tolerance. */
  readonly failures: number;
  toString(): string;
}

export interface CheckGradientOptions {
  /** Largest error relative to max(1, |exact|). Default 1e-6 in f64, 2e-3 in f32. */
  rtol?: number;
  /** 2 compares second derivatives as well. Default 1. */
  order?: 1 | 2;
  /** Default both. */
  modes?: readonly ("forward" | "reverse")[];
}

/**
 * Compares the derivatives of a scalar function with central differences, entry by entry.
 *
 * @example
 * ```ts
 * import { checkGradient, type Scalar } from "steepest";
 * const f = ({ x, y }: { x: Scalar; y: Scalar }) => x.mul(y).sin();
 * console.log(checkGradient(f, { x: 1, y: 2 }, { order: 2 }).passed); // true
 * ```
 */
export function checkGradient<P extends Params<P>>(
  f: (params: P) => Scalar,
  params: InputOf<P>,
  options: CheckGradientOptions = {},
): GradientReport {
  new OptionChecker("checkGradient", options, ["rtol", "order", "modes"]).number("rtol", 0, Infinity, true).done();
  const { order = 1, modes = ["forward", "reverse"] } = options;
  const tree = flatTree("checkGradient", params);
  checkFloats("checkGradient", tree);
  const rtol = options.rtol ?? (tree.arrays.some((x) => x.dtype === "f32") ? 2e-3 : 1e-6);
  const scalarAt = (inputs: readonly AnyArray[]) =>
    checkScalar("checkGradient", f(tree.rebuild(inputs) as P)) as Scalar;
  const found: GradientReport["worst"][] = modes.flatMap((mode) => compare(scalarAt, tree, 1, mode));
  if (order === 2) {
    for (const mode of modes) {
      for (let leaf = 0; leaf < tree.arrays.length; leaf++) {
        for (let entry = 0; entry < tree.arrays[leaf]!.size; entry++) {
          const partial = (inputs: readonly AnyArray[]): Scalar => {
            const gradient = flatTree("checkGradient", grad(f)(tree.rebuild(inputs) as InputOf<P>)).arrays[
              leaf
            ] as NDArray;
            return gradient.flatten().at(entry) as Scalar;
          };
          found.push(...compare(partial, tree, 2, mode));
        }
      }
    }
  }
  const worst = found.reduce((a, b) => (b.error > a.error || Number.isNaN(b.error) ? b : a), NOTHING);
  const failures = found.filter(({ error }) => !(error <= rtol)).length;
  return {
    passed: failures === 0,
    worst,
    failures,
    toString: () =>
      failures === 0
        ? `gradient agrees with differences: ${found.length} entries, worst error ${worst.error.toExponential(1)}`
        : `${failures} of ${found.length} entries differ by more than ${rtol}; worst at "${worst.path}" (${worst.mode}, order ${worst.order}): exact ${worst.exact}, by differences ${worst.numeric}`,
  };
}

const NOTHING: GradientReport["worst"] = { path: "", mode: "reverse", order: 1, exact: 0, numeric: 0, error: 0 };

function compare(
  f: (inputs: readonly AnyArray[]) => Scalar,
  tree: FlatTree,
  order: 1 | 2,
  mode: "forward" | "reverse",
): GradientReport["worst"][] {
  return tree.arrays.flatMap((x, leaf) => {
    const leafFunction = (at: NDArray) => f(tree.arrays.map((other, i) => (i === leaf ? at : other)));
    const point = x as NDArray;
    const exact = (mode === "reverse" ? grad(leafFunction)(point) : byColumns(leafFunction, point)).toArray();
    const numeric = differences((at) => leafFunction(at).item(), point, undefined).toArray();
    return exact.map((value, i) => ({
      path: entryPath(tree.paths[leaf]!, point.shape, i),
      mode,
      order,
      exact: value,
      numeric: numeric[i]!,
      error: Math.abs(value - numeric[i]!) / Math.max(1, Math.abs(value)),
    }));
  });
}

function byColumns(f: (x: NDArray) => Scalar, point: NDArray): NDArray {
  const linearized = linearizeFlat(([x]) => [f(x as NDArray)], [point]);
  const columns = Float64Array.from({ length: point.size }, (_, i) => {
    const unit = new Float64Array(point.size);
    unit[i] = 1;
    const direction = (array(unit).astype(point.dtype) as NDArray).reshape(...point.shape);
    return runForward(linearized, [direction])[0]!.item();
  });
  return fromTyped([...point.shape], columns) as NDArray;
}

/** `w[1, 0]`: the leaf and the position in it. */
function entryPath(path: string, shape: readonly number[], flat: number): string {
  if (shape.length === 0) return path === "" ? "x" : path;
  const index: number[] = [];
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return `${path === "" ? "x" : path}[${index.join(", ")}]`;
}
