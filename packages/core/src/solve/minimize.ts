import type { InputOf, Params, Scalar } from "../array/index.ts";
import { boxOf, clamped } from "./box.ts";
import { constraintSystem } from "./constraint-system.ts";
import { drain, runLoop } from "./loop.ts";
import { checkHandled, checkOptions, type MinimizeOptions } from "./options.ts";
import { slsqp } from "./slsqp/slsqp.ts";
import type { Solution, StepReport } from "./solution.ts";
import type { Minimizer, Objective } from "./solver.ts";
import { lbfgs } from "./solvers/lbfgs.ts";
import { proximalGradient } from "./solvers/proximal-gradient.ts";
import { objectiveOf, penaltyOf, vectorSpace } from "./tree-objective.ts";

/**
 * Minimizes a scalar function of a scalar, an array, or a tree of them.
 *
 *     minimize f(x)   subject to   g(x) = 0,  h(x) ≥ 0,  lower ≤ x ≤ upper
 *     L = f + Σλg − Σμh − Σμ_l(x − lower) − Σμ_u(upper − x),   all μ ≥ 0
 *
 * Converged when the optimality conditions hold: stationarity of L, feasibility, complementarity and signs, each within
 * atol + rtol·scale, computed again from the functions when the solver has ended. Without constraints that is ‖∇f‖∞ alone.
 * Derivatives are taken from the functions, which are traced once and run as programs; a function that reads numbers of its
 * arrays (`item()`) is called each time instead. Minimizing the same function again uses its programs again, as long as its
 * operations, numbers and captured arrays have not changed, which a trace at the start of each call finds out. How it ended is `status`, in words, with a `message`; nothing is thrown for
 * not converging. f is never evaluated outside of the bounds. The solver works in f64, and so is the result. Minima are local.
 * Defaults: `lbfgs()`, with constraints `slsqp()`, with a penalty `proximalGradient()`; 1000 steps, rtol 1e-8, atol 1e-8.
 * @throws OptionError for options that are wrong, or that the solver cannot handle ("lbfgs does not take constraints; use …").
 * @throws ShapeError when f does not return a scalar, or bounds have not the structure of the start.
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

export function treeLoop<X extends Params<X>>(
  owner: string,
  f: (x: X) => Scalar,
  x0: InputOf<X>,
  options: MinimizeOptions<X>,
): Generator<StepReport<X>, Solution<X>> {
  checkOptions(owner, options);
  const space = vectorSpace<X>(owner, x0);
  const box = boxOf(owner, options.bounds, space.start.length, space.flattenInput);
  const solver = options.solver ?? defaultSolver(options);
  const kinds = options.constraints?.map(({ kind }) => kind) ?? [];
  checkHandled(owner, solver, {
    bounds: box !== undefined,
    equality: kinds.includes("equality"),
    inequality: kinds.includes("inequality"),
    penalty: options.penalty !== undefined,
  });
  const constraints = constraintSystem(owner, options.constraints, space);
  const objective: Objective = { ...objectiveOf(f, space), ...(constraints !== undefined && { constraints }) };
  return runLoop({
    owner,
    objective,
    start: clamped(space.start, box),
    solver,
    options,
    box,
    penalty: penaltyOf(options.penalty, options.penaltyOn, space),
    present: space.restore,
  });
}

function defaultSolver<X>({ constraints, penalty }: MinimizeOptions<X>): Minimizer {
  if (penalty !== undefined) return proximalGradient();
  return constraints !== undefined && constraints.length > 0 ? slsqp() : lbfgs();
}
