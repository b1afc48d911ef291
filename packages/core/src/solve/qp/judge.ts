// How good a point of a quadratic program is: residuals in the units of the problem, duality gap, certificates.
import type { KktResiduals } from "../solution.ts";
import { dot, maxNorm } from "../vector.ts";
import type { QpData } from "./problem.ts";
import { times, transposedTimes } from "./sparse-rows.ts";

/** A point, its multipliers, and everything that residuals need. */
export interface QpPoint {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export interface QpJudgement {
  readonly kkt: KktResiduals;
  readonly dualityGap: number;
  readonly value: number;
  /** The largest residual in units of what is allowed: at most 1 for an optimum. */
  readonly worst: number;
}

export interface QpTolerance {
  readonly atol: number;
  readonly rtol: number;
}

/**
 * Residuals of  Px + q + Aᵀy = 0,  lower ≤ Ax ≤ upper,  y > 0 only at upper, < 0 only at lower:
 *
 *     stationarity ≤ atol + rtol·max(‖Px‖, ‖Aᵀy‖, ‖q‖)      feasibility ≤ atol + rtol·max(‖Ax‖, ‖bounds‖ where finite)
 *     |xᵀPx + qᵀx + support(y)| ≤ atol + rtol·max(|xᵀPx|, |qᵀx|, |support(y)|)
 *
 * The first two alone can hold far from an optimum. support(y) = upperᵀy₊ + lowerᵀy₋; parts of y at infinite sides are `sign`.
 */
export function judgeQp(data: QpData, { x, y }: QpPoint, { atol, rtol }: QpTolerance): QpJudgement {
  const { q, lower, upper } = data;
  const Px = times(data.P, x);
  const Ax = times(data.A, x);
  const Aty = transposedTimes(data.A, y);
  let stationarity = 0;
  for (let i = 0; i < x.length; i++) stationarity = larger(stationarity, Math.abs(Px[i]! + q[i]! + Aty[i]!));
  let feasibility = 0;
  let complementarity = 0;
  let sign = 0;
  let support = 0;
  let bounds = 0;
  for (let i = 0; i < y.length; i++) {
    const [l, u, v] = [lower[i]!, upper[i]!, y[i]!];
    feasibility = larger(feasibility, Math.max(l - Ax[i]!, Ax[i]! - u));
    if (l > -Infinity && Math.abs(l) > bounds) bounds = Math.abs(l);
    if (u < Infinity && Math.abs(u) > bounds) bounds = Math.abs(u);
    if (v === 0) continue;
    const side = v > 0 ? u : l;
    if (Math.abs(side) === Infinity) {
      sign = larger(sign, Math.abs(v));
      continue;
    }
    support += side * v;
    complementarity = larger(complementarity, Math.abs(v * (Ax[i]! - side)));
  }
  const xPx = dot(x, Px);
  const qx = dot(q, x);
  const dualityGap = Math.abs(xPx + qx + support);
  const dualScale = Math.max(maxNorm(Px), maxNorm(Aty), maxNorm(q));
  const worst = Math.max(
    stationarity / (atol + rtol * dualScale),
    feasibility / (atol + rtol * Math.max(maxNorm(Ax), bounds)),
    dualityGap / (atol + rtol * Math.max(Math.abs(xPx), Math.abs(qx), Math.abs(support))),
    sign / (atol + rtol * dualScale),
  );
  return {
    kkt: { stationarity, feasibility, complementarity, sign },
    dualityGap,
    value: 0.5 * xPx + qx,
    worst: Number.isNaN(worst) ? Infinity : worst,
  };
}

function larger(a: number, b: number): number {
  return b > a || Number.isNaN(b) ? b : a;
}

/** Aᵀy = 0 and support(y) < 0, for y scaled to ‖y‖∞ = 1: no x satisfies the rows. */
export function provesInfeasible(data: QpData, y: Float64Array, tolerance: number): boolean {
  const size = maxNorm(y);
  if (!(size > 0 && size < Infinity)) return false;
  let support = 0;
  for (let i = 0; i < y.length; i++) {
    const v = y[i]! / size;
    const side = v > 0 ? data.upper[i]! : data.lower[i]!;
    // a share at an infinite side is no proof, unless it is rounding
    if (Math.abs(side) === Infinity) {
      if (Math.abs(v) > tolerance * 1e-3) return false;
    } else support += side * v;
  }
  return maxNorm(transposedTimes(data.A, y)) / size <= tolerance && support < -tolerance;
}

/** Pd = 0, qᵀd < 0, Ad ≤ 0 where upper is finite and ≥ 0 where lower is, for ‖d‖∞ = 1: the value falls forever. */
export function provesUnbounded(data: QpData, d: Float64Array, tolerance: number): boolean {
  const size = maxNorm(d);
  if (!(size > 0 && size < Infinity)) return false;
  if (maxNorm(times(data.P, d)) / size > tolerance || !(dot(data.q, d) / size < -tolerance)) return false;
  const Ad = times(data.A, d);
  return Ad.every((v, i) => {
    if (data.upper[i]! < Infinity && v / size > tolerance) return false;
    return !(data.lower[i]! > -Infinity && v / size < -tolerance);
  });
}
