import { formatNumber, OptionChecker } from "../../errors/index.ts";
import { type Minimizer, type Point, type Problem, type Proposal, roundingOf, type Stop } from "../solver.ts";
import { moved } from "../vector.ts";
import { type Curvatures, extremeCurvatures } from "./extreme-curvatures.ts";

interface Rate {
  readonly rate: number;
  /** What "auto" saw at the start. */
  readonly seen: Curvatures | undefined;
  /** How often "auto" had to take a smaller rate. */
  readonly lowered: number;
}

const MOST_LOWERED = 60; // in one step: 2⁻⁶⁰ is below the resolution of f64

/**
 * Gradient descent: the teaching method, and the base line for others.
 *
 *     x ← x − η·∇f
 *
 * Given:    value and gradient; for "auto" products with the Hessian, by differences of gradients where there are none
 * Returns:  through the loop of `minimize`; the message says which rate "auto" took
 * Method:   constant rate. "auto": η = 2/(L + μ) with the extreme curvatures L and μ that 20 Lanczos steps from the gradient
 *           see at the start (1/L where μ ≤ 0); the best constant rate of a quadratic, error × (κ − 1)/(κ + 1) per step
 *           with κ = L/μ. Nesterov (2018), theorem 2.1.15.
 * Stops:    the loop tests ‖∇f‖∞
 * Cost:     one value with gradient per step; "auto" 20 products more
 * Traps:    above η = 2/L steps overshoot and grow. With "auto" a step that would raise f is not taken: the rate is
 *           estimated again where it happened, and at least halved. A rate given as a number is taken as it is.
 * Tests:    closed forms of quadratics; the tutorial's line after 500, 2000 and 10⁴ steps
 *
 * @throws OptionError unless `learningRate` is positive or "auto".
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { gradientDescent, minimize } from "steepest/solve";
 * const valley = (w: NDArray) => w.square().mul([0.5, 10]).sum();
 * const { message } = minimize(valley, [8, 3], { solver: gradientDescent({ learningRate: "auto" }) });
 * console.log(message.includes("learning rate 0.0952 = 2/(L + μ)")); // true
 * ```
 */
export function gradientDescent(options: { learningRate: number | "auto" }): Minimizer {
  const checker = new OptionChecker("gradientDescent", options, ["learningRate"]).required("learningRate");
  if (options.learningRate !== "auto") checker.number("learningRate", 0, Infinity, true);
  checker.done();
  const { learningRate } = options;
  return learningRate === "auto" ? automatic() : constant(learningRate);
}

function constant(rate: number): Minimizer<Rate> {
  return {
    name: "gradientDescent",
    needs: "gradient",
    handles: [],
    init: () => ({ rate, seen: undefined, lowered: 0 }),
    step(problem, at, state): Proposal<Rate> | Stop {
      const point = descend(problem, at, rate);
      if (Number.isFinite(point.value)) return { point, stepSize: rate, state };
      return {
        status: "nonfinite",
        reason: `a step with learning rate ${formatNumber(rate)} leads to the value ${point.value}; above 2/L, with L the largest curvature, steps overshoot and grow. Lower learningRate, or use "auto"`,
      };
    },
  };
}

function automatic(): Minimizer<Rate> {
  return {
    name: "gradientDescent",
    needs: "gradient",
    handles: [],
    init(problem, start) {
      const seen = curvaturesAt(problem, start);
      return { rate: rateFor(seen), seen, lowered: 0 };
    },
    step(problem, at, state): Proposal<Rate> | Stop {
      let { rate, lowered } = state;
      for (let count = 0; count < MOST_LOWERED; count++) {
        const point = descend(problem, at, rate);
        if (point.value <= at.value + roundingOf(at.value)) {
          return { point, stepSize: rate, state: { ...state, rate, lowered } };
        }
        rate = Math.min(rate / 2, count === 0 ? rateFor(curvaturesAt(problem, at)) : rate);
        lowered++;
      }
      return {
        status: "line-search-failed",
        reason: `f rises along −∇f, down to the learning rate ${formatNumber(rate)}`,
      };
    },
    note: describeRate,
  };
}

function descend(problem: Problem, at: Point, rate: number): Point {
  return problem.evaluate(moved(at.x, -rate, at.gradient));
}

function curvaturesAt(problem: Problem, at: Point): Curvatures | undefined {
  return extremeCurvatures((v) => problem.hessianProduct(at.x, v), at.gradient);
}

/** 2/(L + μ); 1/L where a direction is flat or bends down; 1 where no curvature is seen. */
function rateFor(seen: Curvatures | undefined): number {
  if (seen === undefined) return 1;
  const { largest, smallest } = seen;
  const size = Math.max(Math.abs(largest), Math.abs(smallest));
  if (size === 0) return 1;
  return smallest > 0 ? 2 / (largest + smallest) : 1 / size;
}

function describeRate({ rate, seen, lowered }: Rate): string {
  const times = lowered === 1 ? "once" : `${lowered} times`;
  const now =
    lowered === 0 ? "" : ` It was lowered ${times}, to ${formatNumber(rate)}, where a step would have raised f.`;
  if (seen === undefined) return `learning rate ${formatNumber(rate)}: no curvature could be seen at the start.${now}`;
  const { largest, smallest } = seen;
  const start = formatNumber(rateFor(seen));
  if (smallest <= 0) {
    return `learning rate ${start}, one over the largest curvature ${formatNumber(Math.max(largest, -smallest))} at the start; the smallest is ${formatNumber(smallest)}, so f is not a bowl there.${now}`;
  }
  return `learning rate ${start} = 2/(L + μ) from the curvatures L = ${formatNumber(largest)} and μ = ${formatNumber(smallest)} at the start (condition number ${formatNumber(largest / smallest)}).${now}`;
}
