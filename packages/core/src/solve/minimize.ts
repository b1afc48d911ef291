import type { InputOf, Params, Scalar } from "../array/index.ts";
import { drain, runLoop } from "./loop.ts";
import { checkOptions, type MinimizeOptions } from "./options.ts";
import type { Solution, StepReport } from "./solution.ts";
import { lbfgs } from "./solvers/lbfgs.ts";
import { objectiveOf, vectorSpace } from "./tree-objective.ts";

/**
 * Minimizes a scalar function of a scalar, an array, or a tree of them.
 *
 *     minimize f(x)  from x0;   converged when ‖∇f‖∞ ≤ atol + rtol
 *
 * Gradients are taken from f by reverse mode. How it ended is `status`, in words, with a `message`; nothing is thrown for not converging.
 * The solver works in f64, and so is the result. Minima are local.
 * Defaults: `lbfgs()`, 1000 steps, rtol 1e-8, atol 1e-8.
 * @throws OptionError for options that the solver does not know; ShapeError when f does not return a scalar.
 *
 * @example
 * ```ts
 * import type { Scalar } from "steepest";
 * import { minimize } from "steepest/solve";
 * const f = ({ x, y }: { x: Scalar; y: Scalar }) => x.sub(3).square().add(x.mul(y)).add(y.square());
 * const solution = minimize(f, { x: 0, y: 0 });
 * console.log(solution.status, solution.x.x.item(), solution.x.y.item()); // converged 4 -2
 * ```
 */
export function minimize<X extends Params<X>>(
  f: (x: X) => Scalar,
  x0: InputOf<X>,
  options: MinimizeOptions<X> = {},
): Solution<X> {
  return drain(treeLoop("minimize", f, x0, options));
}

/**
 * The loop of `minimize`, one step per `next()`: for animation, for yielding to an event loop, for stopping on one's own rule.
 *
 * Each step is reported after it was taken, from index 1; the solution is what the generator returns.
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { gradientDescent, iterate } from "steepest/solve";
 * const bowl = (x: NDArray) => x.square().sum();
 * for (const step of iterate(bowl, [4], { solver: gradientDescent({ learningRate: 0.25 }) })) {
 *   console.log(step.index, step.value); // 1 4 … 2 1 … 3 0.25
 *   if (step.value < 0.5) break;
 * }
 * ```
 */
export function iterate<X extends Params<X>>(
  f: (x: X) => Scalar,
  x0: InputOf<X>,
  options: MinimizeOptions<X> = {},
): Generator<StepReport<X>, Solution<X>> {
  return treeLoop("iterate", f, x0, options);
}

function treeLoop<X extends Params<X>>(
  owner: string,
  f: (x: X) => Scalar,
  x0: InputOf<X>,
  options: MinimizeOptions<X>,
): Generator<StepReport<X>, Solution<X>> {
  checkOptions(owner, options);
  const space = vectorSpace<X>(owner, x0);
  return runLoop({
    owner,
    objective: objectiveOf(f, space),
    start: space.start,
    solver: options.solver ?? lbfgs(),
    options,
    present: space.restore,
  });
}
