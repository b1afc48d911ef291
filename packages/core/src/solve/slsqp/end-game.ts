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
 *           Multipliers then hold a share ρ·c of the constraints, which is taken out. Nocedal & Wright (2006), section 18.1.
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
  const rho = new Float64Array(c.length);
  for (let k = 0; k < c.length; k++) {
    if (!isActive(k)) continue;
    const row = at.jacobian!.subarray(k * n, (k + 1) * n);
    const square = dot(row, row);
    if (square === 0) continue;
    rho[k] = (10 * size) / square;
    // the lower triangle is what is factored
    for (let i = 0; i < n; i++) {
      const factor = rho[k]! * row[i]!;
      if (factor !== 0) addAt(W, i * n, factor, row, 0, i + 1);
    }
  }
  // variables held at a bound have no curvature to show
  const { box } = problem;
  const held = new Uint8Array(n);
  for (let i = 0; box !== undefined && i < n; i++) {
    const heldBelow = multipliers.lower[i]! > at.x[i]! - box.lower[i]!;
    const heldAbove = multipliers.upper[i]! > box.upper[i]! - at.x[i]!;
    held[i] = heldBelow || heldAbove ? 1 : 0;
    W[i * n + i]! += 10 * size * held[i]!;
  }
  problem.countFactorization();
  const factor = inverseFactor(W, n);
  if (factor === undefined) return undefined;
  const result = linearized(problem, at, W, factor);
  if (result.status !== "solved") return undefined;
  const { d, multipliers: next } = asSubproblem(problem, result);
  for (let k = 0; k < c.length; k++) {
    if (k < equalities) next.equality[k]! -= rho[k]! * c[k]!;
    else if (next.inequality[k - equalities]! > 0) {
      next.inequality[k - equalities] = Math.max(0, next.inequality[k - equalities]! + rho[k]! * c[k]!);
    }
  }
  for (let i = 0; i < n; i++) {
    const share = 10 * size * held[i]! * d[i]!;
    if (next.lower[i]! > 0) next.lower[i] = Math.max(0, next.lower[i]! - share);
    if (next.upper[i]! > 0) next.upper[i] = Math.max(0, next.upper[i]! + share);
  }
  const point = problem.evaluate(clamped(moved(at.x, 1, d), problem.box));
  const left = residualSize(problem, point, next) / residualSize(problem, at, multipliers);
  return left <= 0.5 ? { point, multipliers: next, left } : undefined;
}
