import { OptionChecker } from "../../errors/index.ts";
import { type Point, type Problem, roundingOf, type Stop } from "../solver.ts";
import { dot } from "../vector.ts";
import { type LineSearch, noStep, notDescent, type Step, type Trial, trialAt } from "./line-search.ts";

const MOST_TRIALS = 60; // 10⁶⁰ by expansion, 2⁻⁶⁰ by bisection: then there is no such point in f64

/**
 * A step that satisfies the strong Wolfe conditions, up to the rounding of f:
 *
 *     φ(t) ≤ φ(0) + c₁·t·φ′(0) + ε|φ(0)|      and      |φ′(t)| ≤ c₂·|φ′(0)|
 *
 * Given:    a descent direction, the step to try first
 * Returns:  a point with value and gradient, or why there is none
 * Method:   a bracket [a, b] with φ′(a) < 0 and a low enough, b too high or rising or not finite: it holds a step that is
 *           asked for (φ(t) − c₁tφ′(0) has its minimum inside). Trials: cubic through both ends, bisection when it does
 *           not shrink; while there is no b, a secant of the slopes, at most tenfold.
 *           Nocedal & Wright (2006), section 3.5.
 * Stops:    after 60 trials: then the low end of the bracket, if it lies below the start
 * Cost:     one value with gradient per trial; mostly one trial
 * Traps:    near a minimum differences of f are rounding, while its slopes still are not. With ε = 2⁻⁴³ in the first
 *           condition the second decides there (the approximate Wolfe conditions of Hager & Zhang (2005), section 2),
 *           and trials come from slopes alone.
 * Tests:    both conditions computed from outside; gradients of 1e-10 of the start; f with a region of NaN; f without minimum
 *
 * Options: `sufficientDecrease` c₁, default 1e-4; `curvature` c₂, default 0.9.
 * @throws OptionError unless 0 < c₁ < c₂ < 1.
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { lbfgs, minimize, wolfe } from "steepest/solve";
 * const bowl = (x: NDArray) => x.square().sum();
 * console.log(minimize(bowl, [3, -4], { solver: lbfgs({ lineSearch: wolfe({ curvature: 0.1 }) }) }).status); // converged
 * ```
 */
export function wolfe(options: { sufficientDecrease?: number; curvature?: number } = {}): LineSearch {
  const { sufficientDecrease: c1 = 1e-4, curvature: c2 = 0.9 } = options;
  const checker = new OptionChecker("wolfe", options, ["sufficientDecrease", "curvature"]);
  checker.number("sufficientDecrease", 0, 1, true).number("curvature", 0, 1, true);
  if (c1 >= c2 || c2 >= 1) {
    checker.fail("curvature", `sufficientDecrease < curvature < 1 is needed, got ${c1} and ${c2}.`);
  }
  checker.done();
  return {
    name: "wolfe",
    search: (problem, from, direction, first) => searchWolfe(problem, from, direction, first, c1, c2),
  };
}

function searchWolfe(
  problem: Problem,
  from: Point,
  direction: Float64Array,
  first: number,
  c1: number,
  c2: number,
): Step | Stop {
  const slope = dot(from.gradient, direction);
  if (!(slope < 0)) return notDescent(slope);
  const rounding = roundingOf(from.value);
  let low: Trial = { point: from, stepSize: 0, slope, finite: true };
  let high: Trial | undefined;
  let sawFinite = false;
  let t = first;
  let width = Infinity; // of the bracket, two trials ago
  let lastWidth = Infinity;
  for (let count = 0; count < MOST_TRIALS; count++) {
    const trial = trialAt(problem, from, direction, t);
    sawFinite ||= trial.finite;
    const tooHigh = !trial.finite || trial.point.value > from.value + c1 * t * slope + rounding;
    if (!tooHigh && Math.abs(trial.slope) <= c2 * -slope) return trial;
    const before = low;
    if (tooHigh || trial.slope >= 0) high = trial;
    else low = trial;
    if (high === undefined) {
      t = expanded(before, low);
      continue;
    }
    const nextWidth = high.stepSize - low.stepSize;
    const slow = nextWidth > 0.66 * width; // two trials should take a third away; Moré & Thuente (1994), section 4
    width = lastWidth;
    lastWidth = nextWidth;
    t = slow ? (low.stepSize + high.stepSize) / 2 : between(low, high, rounding);
    if (t <= low.stepSize || t >= high.stepSize) break; // neighbors in f64
  }
  if (low.stepSize > 0 && low.point.value < from.value) return low;
  return noStep(from, slope, first, sawFinite);
}

/** Beyond `b`, where the slopes say that the minimum is: at least 1.1, at most 10 times as far. */
function expanded(a: Trial, b: Trial): number {
  const t = b.stepSize;
  const secant = a.slope < b.slope ? t + ((t - a.stepSize) * b.slope) / (a.slope - b.slope) : Infinity;
  return Math.min(Math.max(secant, 1.1 * t), 10 * t);
}

/** Where a cubic through both ends, or a secant of their slopes, has its minimum; at least a tenth from either end. */
function between(a: Trial, b: Trial, rounding: number): number {
  const w = b.stepSize - a.stepSize;
  if (!b.finite) return a.stepSize + 0.5 * w;
  const rise = b.point.value - a.point.value;
  const trusted = Math.abs(rise) > 1e3 * rounding;
  const share = trusted || b.slope <= 0 ? cubicShare(a.slope * w, b.slope * w, rise) : a.slope / (a.slope - b.slope);
  return a.stepSize + w * (share >= 0.1 ? Math.min(share, 0.9) : share < 0.1 ? 0.1 : 0.5);
}

/** Minimum of the cubic on [0, 1] with end slopes p, q that rises by r. Nocedal & Wright (2006), (3.59). NaN where it has none. */
function cubicShare(p: number, q: number, r: number): number {
  const d = p + q - 3 * r;
  const root = Math.sqrt(d * d - p * q);
  return 1 - (q + root - d) / (q - p + 2 * root);
}
