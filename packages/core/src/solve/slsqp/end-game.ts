// The last digits: a step with exact second derivatives, taken when the residuals of the optimality conditions fall.
import { clamped } from "../box.ts";
import { inverseFactor } from "../dense/dual-active-set.ts";
import { addAt } from "../dense/rows.ts";
import { limitsOf, residualsOf, signedWeights } from "../kkt.ts";
import type { MultiplierVectors, Point, Problem } from "../solver.ts";
import { dot, maxNorm, moved } from "../vector.ts";
import { asSubproblem, linearized } from "./subproblem.ts";

/** The largest residual relative to its scale. */
export function residualSize(problem: Problem, at: Point, multipliers: MultiplierVectors): number {
  const residuals = residualsOf(at, multipliers, problem);
  const scales = limitsOf({ rtol: 1, atol: 0 }, at, multipliers, problem, 1);
  return Math.max(
    residuals.stationarity / scales.stationarity,
    residuals.feasibility / scales.feasibility,
    residuals.complementarity / scales.complementarity,
    residuals.sign / scales.sign,
  );
}

/**
 * Newton on the optimality conditions:  min ½dᵀWd + ∇fᵀd on the linearized constraints,  W = ∇²L
 *
 * Given:    a point and multipliers near the optimal ones
 * Returns:  a point with residuals at most half as large, its multipliers, and the share that is left; undefined otherwise
 * Method:   the quadratic program of a step with W + ρAᵀA instead of B, A the active normals: on the active set both have the same
 *           solution, and for ρ large enough the matrix is positive definite exactly when the point can be a strict minimum.
 *           The added term is ½ρ(aᵀd + c)², which vanishes with its gradient where the constraint holds: multipliers stay what they
           are, also those that vanish. Nocedal & Wright (2006), section 18.1.
 * Cost:     one Hessian of the Lagrangian, one quadratic program, one evaluation
 */
export function newtonStep(
  problem: Problem,
  at: Point,
  multipliers: MultiplierVectors,
): { point: Point; multipliers: MultiplierVectors; left: number } | undefined {
  const n = problem.size;
  const { equalities } = problem;
  const c = at.constraints ?? new Float64Array(0);
  const W = problem.lagrangianHessian(at.x, signedWeights(multipliers));
  if (!Number.isFinite(maxNorm(W))) return undefined;
  // of the two factors of μ·h the larger one stays
  const isActive = (k: number) => k < equalities || multipliers.inequality[k - equalities]! > c[k]!;
  const size = Math.max(1, maxNorm(W));
  const gradient = at.gradient.slice();
  for (let k = 0; k < c.length; k++) {
    if (!isActive(k)) continue;
    const row = at.jacobian!.subarray(k * n, (k + 1) * n);
    const square = dot(row, row);
    if (square === 0) continue;
    const rho = (10 * size) / square;
    // the lower triangle is what is factored
    for (let i = 0; i < n; i++) {
      const factor = rho * row[i]!;
      gradient[i]! += factor * c[k]!;
      if (factor !== 0) addAt(W, i * n, factor, row, 0, i + 1);
    }
  }
  // variables held at a bound have no curvature to show
  const { box } = problem;
  const rho = 10 * size;
  for (let i = 0; box !== undefined && i < n; i++) {
    const below = at.x[i]! - box.lower[i]!;
    const above = box.upper[i]! - at.x[i]!;
    const atLower = multipliers.lower[i]! > below;
    if (!atLower && !(multipliers.upper[i]! > above)) continue;
    W[i * n + i]! += rho;
    gradient[i]! += rho * (atLower ? below : -above);
  }
  problem.countFactorization();
  const factor = inverseFactor(W, n);
  if (factor === undefined) return undefined;
  const result = linearized(problem, { ...at, gradient }, W, factor);
  if (result.status !== "solved") return undefined;
  const { d, multipliers: next } = asSubproblem(problem, result);
  const point = problem.evaluate(clamped(moved(at.x, 1, d), problem.box));
  const left = residualSize(problem, point, next) / residualSize(problem, at, multipliers);
  return left <= 0.5 ? { point, multipliers: next, left } : undefined;
}
