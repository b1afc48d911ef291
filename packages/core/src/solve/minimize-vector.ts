import { OptionChecker, ShapeError } from "../errors/index.ts";
import { boxOf, clamped } from "./box.ts";
import { drain, runLoop } from "./loop.ts";
import { checkHandled, checkLoopOptions, LOOP_OPTIONS, type LoopOptions } from "./options.ts";
import { checkedStart } from "./problem.ts";
import { slsqp } from "./slsqp/slsqp.ts";
import type { Solution, StepReport } from "./solution.ts";
import type { Minimizer, Objective } from "./solver.ts";
import { lbfgs } from "./solvers/lbfgs.ts";

export interface VectorOptions extends LoopOptions<Float64Array> {
  /** Default: `lbfgs()`, with constraints `slsqp()`. */
  solver?: Minimizer;
  bounds?: { lower?: Float64Array | readonly number[]; upper?: Float64Array | readonly number[] };
}

/**
 * `minimize` for an objective that brings its own value and gradient, as plain functions of a vector.
 *
 * For passes that compute both by hand, without arrays and tracing. Solvers, options and statuses are the same.
 * Constraints come with the objective, as values and a Jacobian; bounds are vectors.
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
  options: VectorOptions = {},
): Solution<Float64Array> {
  return drain(vectorLoop("minimizeVector", objective, x0, options));
}

/** `iterate` for an objective that brings its own value and gradient. */
export function iterateVector(
  objective: Objective,
  x0: Float64Array | readonly number[],
  options: VectorOptions = {},
): Generator<StepReport<Float64Array>, Solution<Float64Array>> {
  return vectorLoop("iterateVector", objective, x0, options);
}

function vectorLoop(
  owner: string,
  objective: Objective,
  x0: Float64Array | readonly number[],
  options: VectorOptions,
): Generator<StepReport<Float64Array>, Solution<Float64Array>> {
  const checker = new OptionChecker(owner, options, ["solver", "bounds", ...LOOP_OPTIONS]);
  checkLoopOptions(checker, options);
  checker.done();
  const start = checkedStart(owner, x0);
  const box = boxOf(owner, options.bounds, start.length, (what, given) => sized(owner, what, given, start.length));
  const { equalities = 0, inequalities = 0 } = objective.constraints ?? {};
  const solver = options.solver ?? (equalities + inequalities > 0 ? slsqp() : lbfgs());
  checkHandled(owner, solver, {
    bounds: box !== undefined,
    equality: equalities > 0,
    inequality: inequalities > 0,
    penalty: false,
  });
  return runLoop({ owner, objective, start: clamped(start, box), solver, options, box, present: (x) => x });
}

function sized(owner: string, what: string, given: unknown, size: number): Float64Array {
  const vector = Float64Array.from(given as Float64Array);
  if (vector.length === size) return vector;
  throw new ShapeError(`${owner}: ${what} has ${vector.length} entries, but x has ${size}.`, {
    code: "sizes-differ",
    operation: owner,
    shapes: [[vector.length], [size]],
  });
}
