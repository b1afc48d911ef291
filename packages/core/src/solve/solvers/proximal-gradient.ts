import { OptionChecker } from "../../errors/index.ts";
import {
  type Minimizer,
  type PenaltyTerm,
  type Point,
  type Problem,
  type Proposal,
  roundingOf,
  type Stop,
} from "../solver.ts";
import { difference, dot, euclideanNorm, moved, sameVector } from "../vector.ts";

interface State {
  /** Step size 1/L. */
  readonly t: number;
  /** The point before, and the weight of the momentum. */
  readonly previous: Float64Array;
  readonly momentum: number;
}

export interface ProximalGradientOptions {
  /** "nesterov" is FISTA. Default "nesterov". */
  acceleration?: "none" | "nesterov";
  /** Momentum starts again when it leads uphill. Default true. */
  restart?: boolean;
}

const MOST_TRIALS = 60;

/**
 * Proximal gradient, for a smooth function plus a penalty without gradient.
 *
 *     x ← prox_{t·penalty}(y − t∇f(y)),   y = x + β(x − x₋)
 *
 * Given:    value and gradient of f, the penalty by its proximal operator; without a penalty it is gradient descent
 * Returns:  through the loop of `minimize`; values are f + penalty
 * Method:   step size t by backtracking on f(x⁺) ≤ f(y) + ∇f·d + ‖d‖²/2t, tried 1.1 times as long in the next step;
 *           FISTA, Beck & Teboulle (2009), with gradient restart, O'Donoghue & Candès (2015), section 3.2
 * Stops:    the loop tests ‖x − prox₁(x − ∇f)‖∞
 * Cost:     two gradients per step, one proximal step per trial
 * Traps:    near the minimum differences of f are rounding: the test then compares gradients, (∇f(x⁺) − ∇f(y))·d ≤ ‖d‖²/t
 * Tests:    closed forms of soft thresholding; the golden lasso
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { l1 } from "steepest/prox";
 * import { minimize, proximalGradient } from "steepest/solve";
 * const f = (x: NDArray) => x.sub([3, 0.5]).square().sum().mul(0.5);
 * const { x } = minimize(f, [0, 0], { solver: proximalGradient(), penalty: l1(1) });
 * console.log(x.toArray().map((v) => v.toFixed(6))); // ["2.000000", "0.000000"]
 * ```
 */
export function proximalGradient(options: ProximalGradientOptions = {}): Minimizer {
  new OptionChecker("proximalGradient", options, ["acceleration", "restart"])
    .oneOf("acceleration", ["none", "nesterov"])
    .boolean("restart")
    .done();
  const { acceleration = "nesterov", restart = true } = options;
  return {
    name: "proximalGradient",
    needs: "gradient",
    handles: ["penalty"],
    init: (_problem, start): State => ({
      t: 1 / Math.max(1, euclideanNorm(start.gradient)),
      previous: start.x,
      momentum: 1,
    }),
    step: (problem, at, state) => step(problem, at, state as State, acceleration === "nesterov", restart),
  };
}

function step(
  problem: Problem,
  at: Point,
  state: State,
  accelerated: boolean,
  restart: boolean,
): Proposal<State> | Stop {
  const momentum = accelerated ? (1 + Math.sqrt(1 + 4 * state.momentum ** 2)) / 2 : 1;
  const beta = accelerated ? (state.momentum - 1) / momentum : 0;
  const y = moved(at.x, beta, difference(at.x, state.previous));
  const from = beta === 0 ? at : problem.evaluate(y);
  const found = descend(problem, from, 1.1 * state.t);
  if (found === undefined) {
    if (beta !== 0) return step(problem, at, { ...state, previous: at.x, momentum: 1 }, accelerated, restart);
    return { status: "line-search-failed", reason: "no step size lowers f as much as its gradient says" };
  }
  const { point, t } = found;
  const along = difference(point.x, at.x);
  const uphill = restart && beta !== 0 && dot(difference(from.x, point.x), along) > 0;
  if (uphill && sameVector(point.x, at.x)) {
    return step(problem, at, { t, previous: at.x, momentum: 1 }, accelerated, restart);
  }
  return { point, stepSize: t, state: { t, previous: uphill ? point.x : at.x, momentum: uphill ? 1 : momentum } };
}

function descend(problem: Problem, from: Point, first: number): { point: Point; t: number } | undefined {
  const penalty: Pick<PenaltyTerm, "prox"> = problem.penalty ?? { prox: (v) => v };
  const rounding = roundingOf(from.value);
  for (let count = 0, t = first; count < MOST_TRIALS; count++, t /= 2) {
    const x = penalty.prox(moved(from.x, -t, from.gradient), t);
    const point = problem.evaluate(x);
    if (!Number.isFinite(point.value)) continue;
    const d = difference(x, from.x);
    const square = dot(d, d);
    const rise = point.value - from.value - dot(from.gradient, d);
    if (
      square / t > 1e3 * rounding
        ? rise <= square / (2 * t)
        : dot(difference(point.gradient, from.gradient), d) <= square / t
    ) {
      return { point, t };
    }
  }
  return undefined;
}
