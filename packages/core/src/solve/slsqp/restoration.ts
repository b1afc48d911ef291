// Back towards the constraints when their linearization contradicts itself, or proof that there is no way nearby.

import { formatNumber } from "../../errors/index.ts";
import { clamped } from "../box.ts";
import type { Point, Problem, Stop } from "../solver.ts";
import { dot, euclideanNorm, maxNorm, moved } from "../vector.ts";
import { restoring, violations } from "./subproblem.ts";

/** ½‖violation‖² */
export function halfSquaredViolation(constraints: Float64Array, equalities: number): number {
  const v = violations(constraints, equalities);
  const half = 0.5 * dot(v, v);
  return Number.isFinite(half) ? half : Infinity;
}

/**
 * One step that lowers ½‖violation‖² by Levenberg–Marquardt on the linearized constraints, inside of the box; at a point where
 * no such step exists, one along negative curvature (x² ≥ 1 from x = 0).
 * "infeasible" where neither lowers it: a stationary point of the violation.
 */
export function restorationStep(problem: Problem, at: Point): Point | Stop {
  const { equalities } = problem;
  const before = halfSquaredViolation(at.constraints!, equalities);
  const size = euclideanNorm(at.jacobian!);
  for (let sigma = 1e-8 * size * size + 1e-12; sigma < 1e12 * (1 + size * size); sigma *= 100) {
    const sub = restoring(problem, at, sigma);
    if (sub === undefined) continue;
    const predicted = before - 0.5 * dot(sub.left, sub.left);
    if (predicted <= 1e-10 * before) break;
    const x = clamped(moved(at.x, 1, sub.d), problem.box);
    const after = halfSquaredViolation(problem.values(x).constraints, equalities);
    if (after <= before - 1e-3 * predicted) return problem.evaluate(x);
  }
  const bent = alongNegativeCurvature(problem, at, before);
  if (bent !== undefined) return problem.evaluate(bent);
  const violation = maxNorm(violations(at.constraints!, equalities));
  return {
    status: "infeasible",
    reason: `the constraints are violated by ${formatNumber(violation)} at a point where no direction lowers the violation`,
  };
}

function alongNegativeCurvature(problem: Problem, at: Point, before: number): Float64Array | undefined {
  const n = problem.size;
  const { equalities } = problem;
  const c = at.constraints!;
  // ½‖v‖² has the Hessian Σ vᵢ∇²vᵢ + JᵀJ over violated rows; without first-order change only the first part can be negative
  const weights = c.map((v, i) => (i < equalities ? v : Math.min(0, v)));
  const H = problem.lagrangianHessian(at.x, weights, 0);
  for (let k = 0; k < c.length; k++) {
    if (weights[k] === 0) continue;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) H[i * n + j]! += at.jacobian![k * n + i]! * at.jacobian![k * n + j]!;
    }
  }
  const shift = maxNorm(H) * n;
  if (!(shift > 0 && shift < Infinity)) return undefined;
  // power iteration on shift·I − H: its largest eigenvector is the one of the smallest curvature
  let e: Float64Array = Float64Array.from({ length: n }, (_, i) => 1 + (i % 7) / 7);
  let curvature = 0;
  for (let count = 0; count < 200; count++) {
    const He = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) He[i]! += H[i * n + j]! * e[j]!;
    curvature = dot(e, He) / dot(e, e);
    const next = e.map((v, i) => shift * v - He[i]!);
    const length = euclideanNorm(next);
    e = next.map((v) => v / length);
  }
  if (!(curvature < -1e-8 * shift)) return undefined;
  for (let t = 1; t > 1e-6; t /= 4) {
    for (const sign of [1, -1]) {
      const x = clamped(moved(at.x, sign * t, e), problem.box);
      if (halfSquaredViolation(problem.values(x).constraints, equalities) < (1 - 1e-6 * t) * before) return x;
    }
  }
  return undefined;
}
