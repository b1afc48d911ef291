import type { NDArray, Scalar } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";
import { checkGroups, type Groups, shrinkGroups, sumOfNorms } from "../prox/index.ts";
import { type Penalty, spreadOf } from "./penalty.ts";

/**
 * λ·Σ_g √|g|·‖w_g‖₂: groups of positions that stay or go together, such as the columns of one category.
 *
 * Positions in no group are not penalized.
 * @throws OptionError when λ is negative or not finite, and for a position that is in two groups.
 * Source: Yuan & Lin (2006), equation 2.1.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { groupLasso } from "steepest/penalties";
 * const penalty = groupLasso(1, [[0, 1, 2, 3], [4]]);
 * penalty.value(array([1, 1, 1, 1, -3])).item(); // 7
 * penalty.prox(array([1, 1, 1, 1, -3]), 1).toArray(); // [0, 0, 0, 0, -2]
 * ```
 */
export function groupLasso(lambda: number, groups: readonly (readonly number[])[]): Penalty {
  if (!(lambda >= 0 && lambda < Infinity)) {
    throw new OptionError(`groupLasso: lambda must be a number of 0 or more, got ${lambda}.`, {
      code: "invalid-option",
      option: "lambda",
    });
  }
  checkGroups("groupLasso", groups);
  const weighted: Groups = { lists: groups, weights: groups.map((list) => lambda * Math.sqrt(list.length)) };
  return {
    name: "groupLasso",
    convex: true,
    value: (w: NDArray) => sumOfNorms("groupLasso", w, weighted) as Scalar,
    prox: (v, t) => shrinkGroups("groupLasso", v, weighted, t),
    prior: (samples, noiseVariance = 1) => ({
      family: "multivariate-laplace",
      scale: spreadOf(lambda, samples, noiseVariance),
    }),
  };
}
