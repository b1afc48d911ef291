import { fromTyped, type NDArray } from "../../array/index.ts";
import { OptionError } from "../../errors/index.ts";
import type { Optimizer, OptState } from "../../optim/index.ts";
import { rawOf } from "../program.ts";
import type { Minimizer } from "../solver.ts";

/**
 * Any optimizer of `steepest/optim` on a deterministic function, under the loop, limits and statuses of `minimize`.
 *
 * Constant learning rates approach a minimum slowly; give `maxSteps` room, or use `lbfgs`.
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { sgd } from "steepest/optim";
 * import { firstOrder, minimize } from "steepest/solve";
 * const bowl = (x: NDArray) => x.sub([1, 2]).square().sum();
 * const solver = firstOrder(sgd({ learningRate: 0.1, momentum: 0.5 }));
 * console.log(minimize(bowl, [0, 0], { solver }).status); // converged
 * ```
 */
export function firstOrder<S>(optimizer: Optimizer<S>): Minimizer {
  if (typeof optimizer?.step !== "function") {
    throw new OptionError("firstOrder: it needs an optimizer, such as sgd({ learningRate: 0.1 }).", {
      code: "invalid-option",
      option: "optimizer",
    });
  }
  const asArray = (x: Float64Array): NDArray => fromTyped([x.length], x.slice()) as NDArray;
  return {
    name: `firstOrder(${optimizer.name})`,
    needs: "gradient",
    handles: [],
    init: (_problem, start) => optimizer.init(asArray(start.x)),
    step(problem, at, state) {
      const before = state as OptState<NDArray, S>;
      const params = asArray(at.x);
      const asked = rawOf(optimizer.gradParams(params, before));
      const gradient = asked.every((v, i) => v === at.x[i]) ? at.gradient : problem.evaluate(asked).gradient;
      const [next, after] = optimizer.step(params, asArray(gradient), before);
      return { point: problem.evaluate(rawOf(next).slice()), stepSize: 1, state: after };
    },
  };
}
