import { OptionChecker, OptionError } from "../../errors/index.ts";
import type { LineSearch } from "../line-search/line-search.ts";
import { wolfe } from "../line-search/wolfe.ts";
import type { Minimizer, Point } from "../solver.ts";
import { difference, dot, euclideanNorm, negated } from "../vector.ts";
import { type DirectionRule, searchAlong } from "./descent.ts";

/** n² numbers: 32 MB at this many variables. */
const MOST_VARIABLES = 2000;

/**
 * BFGS with the full matrix, for smooth functions of up to a few hundred variables.
 *
 *     x ← x − t·H∇f,      H ← (I − ρsyᵀ)H(I − ρysᵀ) + ρssᵀ,   ρ = 1/sᵀy
 *
 * Given:    value and gradient; a line search, default `wolfe()`
 * Returns:  through the loop of `minimize`
 * Method:   inverse form, Nocedal & Wright (2006), (6.17); before the first update H = (sᵀy/yᵀy)·I, (6.20)
 * Stops:    as `lbfgs`
 * Cost:     4n² per step, n² numbers of memory
 * Traps:    pairs with sᵀy ≤ 1e-10‖s‖‖y‖ are dropped, as in `lbfgs`
 * Tests:    on a quadratic with exact searches H is the inverse Hessian after n steps; the standard problems
 *
 * @throws OptionError for more than 2000 variables: `lbfgs` needs less memory.
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { bfgs, minimize } from "steepest/solve";
 * const bowl = (x: NDArray) => x.sub([1, 2]).square().mul([1, 100]).sum();
 * console.log(minimize(bowl, [5, 5], { solver: bfgs() }).x.toArray().map(Math.round)); // [1, 2]
 * ```
 */
export function bfgs(options: { lineSearch?: LineSearch } = {}): Minimizer {
  new OptionChecker("bfgs", options, ["lineSearch"]).done();
  const { lineSearch = wolfe() } = options;
  const solver = searchAlong(bfgsRule, lineSearch);
  return {
    ...solver,
    init(problem, start) {
      if (problem.size <= MOST_VARIABLES) return solver.init(problem, start);
      throw new OptionError(
        `bfgs: its matrix for ${problem.size} variables would hold ${problem.size}² numbers. Use lbfgs(), which needs 20 numbers per variable.`,
        { code: "too-large", option: "solver" },
      );
    },
  } as Minimizer;
}

/** Memory: the inverse matrix by rows, or undefined for the identity. */
export const bfgsRule: DirectionRule<Float64Array | undefined> = {
  name: "bfgs",
  empty: undefined,
  direction: ({ gradient }, H) => negated(H === undefined ? gradient : product(H, gradient)),
  learn(H, before: Point, after: Point) {
    const s = difference(after.x, before.x);
    const y = difference(after.gradient, before.gradient);
    const sy = dot(s, y);
    if (!(sy > 1e-10 * euclideanNorm(s) * euclideanNorm(y))) return H;
    const n = s.length;
    const from = H ?? scaledIdentity(n, sy / dot(y, y));
    const Hy = product(from, y);
    const factor = (1 + dot(y, Hy) / sy) / sy;
    const next = new Float64Array(n * n);
    // H + (1 + yᵀHy/sᵀy)·ssᵀ/sᵀy − (s(Hy)ᵀ + (Hy)sᵀ)/sᵀy
    for (let i = 0; i < n; i++) {
      const row = i * n;
      const a = factor * s[i]! - Hy[i]! / sy;
      const b = s[i]! / sy;
      for (let j = 0; j < n; j++) next[row + j] = from[row + j]! + a * s[j]! - b * Hy[j]!;
    }
    return next;
  },
};

function product(H: Float64Array, v: Float64Array): Float64Array {
  const n = v.length;
  const to = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0, at = i * n; j < n; j++, at++) sum += H[at]! * v[j]!;
    to[i] = sum;
  }
  return to;
}

function scaledIdentity(n: number, scale: number): Float64Array {
  const to = new Float64Array(n * n);
  for (let i = 0; i < n; i++) to[i * n + i] = scale;
  return to;
}
