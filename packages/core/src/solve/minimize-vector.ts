import { drain, runLoop } from "./loop.ts";
import { checkOptions, type MinimizeOptions } from "./options.ts";
import { checkedStart } from "./problem.ts";
import type { Solution, StepReport } from "./solution.ts";
import type { Objective } from "./solver.ts";
import { lbfgs } from "./solvers/lbfgs.ts";

/**
 * `minimize` for an objective that brings its own value and gradient, as plain functions of a vector.
 *
 * For passes that compute both by hand, without arrays and tracing. Solvers, options and statuses are the same.
 * Vectors in reports and in the solution are not written again; do not write to `x`.
 * @throws ShapeError when a gradient has not as many entries as x.
 *
 * @example
 * ```ts
 * import { minimizeVector } from "steepest/solve";
 * const objective = {
 *   value: (x: Float64Array) => (x[0]! - 3) ** 2,
 *   valueAndGradient: (x: Float64Array) => ({ value: (x[0]! - 3) ** 2, gradient: Float64Array.of(2 * (x[0]! - 3)) }),
 * };
 * console.log(minimizeVector(objective, [0]).x[0]); // 3
 * ```
 */
export function minimizeVector(
  objective: Objective,
  x0: Float64Array | readonly number[],
  options: MinimizeOptions<Float64Array> = {},
): Solution<Float64Array> {
  return drain(vectorLoop("minimizeVector", objective, x0, options));
}

/** `iterate` for an objective that brings its own value and gradient. */
export function iterateVector(
  objective: Objective,
  x0: Float64Array | readonly number[],
  options: MinimizeOptions<Float64Array> = {},
): Generator<StepReport<Float64Array>, Solution<Float64Array>> {
  return vectorLoop("iterateVector", objective, x0, options);
}

function vectorLoop(
  owner: string,
  objective: Objective,
  x0: Float64Array | readonly number[],
  options: MinimizeOptions<Float64Array>,
): Generator<StepReport<Float64Array>, Solution<Float64Array>> {
  checkOptions(owner, options);
  return runLoop({
    owner,
    objective,
    start: checkedStart(owner, x0),
    solver: options.solver ?? lbfgs(),
    options,
    present: (x) => x,
  });
}
