// The dual active-set method for quadratic programs with rows of two sides, also where P is singular.
import { inverseFactor, solveStrictQp } from "../dense/dual-active-set.ts";
import { difference, maxNorm } from "../vector.ts";
import type { DenseForm } from "./dense-form.ts";
import type { QpPoint } from "./judge.ts";
import type { QpData } from "./problem.ts";
import { times } from "./sparse-rows.ts";

export interface MethodResult {
  /** What the method believes; the caller judges. */
  readonly point: QpPoint;
  readonly steps: number;
  readonly factorizations: number;
  readonly certificate?: Float64Array;
}

const MOST_OUTER = 60;

/**
 * P ≻ 0: `solveStrictQp`. P singular: proximal steps  x⁺ = argmin ½xᵀPx + qᵀx + ½δ‖x − x⁻‖²  on the same rows.
 *
 * The steps end exactly when the active set is that of the solution of a linear program; otherwise their error falls by
 * δ/(δ + λ) each, λ the smallest positive curvature on the active set. Rockafellar (1976).
 */
export function activeSetQp(data: QpData, dense: DenseForm, done: (point: QpPoint) => boolean): MethodResult {
  const { n, lower: low, upper: high } = data;
  if (dense.factor !== undefined) {
    const result = solveStrictQp({ n, H: dense.P, g: data.q, A: dense.A, low, high }, dense.factor);
    return outcome(result, result.steps, 0);
  }
  const size = Math.max(maxNorm(data.P.values), 1e-8);
  const delta = data.P.values.length === 0 ? Math.max(1e-3, maxNorm(data.q)) : 1e-4 * size;
  const H = dense.P.slice();
  for (let i = 0; i < n; i++) H[i * n + i]! += delta;
  const factor = inverseFactor(H, n);
  let x: Float64Array = new Float64Array(n);
  let last: MethodResult = { point: { x, y: new Float64Array(data.m) }, steps: 0, factorizations: 1 };
  for (let outer = 0, steps = 0; outer < MOST_OUTER; outer++) {
    const before = x;
    const g = data.q.map((v, i) => v - delta * before[i]!);
    const result = solveStrictQp({ n, H, g, A: dense.A, low, high }, factor);
    steps += result.steps;
    last = outcome(result, steps, 1);
    x = result.x;
    if (result.status !== "solved" || done(last.point)) break;
    if (maxNorm(difference(x, before)) > 1e12) break;
  }
  return last;
}

function outcome(
  { x, y, certificate }: ReturnType<typeof solveStrictQp>,
  steps: number,
  factorizations: number,
): MethodResult {
  return { point: { x, y }, steps, factorizations, ...(certificate !== undefined && { certificate: certificate.y }) };
}

/** A point of lower ≤ Ax ≤ upper nearest to `near`, or the proof that there is none. */
export function nearestFeasible(
  data: Pick<QpData, "n" | "lower" | "upper">,
  A: Float64Array,
  near: Float64Array,
): { readonly x: Float64Array; readonly certificate?: Float64Array } {
  const { n, lower: low, upper: high } = data;
  const H = identity(n);
  const result = solveStrictQp({ n, H, g: near.map((v) => -v), A, low, high }, { L: H, inverse: H });
  return { x: result.x, ...(result.certificate !== undefined && { certificate: result.certificate.y }) };
}

/** A direction d with Pd = 0, qᵀd = −1 that no finite side stops: the least of the system, if it has a solution. */
export function recessionDirection(data: QpData, dense: DenseForm): Float64Array | undefined {
  const { n, m } = data;
  const A = new Float64Array((n + m + 1) * n);
  A.set(dense.P);
  A.set(dense.A, n * n);
  A.set(data.q, (n + m) * n);
  const lower = new Float64Array(n + m + 1);
  const upper = new Float64Array(n + m + 1);
  for (let i = 0; i < m; i++) {
    lower[n + i] = data.lower[i]! > -Infinity ? 0 : -Infinity;
    upper[n + i] = data.upper[i]! < Infinity ? 0 : Infinity;
  }
  const size = maxNorm(data.q);
  if (size === 0) return undefined;
  lower[n + m] = -size;
  upper[n + m] = -size;
  const found = nearestFeasible({ n, lower, upper }, A, new Float64Array(n));
  if (found.certificate !== undefined) return undefined;
  const d = found.x;
  return times(data.P, d).every((v) => Math.abs(v) <= 1e-7 * maxNorm(d) * Math.max(1, maxNorm(data.P.values)))
    ? d
    : undefined;
}

function identity(n: number): Float64Array {
  const to = new Float64Array(n * n);
  for (let i = 0; i < n; i++) to[i * n + i] = 1;
  return to;
}
