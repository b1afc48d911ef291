// How good a point is, computed from the problem and not from what a solver says.
import type { InputOf, Params, Scalar } from "../array/index.ts";
import { boxOf } from "./box.ts";
import { constraintSystem } from "./constraint-system.ts";
import { checkOptions, type MinimizeOptions } from "./options.ts";
import { CountedProblem, transposedProduct } from "./problem.ts";
import type { KktResiduals } from "./solution.ts";
import type { Box, MultiplierVectors, PenaltyTerm, Point } from "./solver.ts";
import { objectiveOf, vectorSpace } from "./tree-objective.ts";
import { difference, maxNorm, moved } from "./vector.ts";

/** What a point is judged by, besides itself. */
export interface Terms {
  readonly equalities: number;
  readonly box: Box | undefined;
  readonly penalty: PenaltyTerm | undefined;
}

/**
 * Residuals of  min f + penalty  s.t.  g = 0, h ≥ 0, l ≤ x ≤ u  with  L = f + Σλg − Σμh − Σμ_l(x − l) − Σμ_u(u − x):
 *
 *     stationarity  ‖∇f + J_gᵀλ − J_hᵀμ − μ_l + μ_u‖∞     feasibility  max(|g|, (−h)₊, (l − x)₊, (x − u)₊)
 *     complementarity  max(|μh|, |μ_l(x − l)|, |μ_u(u − x)|)     sign  max (−μ)₊
 *
 * With a penalty, stationarity is ‖x − prox₁(x − ∇f)‖∞, which is ‖∇f‖∞ where there is none.
 */
export function residualsOf(point: Point, multipliers: MultiplierVectors, terms: Terms): KktResiduals {
  const { x, constraints = new Float64Array(0) } = point;
  const { inequality, lower, upper } = multipliers;
  const { equalities, box } = terms;
  const n = x.length;
  let feasibility = 0;
  let complementarity = 0;
  let sign = 0;
  for (let i = 0; i < constraints.length; i++) {
    const c = constraints[i]!;
    feasibility = larger(feasibility, i < equalities ? Math.abs(c) : -c);
    if (i < equalities) continue;
    const mu = inequality[i - equalities]!;
    complementarity = larger(complementarity, Math.abs(mu * c));
    sign = larger(sign, -mu);
  }
  for (let i = 0; box !== undefined && i < n; i++) {
    const below = x[i]! - box.lower[i]!;
    const above = box.upper[i]! - x[i]!;
    feasibility = larger(feasibility, Math.max(-below, -above));
    // a multiplier of a bound that does not exist is wrong, however small: ∞·μ
    if (lower[i] !== 0) complementarity = larger(complementarity, Math.abs(lower[i]! * below));
    if (upper[i] !== 0) complementarity = larger(complementarity, Math.abs(upper[i]! * above));
    sign = larger(sign, Math.max(-lower[i]!, -upper[i]!));
  }
  return { stationarity: maxNorm(stationarityVector(point, multipliers, terms)), feasibility, complementarity, sign };
}

/** ∇f + J_gᵀλ − J_hᵀμ − μ_l + μ_u */
export function stationarityVector(point: Point, multipliers: MultiplierVectors, terms: Terms): Float64Array {
  const { x, gradient, constraints, jacobian } = point;
  const { lower, upper } = multipliers;
  if (terms.penalty !== undefined) return difference(x, terms.penalty.prox(moved(x, -1, gradient), 1));
  const total = gradient.slice();
  if (constraints !== undefined && constraints.length > 0) {
    const pull = transposedProduct(jacobian!, signedWeights(multipliers), x.length);
    for (let i = 0; i < x.length; i++) total[i]! += pull[i]!;
  }
  if (terms.box !== undefined) for (let i = 0; i < x.length; i++) total[i]! += upper[i]! - lower[i]!;
  return total;
}

/** Weights of the constraints in L: λ, then −μ. */
export function signedWeights({ equality, inequality }: MultiplierVectors): Float64Array {
  const weights = new Float64Array(equality.length + inequality.length);
  weights.set(equality);
  for (let i = 0; i < inequality.length; i++) weights[equality.length + i] = -inequality[i]!;
  return weights;
}

/** max(|g|, (−h)₊) */
export function violationOf(constraints: Float64Array, equalities: number): number {
  let most = 0;
  for (let i = 0; i < constraints.length; i++) {
    most = larger(most, i < equalities ? Math.abs(constraints[i]!) : -constraints[i]!);
  }
  return most;
}

/** NaN counts as larger than anything: it must not pass a comparison with a tolerance. */
function larger(a: number, b: number): number {
  return b > a || Number.isNaN(b) ? b : a;
}

const LARGEST_RATIO = 1e3;

/**
 * Up to these, residuals count as 0:
 *
 *     atol + rtol·scale,   scale = max(1, ‖∇f‖∞, ‖λ‖∞, ‖μ‖∞) for stationarity and sign,
 *                          at most 10³·max(1, ‖∇f‖∞); max(1, |c|∞ at the start) for feasibility, max(1, |f|) for complementarity
 *
 * Without constraints and bounds the scale is 1: a start far away, where gradients are large, does not loosen the test.
 */
