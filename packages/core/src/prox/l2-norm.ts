import { checkGroups, type Groups, shrinkGroups, sumOfNorms } from "./groups.ts";
import { checkStrength, type Proximable } from "./proximable.ts";

/**
 * λ‖x‖₂, of the whole array or summed over groups of positions: whole groups become 0 together.
 *
 *     prox(v)_g = v_g·max(1 − tλ/‖v_g‖, 0)        entries in no group stay as they are
 *
 * @throws OptionError for a negative λ, and for a position that is in two groups.
 * Source: Parikh & Boyd (2014), section 6.5.1 and 6.5.4.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { l2Norm } from "steepest/prox";
 * l2Norm(1).prox(array([3, 4]), 2.5).toArray(); // [1.5, 2]
 * l2Norm(1, [[0, 1], [2]]).prox(array([3, 4, 2, 7]), 5).toArray(); // [0, 0, 0, 7]
 * ```
 */
export function l2Norm(lambda: number, groups?: readonly (readonly number[])[]): Proximable {
  checkStrength("l2Norm", "lambda", lambda);
  if (groups !== undefined) checkGroups("l2Norm", groups);
  const of = (size: number): Groups => {
    const lists = groups ?? [Array.from({ length: size }, (_, i) => i)];
    return { lists, weights: lists.map(() => lambda) };
  };
  return {
    name: "l2Norm",
    convex: true,
    value: (x) => sumOfNorms("l2Norm", x, of(x.size)).item(),
    prox: (v, t) => shrinkGroups("l2Norm", v, of(v.size), t),
  };
}
