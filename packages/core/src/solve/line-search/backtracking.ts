import { OptionChecker } from "../../errors/index.ts";
import { roundingOf } from "../solver.ts";
import { dot, moved } from "../vector.ts";
import { type LineSearch, noStep, notDescent } from "./line-search.ts";

const MOST_TRIALS = 100;

/**
 * The first of the steps t, s·t, s²·t, … that lowers f enough (Armijo), up to the rounding of f:
 *
 *     f(x + t·d) ≤ f(x) + c₁·t·∇f·d + ε|f(x)|
 *
 * It needs values only, and never tries more than the first step; curvature along the way is not looked at.
 * Options: `sufficientDecrease` c₁, default 1e-4; `shrink` s, default 0.5.
 * Source: Nocedal & Wright (2006), algorithm 3.1; ε as in `wolfe`.
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { backtracking, lbfgs, minimize } from "steepest/solve";
 * const bowl = (x: NDArray) => x.square().sum();
 * console.log(minimize(bowl, [3, -4], { solver: lbfgs({ lineSearch: backtracking() }) }).status); // converged
 * ```
 */
export function backtracking(options: { sufficientDecrease?: number; shrink?: number } = {}): LineSearch {
  const { sufficientDecrease: c1 = 1e-4, shrink = 0.5 } = options;
  const checker = new OptionChecker("backtracking", options, ["sufficientDecrease", "shrink"]);
  checker.number("sufficientDecrease", 0, 1, true).number("shrink", 0, 1, true);
  if (shrink === 1) checker.fail("shrink", "shrink must be below 1, got 1.");
  checker.done();
  return {
    name: "backtracking",
    search(problem, from, direction, first) {
      const slope = dot(from.gradient, direction);
      if (!(slope < 0)) return notDescent(slope);
      const rounding = roundingOf(from.value);
      let sawFinite = false;
      let t = first;
      for (let count = 0; count < MOST_TRIALS; count++, t *= shrink) {
        const x = moved(from.x, t, direction);
        const value = problem.value(x);
        sawFinite ||= Number.isFinite(value);
        if (value <= from.value + c1 * t * slope + rounding && value > -Infinity) {
          return { point: problem.evaluate(x), stepSize: t };
        }
      }
      return noStep(from, slope, first, sawFinite);
    },
  };
}