export function limitsOf(
  { rtol, atol }: { readonly rtol: number; readonly atol: number },
  point: Point,
  multipliers: MultiplierVectors,
  terms: Terms,
  startViolation: number,
): KktResiduals {
  const free = point.constraints === undefined && terms.box === undefined;
  const { equality, inequality, lower, upper } = multipliers;
  const size = Math.max(maxNorm(equality), maxNorm(inequality), maxNorm(lower), maxNorm(upper));
  const slope = Math.max(1, maxNorm(point.gradient));
  // multipliers that are out of all proportion to ∇f are no scale: they show that there are none
  const scale = free ? 1 : Math.min(Math.max(slope, size), LARGEST_RATIO * slope);
  return {
    stationarity: atol + rtol * scale,
    feasibility: atol + rtol * Math.max(1, startViolation),
    complementarity: atol + rtol * Math.max(1, Math.abs(point.value)),
    sign: atol + rtol * scale,
  };
}

/**
 * What ∇f + Jᵀw may lose to rounding: ε·max |Jᵢⱼ·wᵢ|.
 *
 * Multipliers that grow without end against each other (x³ ≥ y ≥ 0 at 0) leave a small residual and prove nothing.
 */
export function stationarityRounding({ jacobian }: Point, multipliers: MultiplierVectors): number {
  if (jacobian === undefined) return 0;
  const weights = signedWeights(multipliers);
  const n = jacobian.length / Math.max(1, weights.length);
  let most = 0;
  for (let k = 0; k < weights.length; k++) {
    const weight = Math.abs(weights[k]!);
    if (weight === 0) continue;
    for (let j = k * n; j < (k + 1) * n; j++) {
      const size = weight * Math.abs(jacobian[j]!);
      if (size > most) most = size;
    }
  }
  return Number.EPSILON * most;
}

export function withinLimits(residuals: KktResiduals, limits: KktResiduals): boolean {
  return (
    residuals.stationarity <= limits.stationarity &&
    residuals.feasibility <= limits.feasibility &&
    residuals.complementarity <= limits.complementarity &&
    residuals.sign <= limits.sign
  );
}

/** No multipliers at all. */
export function noMultipliers(size: number, equalities: number = 0, inequalities: number = 0): MultiplierVectors {
  return {
    equality: new Float64Array(equalities),
    inequality: new Float64Array(inequalities),
    lower: new Float64Array(size),
    upper: new Float64Array(size),
  };
}

/** Multipliers as callers write them; what is left out is 0. */
export interface GivenMultipliers<X> {
  equality?: readonly number[];
  inequality?: readonly number[];
  lower?: InputOf<X>;
  upper?: InputOf<X>;
}

/**
 * Residuals of any point against a problem: the check that no solver can fake. Not scaled.
 *
 * @throws ShapeError when there are not as many multipliers as constraints.
 *
 * @example
 * ```ts
 * import type { Scalar } from "steepest";
 * import { equality, kktResiduals } from "steepest/solve";
 * const f = (p: { x: Scalar; y: Scalar }) => p.x.square().add(p.y.square());
 * console.log(kktResiduals(f, { x: 0.5, y: -2 }).stationarity); // 4
 * const line = equality((p: { x: Scalar; y: Scalar }) => p.x.add(p.y).sub(1));
 * console.log(kktResiduals(f, { x: 0.5, y: 0.5 }, { equality: [-1] }, { constraints: [line] }).stationarity); // 0
 * ```
 */
export function kktResiduals<X extends Params<X>>(
  f: (x: X) => Scalar,
  x: InputOf<X>,
  multipliers: GivenMultipliers<X> = {},
  options: Pick<MinimizeOptions<X>, "constraints" | "bounds"> = {},
): KktResiduals {
  checkOptions("kktResiduals", options);
  const space = vectorSpace<X>("kktResiduals", x);
  const constraints = constraintSystem("kktResiduals", options.constraints, space);
  const objective = { ...objectiveOf(f, space), ...(constraints && { constraints }) };
  const box = boxOf("kktResiduals", options.bounds, space.start.length, space.flattenInput);
  const problem = new CountedProblem("kktResiduals", objective, space.start.length, { box });
  const none = noMultipliers(space.start.length, problem.equalities, problem.inequalities);
  const given: MultiplierVectors = {
    equality: space.counted("equality", multipliers.equality, none.equality),
    inequality: space.counted("inequality", multipliers.inequality, none.inequality),
    lower: multipliers.lower === undefined ? none.lower : space.flattenInput("the multiplier", multipliers.lower),
    upper: multipliers.upper === undefined ? none.upper : space.flattenInput("the multiplier", multipliers.upper),
  };
  return residualsOf(problem.evaluate(space.start), given, problem);
}
