// The quadratic programs of a step: of the linearized problem, and of a relaxed one where the linearization contradicts itself.
import { type Factor, type StrictQp, type StrictQpResult, solveStrictQp } from "../dense/dual-active-set.ts";
import { noMultipliers } from "../kkt.ts";
import type { MultiplierVectors, Point, Problem } from "../solver.ts";
import { maxNorm } from "../vector.ts";

export interface Subproblem {
  readonly d: Float64Array;
  readonly multipliers: MultiplierVectors;
  /** How far the linearized constraints stay violated, row by row: 0 unless they had to be relaxed. */
  readonly left: Float64Array;
}

/** min ½dᵀBd + ∇fᵀd  s.t.  Jd + c = 0 (equalities), ≥ 0 (inequalities), x + d in the box; `c` other than at x for corrections. */
export function linearized(
  problem: Problem,
  at: Point,
  B: Float64Array,
  factor: Factor | undefined,
  c: Float64Array = at.constraints ?? new Float64Array(0),
): StrictQpResult {
  return solveStrictQp(programOf(problem, at, B, at.gradient, c), factor);
}

export function asSubproblem(problem: Problem, { x, y, bound }: StrictQpResult, left?: Float64Array): Subproblem {
  return {
    d: x.slice(0, problem.size),
    multipliers: multipliersOf(problem, y, bound),
    left: left ?? new Float64Array(problem.equalities + problem.inequalities),
  };
}

/**
 * The same with slacks: Jd + c = s, min ½dᵀBd + ∇fᵀd + ½γ‖s‖², feasible whenever the box is not empty.
 * γ grows tenfold until a tenth of the violation goes away, five times at most; undefined when none goes.
 */
export function relaxed(problem: Problem, at: Point, B: Float64Array): Subproblem | undefined {
  const before = violations(at.constraints!, problem.equalities);
  const size = maxNorm(before);
  let weight = 1e2 * Math.max(1, maxNorm(at.gradient));
  for (let count = 0; count < 6; count++, weight *= 10) {
    const result = elastic(problem, at, B, at.gradient, weight);
    if (result === undefined) return undefined;
    if (maxNorm(result.left) <= 0.9 * size) return result;
  }
  return undefined;
}

/** min ½σ‖d‖² + ½‖s‖² with Jd + c = s: a Levenberg–Marquardt step for the violation alone. */
export function restoring(problem: Problem, at: Point, sigma: number): Subproblem | undefined {
  const n = problem.size;
  const B = new Float64Array(n * n);
  for (let i = 0; i < n; i++) B[i * n + i] = sigma;
  return elastic(problem, at, B, new Float64Array(n), 1);
}

function elastic(
  problem: Problem,
  at: Point,
  B: Float64Array,
  gradient: Float64Array,
  weight: number,
): Subproblem | undefined {
  const n = problem.size;
  const { equalities, inequalities, box } = problem;
  const m = equalities + inequalities;
  const all = n + m;
  const H = new Float64Array(all * all);
  for (let i = 0; i < n; i++) H.set(B.subarray(i * n, (i + 1) * n), i * all);
  for (let k = 0; k < m; k++) H[(n + k) * all + n + k] = weight;
  const g = new Float64Array(all);
  g.set(gradient);
  const A = new Float64Array(m * all);
  for (let k = 0; k < m; k++) {
    A.set(at.jacobian!.subarray(k * n, (k + 1) * n), k * all);
    A[k * all + n + k] = k < equalities ? -1 : 1;
  }
  const lower = new Float64Array(all).fill(-Infinity);
  const upper = new Float64Array(all).fill(Infinity);
  for (let i = 0; i < n && box !== undefined; i++) {
    lower[i] = box.lower[i]! - at.x[i]!;
    upper[i] = box.upper[i]! - at.x[i]!;
  }
  for (let k = equalities; k < m; k++) lower[n + k] = 0;
  const { low, high } = sides(at.constraints!, equalities);
  const result = solveStrictQp({ n: all, H, g, A, low, high, lower, upper });
  if (result.status !== "solved") return undefined;
  const left = result.x.slice(n).map(Math.abs);
  return {
    d: result.x.slice(0, n),
    multipliers: multipliersOf(problem, result.y, result.bound),
    left,
  };
}

function programOf(problem: Problem, at: Point, B: Float64Array, gradient: Float64Array, c: Float64Array): StrictQp {
  const { box, equalities } = problem;
  const n = problem.size;
  const { low, high } = sides(c, equalities);
  const lower = box?.lower.map((l, i) => l - at.x[i]!);
  const upper = box?.upper.map((u, i) => u - at.x[i]!);
  return { n, H: B, g: gradient, A: at.jacobian ?? new Float64Array(0), low, high, lower, upper };
}

function sides(c: Float64Array, equalities: number): { low: Float64Array; high: Float64Array } {
  const low = c.map((v) => -v);
  return { low, high: low.map((v, i) => (i < equalities ? v : Infinity)) };
}

/** |g| and (−h)₊ */
export function violations(c: Float64Array, equalities: number): Float64Array {
  return c.map((v, i) => (i < equalities ? Math.abs(v) : Math.max(0, -v)));
}

/** From multipliers that are positive at upper sides to those of L. */
function multipliersOf(problem: Problem, y: Float64Array, bound: Float64Array): MultiplierVectors {
  const { size, equalities, inequalities } = problem;
  const result = noMultipliers(size, equalities, inequalities);
  result.equality.set(y.subarray(0, equalities));
  for (let i = 0; i < inequalities; i++) result.inequality[i] = Math.max(0, -y[equalities + i]!);
  for (let i = 0; i < size; i++) {
    result.lower[i] = Math.max(0, -bound[i]!);
    result.upper[i] = Math.max(0, bound[i]!);
  }
  return result;
}
