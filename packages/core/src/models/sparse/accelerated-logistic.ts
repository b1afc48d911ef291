// Logistic regression with an l1 penalty by proximal gradient steps: to teach, and to compare.
import { type Problem, valueAndGradient } from "../logistic/problem.ts";
import type { DescentOptions, DescentResult } from "./coordinate-descent.ts";
import type { Strengths } from "./gap.ts";
import { sparseLogisticDual } from "./logistic-gap.ts";
import { absoluteSum } from "./proximal-newton.ts";
import { soft } from "./soft.ts";

/**
 * θ⁺ = soft(u − t·∇f(u), t·l1) with Nesterov's momentum u; f is the loss and ½·l2·‖W‖²
 *
 * Method:   FISTA (Beck & Teboulle 2009), t halved when f exceeds its model and tried 1.1 times as long in the next step, momentum
 *           started anew when it leads uphill (O'Donoghue & Candès 2015)
 * Stops:    duality gap ≤ wanted, looked at every 10 steps
 * Tests:    the same optimum as proximal Newton
 */
export function acceleratedLogistic(
  problem: Problem,
  theta: Float64Array,
  strengths: Strengths,
  { wanted, maxSteps, onPass }: DescentOptions,
): DescentResult {
  const split = problem.d * problem.k;
  const gradient = new Float64Array(theta.length);
  const scratch = new Float64Array(theta.length);
  let u = theta.slice();
  let momentum = 1;
  let t = 1;
  let best = -Infinity;
  let objective = Infinity;
  for (let step = 0; ; step++) {
    const last = objective;
    objective = valueAndGradient(problem, theta, scratch) + strengths.l1 * absoluteSum(theta, split);
    const stop = onPass?.(objective) === true;
    if (stop || step >= maxSteps || step % 10 === 0) {
      best = Math.max(best, sparseLogisticDual(problem, theta, strengths));
      const gap = Math.max(0, objective - best);
      if (gap <= wanted) return { objective, gap, ended: "certified", passes: step };
      if (stop || step >= maxSteps) return { objective, gap, ended: stop ? "aborted" : "max-steps", passes: step };
    }
    if (objective > last) {
      momentum = 1;
      u = theta.slice();
    }
    const value = valueAndGradient(problem, u, gradient);
    t *= 1.1;
    for (;;) {
      const next = u.map((x, at) => {
        const moved = x - t * gradient[at]!;
        return at < split ? soft(moved, t * strengths.l1) : moved;
      });
      let linear = 0;
      let square = 0;
      let curvature = 0;
      const found = valueAndGradient(problem, next, scratch);
      for (let at = 0; at < next.length; at++) {
        const by = next[at]! - u[at]!;
        linear += gradient[at]! * by;
        square += by * by;
        curvature += (scratch[at]! - gradient[at]!) * by;
      }
      // near the optimum differences of values are rounding; those of gradients are not
      if (found > value + linear + square / (2 * t) && curvature > square / t) {
        t /= 2;
        continue;
      }
      const following = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
      u = next.map((x, at) => x + ((momentum - 1) / following) * (x - theta[at]!));
      momentum = following;
      theta.set(next);
      break;
    }
  }
}
