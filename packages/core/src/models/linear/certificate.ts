// How far least squares without penalty is above its optimum: a certificate that needs no solver.
import type { NDArray } from "../../array/index.ts";
import { lstsq } from "../../linalg/index.ts";
import { type GramFactor, gramFactor, LEAST_RECIPROCAL_CONDITION, matrixOf, numbersOf, solveGram } from "./gram.ts";
import { descentDirection, residuals, type System, sumOfSquares } from "./system.ts";

/** P(W) − P*, with the best intercept, up to rounding. */
export type Certificate = (W: Float64Array) => number;

/** Up to this many rows or columns a factorization costs no more than the descent that it judges. */
const MOST_FACTORED = 1500;

/**
 * P(W) − P* = ½·gᵀH⁺g, with g = ∇P and H = AᵀA/S: what the best step of all coefficients together still gives
 *
 * Method:   Cholesky of AᵀA, as long as it has digits left; else QR of A, which sees columns that are nearly the same:
 *           the gap is then ½‖AA⁺R‖²/S, the part of the residual that the columns can still explain
 * Returns:  undefined above 1500 rows and columns, where only a bound from below is affordable (`coordinateGap`)
 * Cost:     nd² + d³/3 once, or 2nd² − 2d³/3; then n·d per question
 * Tests:    equals the difference to the solution by QR, for dependent columns too; one coefficient alone is caught
 */
export function certificateOf(system: System): Certificate | undefined {
  const { n, d } = system;
  if (Math.min(n, d) > MOST_FACTORED) return undefined;
  const factor = d <= n ? gramFactor(system, 0) : undefined;
  if (factor !== undefined && factor.reciprocalCondition > LEAST_RECIPROCAL_CONDITION) {
    return byGramFactor(system, factor);
  }
  return byColumns(system, matrixOf(system.A, d));
}

export function byGramFactor(system: System, factor: GramFactor): Certificate {
  return (W) => {
    const right = descentDirection(system, W, 0);
    const step = solveGram(factor, right, system.t);
    let sum = 0;
    for (let at = 0; at < step.length; at++) sum += right[at]! * step[at]!;
    return Math.max(0, sum / (2 * system.totalWeight));
  };
}

/** `matrix` is A; its factors are remembered. */
export function byColumns(system: System, matrix: NDArray): Certificate {
  return (W) => {
    const R = residuals(system, W);
    const step = numbersOf(lstsq(matrix, matrixOf(R, system.t)).x);
    const left = residuals({ ...system, B: R }, step);
    return sumOfSquares(R.map((r, at) => r - left[at]!)) / (2 * system.totalWeight);
  };
}
