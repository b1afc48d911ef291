import type { InputOf, Params, Scalar } from "../array/index.ts";
import { OptionChecker, OptionError } from "../errors/index.ts";
import { fold, type Key, uniform } from "../random/index.ts";
import { minimize } from "./minimize.ts";
import type { MinimizeOptions } from "./options.ts";
import { rawOf } from "./program.ts";
import type { Solution } from "./solution.ts";
import { vectorSpace } from "./tree-objective.ts";

/** Starts that are drawn uniformly between two corners. */
export interface DrawnStarts<X> {
  count: number;
  key: Key;
  lower: InputOf<X>;
  upper: InputOf<X>;
}

/**
 * `minimize` from several starts: the best feasible result, and all others.
 *
 * Best is the lowest value among converged results, else among feasible ones, else the least violation.
 * Nothing is proven global: a minimum that no start leads to stays unseen.
 * @throws OptionError when there is no start; as `minimize`.
 *
 * @example
 * ```ts
 * import { type NDArray } from "steepest";
 * const twoValleys = (x: NDArray) => x.square().sub(1).square().add(x.mul(0.1)).sum();
 * const { x, all } = multiStart(twoValleys, [[2], [-2]]);
 * console.log(x.at(0).item() < 0, all.length); // true 2
 * ```
 */
export function multiStart<X extends Params<X>>(
  f: (x: X) => Scalar,
  starts: readonly InputOf<X>[] | DrawnStarts<X>,
  options: MinimizeOptions<X> = {},
): Solution<X> & { readonly all: readonly Solution<X>[] } {
  const points = Array.isArray(starts) ? (starts as readonly InputOf<X>[]) : drawn(starts as DrawnStarts<X>);
  const all = points.map((start) => minimize(f, start, options));
  const [first, ...others] = all;
  if (first === undefined) {
    throw new OptionError("multiStart: there is no start. Give a list of them, or { count, key, lower, upper }.", {
      code: "empty",
      option: "starts",
    });
  }
  const { atol = 1e-8, rtol = 1e-8 } = options;
  const rank = ({ status, kkt }: Solution<X>) =>
    status === "converged" ? 2 : kkt.feasibility <= 1e3 * (atol + rtol) && status !== "nonfinite" ? 1 : 0;
  const best = others.reduce((a, b) => {
    if (rank(a) !== rank(b)) return rank(a) > rank(b) ? a : b;
    if (rank(a) === 0) return b.kkt.feasibility < a.kkt.feasibility ? b : a;
    return b.value < a.value ? b : a;
  }, first);
  const converged = all.filter(({ status }) => status === "converged").length;
  const message = `${best.message} Best of ${all.length} starts, ${converged} of which converged; the minimum is local: nothing is proven global.`;
  return { ...best, message, all };
}

function drawn<X>({ count, key, lower, upper, ...others }: DrawnStarts<X>): InputOf<X>[] {
  new OptionChecker("multiStart", { count, key, lower, upper, ...others }, ["count", "key", "lower", "upper"])
    .integer("count", 1)
    .required("count")
    .required("key")
    .required("lower")
    .required("upper")
    .done();
  const space = vectorSpace<InputOf<X>>("multiStart", lower);
  const low = space.start;
  const high = space.flattenInput("upper", upper);
  return Array.from({ length: count }, (_, i) => {
    const share = rawOf(uniform(fold(key, i), [low.length]).astype("f64"));
    return space.restore(low.map((l, j) => l + share[j]! * (high[j]! - l)));
  });
}
