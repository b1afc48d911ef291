import type { QpProblem } from "./problem.ts";
import { type QpOptions, type QpSolution, workspaceOf } from "./workspace.ts";

/**
 * A convex quadratic program, or a linear one where P is left out.
 *
 *     minimize ½xᵀPx + qᵀx   subject to   lower ≤ Ax ≤ upper;     Px + q + Aᵀy = 0,  y > 0 only at upper, < 0 only at lower
 *
 * Shapes: P "n n", q "n", A "m n", lower and upper "m"; ±Infinity for no side, equal sides for an equality. P and A dense or sparse.
 * Methods: dual active set (dense, P ≻ 0), primal-dual interior point (dense), operator splitting with polishing (sparse or large).
 * "converged" means that stationarity, feasibility and the duality gap, computed from x and y, are within atol + rtol·scale.
 * A problem without solution gets a `certificate`; where neither a feasible point nor a bound exists, that of infeasibility.
 * Defaults: method "auto", atol and rtol 1e-8.
 * @throws DomainError when P is not positive semi-definite (names the direction) or not symmetric.
 * @throws OptionError when lower > upper (names the row), or an entry is not finite; ShapeError when shapes do not fit.
 * Source: Goldfarb & Idnani (1983); Mehrotra (1992); Stellato et al. (2020).
 *
 * @example
 * ```ts
 * const { x, y, value } = qp({ P: [[4, 1], [1, 2]], q: [1, 1], A: [[1, 1], [1, 0], [0, 1]], lower: [1, 0, 0], upper: [1, 0.7, 0.7] });
 * console.log(x.toArray(), value); // [0.3, 0.7] 1.88
 * console.log(y.toArray().map((v) => v.toFixed(3))); // ["-2.900", "0.000", "0.200"]
 * ```
 */
export function qp(problem: QpProblem, options: QpOptions = {}): QpSolution {
  return workspaceOf("qp", problem, options).solve();
}
