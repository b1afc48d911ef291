import { OptionChecker } from "../../errors/index.ts";
import type { LineSearch } from "../line-search/line-search.ts";
import { wolfe } from "../line-search/wolfe.ts";
import type { Minimizer } from "../solver.ts";
import { euclideanNorm, negated } from "../vector.ts";
import { type BoundedState, boundedStep, MOST_IDLE, projectedGradient } from "./bounded-lbfgs.ts";
import { type DescentState, type DirectionRule, searchAlong } from "./descent.ts";
import { type Pair, pairOf, twoLoop } from "./pairs.ts";

/**
 * L-BFGS, the general method for smooth functions of many variables.
 *
 *     x ← x − t·H∇f,      H: the BFGS matrix of the last m pairs (s, y) on top of (sᵀy/yᵀy)·I
 *
 * Given:    value and gradient; a line search, default `wolfe()`
 * Returns:  through the loop of `minimize`
 * Method:   two-loop recursion, Nocedal (1980), Nocedal & Wright (2006), algorithm 7.4; first step of length at most 1
 * Stops:    the loop tests ‖∇f‖∞; "stalled" after 10 steps without progress in f or in the gradient
 * Cost:     4mn for the direction, 2mn numbers of memory; mostly one value with gradient per step
 * Bounds:   by projection, see `boundedStep`; the line search is then backtracking along the projected path
 * Traps:    pairs with sᵀy ≤ 1e-10‖s‖‖y‖ are dropped: the matrix would lose positive definiteness.
 *           A search that fails with pairs is repeated once along −∇f, and the pairs are forgotten.
 * Tests:    the recursion against the dense matrix; Rosenbrock in 2 and 20 variables, Beale, Himmelblau, condition 1e6
 *
 * Options: `memory` m, default 10; `lineSearch`, default `wolfe()`.
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { lbfgs, minimize } from "steepest/solve";
 * const rosenbrock = (p: NDArray) => {
 *   const [x, y] = [p.at(0), p.at(1)];
 *   return x.sub(1).square().add(y.sub(x.square()).square().mul(100)).sum();
 * };
 * const { x, status } = minimize(rosenbrock, [-1.2, 1], { solver: lbfgs({ memory: 5 }) });
 * console.log(status, x.toArray().map((v) => v.toFixed(6))); // converged ["1.000000", "1.000000"]
 * ```
 */
export function lbfgs(options: { memory?: number; lineSearch?: LineSearch } = {}): Minimizer {
  new OptionChecker("lbfgs", options, ["memory", "lineSearch"]).integer("memory", 1).done();
  const { memory = 10, lineSearch = wolfe() } = options;
  const free = searchAlong(lbfgsRule(memory), lineSearch);
  return {
    ...free,
    handles: ["bounds"],
    init(problem, start) {
      if (problem.box === undefined) return free.init(problem, start);
      const lowest = euclideanNorm(projectedGradient(start, problem.box));
      return { pairs: [], lowest, idle: 0, flat: false } satisfies BoundedState;
    },
    step(problem, at, state) {
      if (problem.box === undefined) return free.step(problem, at, state as DescentState<readonly Pair[]>);
      return boundedStep(problem, problem.box, at, state as BoundedState, memory);
    },
    terminate(at, state) {
      if (!("pairs" in (state as object))) return free.terminate?.(at, state as DescentState<readonly Pair[]>);
      const { idle } = state as BoundedState;
      if (idle < MOST_IDLE) return undefined;
      return {
        status: "stalled",
        reason: `in ${idle} steps neither f nor its projected gradient fell by more than rounding`,
      };
    },
  };
}

export function lbfgsRule(memory: number): DirectionRule<readonly Pair[]> {
  return {
    name: "lbfgs",
    empty: [],
    direction: (point, pairs) => negated(twoLoop(point.gradient, pairs)),
    learn(pairs, before, after) {
      const pair = pairOf(before, after);
      return pair === undefined ? pairs : [...pairs.slice(pairs.length + 1 > memory ? 1 : 0), pair];
    },
  };
}
