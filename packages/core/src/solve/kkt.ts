// How good a point is, computed from the problem and not from what a solver says.
import type { InputOf, Params, Scalar } from "../array/index.ts";
import type { KktResiduals } from "./solution.ts";
import type { Point } from "./solver.ts";
import { objectiveOf, vectorSpace } from "./tree-objective.ts";
import { maxNorm } from "./vector.ts";

/** Without constraints a point is first-order optimal when its gradient vanishes. */
export function unconstrainedResiduals({ gradient }: Pick<Point, "gradient">): KktResiduals {
  return { stationarity: maxNorm(gradient), feasibility: 0, complementarity: 0, sign: 0 };
}

/**
 * Up to this, a residual counts as 0:
 *
 *     atol + rtol·max(1, ‖λ‖∞, ‖μ‖∞)
 *
 * The scale is that of the multipliers, which a gradient is balanced against. Without constraints it is 1: a start far
 * away, where gradients are large, does not loosen the test.
 */
export function toleranceOf(limits: { rtol: number; atol: number }, multipliers: readonly number[] = []): number {
  return limits.atol + limits.rtol * Math.max(1, ...multipliers.map(Math.abs));
}

/**
 * Residuals of any point: the check that no solver can fake.
 *
 * @example
 * ```ts
 * import type { Scalar } from "steepest";
 * import { kktResiduals } from "steepest/solve";
 * const f = (p: { x: Scalar; y: Scalar }) => p.x.square().add(p.y.square());
 * console.log(kktResiduals(f, { x: 0.5, y: -2 }).stationarity); // 4
 * ```
 */
export function kktResiduals<X extends Params<X>>(f: (x: X) => Scalar, x: InputOf<X>): KktResiduals {
  const space = vectorSpace<X>("kktResiduals", x);
  return unconstrainedResiduals(objectiveOf(f, space).valueAndGradient(space.start));
}
