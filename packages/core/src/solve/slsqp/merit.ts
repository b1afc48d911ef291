// The exact penalty function that decides whether a step is good: f plus weighted violations.
import { clamped } from "../box.ts";
import type { Point, Problem } from "../solver.ts";
import { dot, moved } from "../vector.ts";
import { violations } from "./subproblem.ts";

/** φ(x) = f(x) + Σ νᵢ·violationᵢ(x) */
export function merit(
  { value, constraints }: { value: number; constraints?: Float64Array },
  equalities: number,
  weights: Float64Array,
): number {
  return constraints === undefined ? value : value + dot(weights, violations(constraints, equalities));
}

/** What φ loses to rounding: 2⁻⁴³ of its parts. */
export function meritRounding(at: Point, weights: Float64Array): number {
  let size = Math.abs(at.value);
  for (let i = 0; i < weights.length; i++) size += weights[i]! * Math.abs(at.constraints![i]!) * 1e-3;
  return 2 ** -43 * size;
}

/** ν ← max(|λ|, ½(ν + |λ|)): weights of Powell (1978), which may also fall. */
export function nextWeights(weights: Float64Array, multipliers: Float64Array): Float64Array {
  return weights.map((nu, i) => {
    const size = Math.abs(multipliers[i]!);
    return Math.max(size, 0.5 * (nu + size));
  });
}

export interface Trial {
  readonly x: Float64Array;
  readonly value: number;
  readonly constraints: Float64Array;
  readonly merit: number;
}

export function trialAt(problem: Problem, from: Point, d: Float64Array, t: number, weights: Float64Array): Trial {
  const x = clamped(moved(from.x, t, d), problem.box);
  return asTrial({ x, ...problem.values(x) }, problem.equalities, weights);
}

export function asTrial(
  { x, value, constraints = new Float64Array(0) }: { x: Float64Array; value: number; constraints?: Float64Array },
  equalities: number,
  weights: Float64Array,
): Trial {
  const worth = merit({ value, constraints }, equalities, weights);
  return { x, value, constraints, merit: Number.isFinite(worth) ? worth : Infinity };
}
