import { OptionChecker } from "../../errors/index.ts";
import type { LineSearch } from "../line-search/line-search.ts";
import { wolfe } from "../line-search/wolfe.ts";
import type { Minimizer } from "../solver.ts";
import { difference, dot, euclideanNorm, negated } from "../vector.ts";
import { type DirectionRule, searchAlong } from "./descent.ts";

interface Memory {
  readonly direction: Float64Array;
  /** The step that a parabola through the last slope suggests. */
  readonly step: number;
  /** Directions since the last one that was −∇f. */
  readonly age: number;
}

/**
 * Nonlinear conjugate gradients, for smooth functions of very many variables: it keeps three vectors.
 *
 *     x ← x + t·d,   d ← −∇f + βd
 *     "polak-ribiere": β = (∇f⁺ᵀy/∇fᵀ∇f)₊        "hager-zhang": β = (y − 2d‖y‖²/dᵀy)ᵀ∇f⁺/dᵀy, from below by −1/(‖d‖·min(0.01, ‖∇f‖))
 *
 * Given:    value and gradient; a line search, default `wolfe({ curvature: 0.1 })`
 * Returns:  through the loop of `minimize`
 * Method:   Polak & Ribière (1969) with restart where β < 0, Nocedal & Wright (2006), (5.45); Hager & Zhang (2005), (1.5)–(1.6)
 * Stops:    as `lbfgs`
 * Cost:     two values with gradient per step, mostly; 3n numbers of memory
 * Traps:    a direction that does not lead downhill is replaced by −∇f, as is every n-th one. `lbfgs` mostly needs fewer steps.
 * Tests:    n steps on a quadratic of n variables with exact searches; the standard problems
 *
 * Options: `form`, default "hager-zhang"; `lineSearch`.
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { conjugateGradients, minimize } from "steepest/solve";
 * const bowl = (x: NDArray) => x.sub([1, 2]).square().mul([1, 10]).sum();
 * console.log(minimize(bowl, [5, 5], { solver: conjugateGradients() }).status); // converged
 * ```
 */
export function conjugateGradients(
  options: { form?: "polak-ribiere" | "hager-zhang"; lineSearch?: LineSearch } = {},
): Minimizer {
  new OptionChecker("conjugateGradients", options, ["form", "lineSearch"])
    .oneOf("form", ["polak-ribiere", "hager-zhang"])
    .done();
  const { form = "hager-zhang", lineSearch = wolfe({ curvature: 0.1 }) } = options;
  return searchAlong(rule(form), lineSearch) as Minimizer;
}

function rule(form: "polak-ribiere" | "hager-zhang"): DirectionRule<Memory | undefined> {
  return {
    name: "conjugateGradients",
    empty: undefined,
    // scaled so that the first trial of the search is a full step
    direction: ({ gradient }, memory) =>
      memory === undefined ? negated(gradient) : memory.direction.map((v) => memory.step * v),
    learn(memory, before, after) {
      const s = difference(after.x, before.x);
      const d = memory === undefined ? negated(before.gradient) : memory.direction;
      const y = difference(after.gradient, before.gradient);
      const beta =
        form === "polak-ribiere" ? polakRibiere(before.gradient, after.gradient, y) : hagerZhang(d, y, after.gradient);
      const age = (memory?.age ?? 0) + 1;
      const mixed = after.gradient.map((g, i) => beta * d[i]! - g);
      const downhill = dot(mixed, after.gradient) < -1e-10 * euclideanNorm(mixed) * euclideanNorm(after.gradient);
      const fresh = !downhill || age >= Math.max(10, s.length);
      const direction = fresh ? negated(after.gradient) : mixed;
      // curvature along s, taken for the next direction: t = −∇f·d/(dᵀHd)
      const curvature = dot(s, y) / dot(s, s);
      const step = -dot(direction, after.gradient) / (Math.max(curvature, 1e-12) * dot(direction, direction));
      return { direction, step: Number.isFinite(step) && step > 0 ? step : 1, age: fresh ? 0 : age };
    },
  };
}

function polakRibiere(before: Float64Array, after: Float64Array, y: Float64Array): number {
  return Math.max(0, dot(after, y) / dot(before, before));
}

function hagerZhang(d: Float64Array, y: Float64Array, after: Float64Array): number {
  const dy = dot(d, y);
  if (dy === 0) return 0;
  const beta = (dot(y, after) - (2 * dot(d, after) * dot(y, y)) / dy) / dy;
  return Math.max(beta, -1 / (euclideanNorm(d) * Math.min(0.01, euclideanNorm(after))));
}
