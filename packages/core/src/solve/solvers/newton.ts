import { formatNumber, OptionChecker } from "../../errors/index.ts";
import { choleskyInPlace, solveLower, solveLowerTransposed } from "../dense/cholesky.ts";
import { type Minimizer, type Point, type Problem, type Proposal, roundingOf, type Stop } from "../solver.ts";
import { dot, euclideanNorm, maxNorm, moved, negated } from "../vector.ts";

interface State {
  readonly radius: number;
}

/** p with the decrease −(∇f·p + ½pᵀHp) that the model promises. */
interface ModelStep {
  readonly p: Float64Array;
  readonly promised: number;
}

const MOST_TRIALS = 60;

/**
 * Newton's method inside of a trust region: few steps, each with second derivatives.
 *
 *     min ∇f·p + ½pᵀHp   subject to   ‖p‖ ≤ Δ;     ρ = (f(x) − f(x + p))/promised decrease
 *
 * Given:    value, gradient, products with the Hessian (from f, or by differences of gradients)
 * Returns:  through the loop of `minimize`
 * Method:   "cg": conjugate gradients until ‖r‖ ≤ min(½, √‖∇f‖)·‖∇f‖, stopped at the boundary and where curvature is negative,
 *           which is followed to the boundary: Steihaug (1983), Nocedal & Wright (2006), algorithm 7.2.
 *           "cholesky": H + τI with the smallest tried τ ≥ 0 that is positive definite and keeps ‖p‖ ≤ Δ; section 4.3.
 *           Radius: a quarter when ρ < ¼, twice when ρ > ¾ at the boundary; algorithm 4.1.
 * Stops:    the loop tests ‖∇f‖∞; "stalled" when the promised decrease is below the rounding of f and the step is refused
 * Cost:     "cg": one product per inner step; "cholesky": n products and n³/3 per step
 * Traps:    near the minimum f(x) − f(x + p) is rounding: both sides of ρ get ε|f|, which makes it 1 there
 * Tests:    quadratic convergence on Rosenbrock; a saddle is left along negative curvature
 *
 * Options: `inner`, default "cg"; `radius` Δ at the start, default 1.
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { minimize, newton } from "steepest/solve";
 * const f = (x: NDArray) => x.exp().sub(x.mul([1, 2])).sum();
 * const { x, stats } = minimize(f, [0, 0], { solver: newton() });
 * console.log(x.toArray().map((v) => v.toFixed(6)), stats.steps < 8); // ["0.000000", "0.693147"] true
 * ```
 */
export function newton(options: { inner?: "cg" | "cholesky"; radius?: number } = {}): Minimizer {
  new OptionChecker("newton", options, ["inner", "radius"])
    .oneOf("inner", ["cg", "cholesky"])
    .number("radius", 0, Infinity, true)
    .done();
  const { inner = "cg", radius = 1 } = options;
  const solve = inner === "cg" ? steihaug : shiftedCholesky;
  return {
    name: "newton",
    needs: inner === "cg" ? "hessian-product" : "hessian",
    handles: [],
    init: (): State => ({ radius }),
    step: (problem, at, state) => step(problem, at, (state as State).radius, solve),
  };
}

function step(
  problem: Problem,
  at: Point,
  first: number,
  solve: (problem: Problem, at: Point, radius: number) => ModelStep,
): Proposal<State> | Stop {
  const rounding = roundingOf(at.value);
  for (let radius = first, count = 0; count < MOST_TRIALS; count++) {
    const { p, promised } = solve(problem, at, radius);
    const length = euclideanNorm(p);
    const point = problem.evaluate(moved(at.x, 1, p));
    const rho = (at.value - point.value + rounding) / (promised + rounding);
    if (!Number.isFinite(rho) || !Number.isFinite(maxNorm(point.gradient)) || rho < 1e-4) {
      if (promised <= rounding) {
        return {
          status: "stalled",
          reason: `a step would lower f by about ${formatNumber(promised)}, which is below the rounding of its value ${formatNumber(at.value)}`,
        };
      }
      radius = 0.25 * Math.min(length, radius);
      continue;
    }
    const next = rho < 0.25 ? 0.25 * length : rho > 0.75 && length > 0.8 * radius ? 2 * radius : radius;
    return { point, stepSize: 1, state: { radius: next } };
  }
  return { status: "line-search-failed", reason: "f does not fall as its derivatives say, however small the step" };
}

function steihaug(problem: Problem, at: Point, radius: number): ModelStep {
  const g = at.gradient;
  const n = g.length;
  const norm = euclideanNorm(g);
  const enough = Math.min(0.5, Math.sqrt(norm)) * norm;
  const p = new Float64Array(n);
  const Hp = new Float64Array(n);
  let r = g.slice();
  let d = negated(g);
  const finish = (t: number, Hd: Float64Array): ModelStep => {
    for (let i = 0; i < n; i++) {
      p[i]! += t * d[i]!;
      Hp[i]! += t * Hd[i]!;
    }
    return { p, promised: -(dot(g, p) + 0.5 * dot(p, Hp)) };
  };
  for (let k = 0; k < 2 * n + 10; k++) {
    const Hd = problem.hessianProduct(at.x, d);
    const curvature = dot(d, Hd);
    const rr = dot(r, r);
    if (!(curvature > 1e-14 * dot(d, d) * Math.abs(maxNorm(Hd)))) return finish(toBoundary(p, d, radius), Hd);
    const alpha = rr / curvature;
    if (euclideanNorm(moved(p, alpha, d)) >= radius) return finish(toBoundary(p, d, radius), Hd);
    for (let i = 0; i < n; i++) {
      p[i]! += alpha * d[i]!;
      Hp[i]! += alpha * Hd[i]!;
    }
    r = r.map((v, i) => v + alpha * Hd[i]!);
    if (euclideanNorm(r) <= enough) break;
    const beta = dot(r, r) / rr;
    d = d.map((v, i) => beta * v - r[i]!);
  }
  return { p, promised: -(dot(g, p) + 0.5 * dot(p, Hp)) };
}

/** t ≥ 0 with ‖p + td‖ = Δ */
function toBoundary(p: Float64Array, d: Float64Array, radius: number): number {
  const a = dot(d, d);
  const b = dot(p, d);
  const c = dot(p, p) - radius * radius;
  return (-b + Math.sqrt(Math.max(0, b * b - a * c))) / a;
}

function shiftedCholesky(problem: Problem, at: Point, radius: number): ModelStep {
  const n = problem.size;
  const H = problem.lagrangianHessian(at.x, new Float64Array(problem.equalities + problem.inequalities));
  const size = Math.max(maxNorm(H), Number.MIN_VALUE);
  let p = new Float64Array(n);
  for (let tau = 0, count = 0; count < 80; count++, tau = tau === 0 ? 1e-6 * size : 3 * tau) {
    const L = H.slice();
    for (let i = 0; i < n; i++) L[i * n + i]! += tau;
    problem.countFactorization();
    if (choleskyInPlace(L, n) !== -1) continue;
    p = negated(at.gradient) as Float64Array<ArrayBuffer>;
    solveLower(L, n, p);
    solveLowerTransposed(L, n, p);
    if (euclideanNorm(p) <= 1.0001 * radius) break;
  }
  let bent = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) bent += p[i]! * H[i * n + j]! * p[j]!;
  return { p, promised: -(dot(at.gradient, p) + 0.5 * bent) };
}
