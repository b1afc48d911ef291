// The five kernel machines as problems for one solver: bounds, linear terms, and what the solution means.
import type { GramSource } from "./kernel-rows.ts";
import { type SmoOptions, type SmoProblem, type SmoResult, smo } from "./smo.ts";

/** A trained machine: f(x) = Σ βᵢ·k(xᵢ, x) + b. */
export interface Machine {
  /** One per row. */
  readonly beta: Float64Array;
  readonly b: number;
  /** Primal objective. */
  readonly objective: number;
  /** Primal minus dual. */
  readonly gap: number;
  /** ‖w‖² in the space of features. */
  readonly squaredNorm: number;
  /** Width of the tube, where the machine finds it (ν-SVR). */
  readonly epsilon?: number;
  readonly ended: SmoResult["ended"];
  readonly steps: number;
  readonly violation: number;
  readonly indefinite: boolean;
  /** ν-SVC: no margin is left, because rows of both classes are equal in the space of features. */
  readonly marginless?: boolean;
}

/** How a problem of signed coefficients is solved: by SMO, or otherwise to compare. */
export type DualSolver = (problem: SmoProblem, options: SmoOptions) => SmoResult;

/** C-SVC: min ½‖w‖² + Σ Cᵢ·max(0, 1 − ỹᵢf(xᵢ)), signs ỹ = ±1, `limits` Cᵢ > 0. */
export function trainSvc(
  gram: GramSource,
  signs: Int8Array,
  limits: Float64Array,
  options: SmoOptions,
  solve: DualSolver = smo,
): Machine {
  const q = Float64Array.from(signs);
  const beta = new Float64Array(gram.n);
  const bounds = boundsOf(signs, limits);
  const result = solve({ gram, q, ...bounds, beta }, options);
  const b = biasOf(result.F, beta, bounds);
  const squaredNorm = normOf(beta, q, result.F);
  let loss = 0;
  let total = 0;
  for (let i = 0; i < gram.n; i++) {
    loss += limits[i]! * Math.max(0, signs[i]! * (result.F[i]! - b)); // 1 − ỹf = ỹ(F − b)
    total += Math.abs(beta[i]!);
  }
  const objective = squaredNorm / 2 + loss;
  return { beta, b, squaredNorm, objective, gap: objective - (total - squaredNorm / 2), ...endOf(result) };
}

/**
 * ν-SVC: min ½αᵀQα, 0 ≤ αᵢ ≤ sᵢ, Σα = ν·Σs in equal halves; coefficients, bias and objective are then divided by the margin ρ.
 *
 * `limits` sᵢ; ν·Σs/2 is at most the sum of either class.
 */
export function trainNuSvc(
  gram: GramSource,
  signs: Int8Array,
  limits: Float64Array,
  nu: number,
  options: SmoOptions,
  solve: DualSolver = smo,
): Machine {
  const { n } = gram;
  const q = new Float64Array(n);
  const bounds = boundsOf(signs, limits);
  const share = (nu * limits.reduce((sum, s) => sum + s, 0)) / 2;
  const beta = filledStart(signs, limits, share);
  const result = solve({ gram, q, ...bounds, beta, classes: signs }, options);
  const [plus, minus] = [1, -1].map((sign) => biasOf(result.F, beta, bounds, (i) => signs[i] === sign)) as [
    number,
    number,
  ];
  const rho = (minus - plus) / 2;
  const b = (plus + minus) / 2;
  const squaredNorm = normOf(beta, q, result.F);
  let loss = 0;
  for (let i = 0; i < n; i++) loss += limits[i]! * Math.max(0, rho - signs[i]! * (b - result.F[i]!)); // f = b − F
  const primal = squaredNorm / 2 - 2 * share * rho + loss;
  const scale = rho > 0 ? 1 / rho : 1;
  return {
    beta: beta.map((value) => value * scale),
    b: b * scale,
    squaredNorm: squaredNorm * scale * scale,
    objective: primal * scale * scale,
    gap: (primal + squaredNorm / 2) * scale * scale,
    marginless: !(rho > 10 * options.tolerance * Math.max(...gram.diagonal)),
    ...endOf(result),
  };
}

/** One class: min ½αᵀKα, 0 ≤ αᵢ ≤ sᵢ, Σα = ν·Σs; f(x) = Σ αᵢk − ρ. */
export function trainOneClass(
  gram: GramSource,
  limits: Float64Array,
  nu: number,
  options: SmoOptions,
  solve: DualSolver = smo,
): Machine {
  const { n } = gram;
  const signs = new Int8Array(n).fill(1);
  const q = new Float64Array(n);
  const bounds = boundsOf(signs, limits);
  const share = nu * limits.reduce((sum, s) => sum + s, 0);
  const beta = filledStart(signs, limits, share);
  const result = solve({ gram, q, ...bounds, beta }, options);
  const b = biasOf(result.F, beta, bounds); // −ρ
  const squaredNorm = normOf(beta, q, result.F);
  let loss = 0;
  for (let i = 0; i < n; i++) loss += limits[i]! * Math.max(0, result.F[i]! - b); // ρ − Kβ
  const objective = squaredNorm / 2 + share * b + loss;
  return { beta, b, squaredNorm, objective, gap: objective + squaredNorm / 2, ...endOf(result) };
}

/** ε-SVR: min ½‖w‖² + Σ Cᵢ·max(0, |yᵢ − f(xᵢ)| − ε); two variables per row, β = α − α*. */
export function trainSvr(
  gram: GramSource,
  y: Float64Array,
  limits: Float64Array,
  epsilon: number,
  options: SmoOptions,
  solve: DualSolver = smo,
): Machine {
  const { n } = gram;
  const q = twice(y, -epsilon, epsilon);
  const signs = twoSigns(n);
  const bounds = boundsOf(signs, twice(limits, 0, 0));
  const doubled = new Float64Array(2 * n);
  const result = solve({ gram, q, ...bounds, beta: doubled }, options);
  const b = biasOf(result.F, doubled, bounds);
  const { beta, squaredNorm, loss } = regressionOf(doubled, result.F, y, limits, b, epsilon, epsilon);
  let dual = -squaredNorm / 2;
  for (let i = 0; i < n; i++) dual += y[i]! * beta[i]! - epsilon * (doubled[i]! - doubled[n + i]!);
  const objective = squaredNorm / 2 + loss;
  return { beta, b, squaredNorm, objective, gap: objective - dual, epsilon, ...endOf(result) };
}

/** ν-SVR: ε is a variable, and Σ(α + α*) = ν·ΣC; `limits` Cᵢ. */
export function trainNuSvr(
  gram: GramSource,
  y: Float64Array,
  limits: Float64Array,
  nu: number,
  options: SmoOptions,
  solve: DualSolver = smo,
): Machine {
  const { n } = gram;
  const q = twice(y, 0, 0);
  const signs = twoSigns(n);
  const doubledLimits = twice(limits, 0, 0);
  const bounds = boundsOf(signs, doubledLimits);
  const share = (nu * limits.reduce((sum, c) => sum + c, 0)) / 2;
  const doubled = filledStart(signs, doubledLimits, share);
  const result = solve({ gram, q, ...bounds, beta: doubled, classes: signs }, options);
  const [plus, minus] = [1, -1].map((sign) => biasOf(result.F, doubled, bounds, (t) => signs[t] === sign)) as [
    number,
    number,
  ];
  const epsilon = (plus - minus) / 2;
  const b = (plus + minus) / 2;
  const { beta, squaredNorm, loss } = regressionOf(doubled, result.F, y, limits, b, epsilon, 0);
  let dual = -squaredNorm / 2;
  for (let i = 0; i < n; i++) dual += y[i]! * beta[i]!;
  const objective = squaredNorm / 2 + 2 * share * epsilon + loss;
  return { beta, b, squaredNorm, objective, gap: objective - dual, epsilon, ...endOf(result) };
}

/** β of the rows, ‖w‖² = βᵀKβ, and Σ Cᵢ·max(0, |yᵢ − f(xᵢ)| − ε); F of the first copy is y − shift − Kβ. */
function regressionOf(
  doubled: Float64Array,
  F: Float64Array,
  y: Float64Array,
  limits: Float64Array,
  b: number,
  epsilon: number,
  shift: number,
): { beta: Float64Array; squaredNorm: number; loss: number } {
  const n = y.length;
  const beta = Float64Array.from(y, (_, i) => doubled[i]! + doubled[n + i]!);
  let squaredNorm = 0;
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const left = F[i]! + shift; // y − Kβ
    squaredNorm += beta[i]! * (y[i]! - left);
    loss += limits[i]! * Math.max(0, Math.abs(left - b) - epsilon);
  }
  return { beta, squaredNorm, loss };
}

interface Bounds {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** [0, C] for sign +1, [−C, 0] for −1. */
function boundsOf(signs: Int8Array, limits: Float64Array): Bounds {
  return {
    low: limits.map((limit, i) => (signs[i] === 1 ? 0 : -limit)),
    high: limits.map((limit, i) => (signs[i] === 1 ? limit : 0)),
  };
}

/** The first rows of each sign at their bounds, until their sum is `share`. */
function filledStart(signs: Int8Array, limits: Float64Array, share: number): Float64Array {
  const left = { plus: share, minus: share };
  return limits.map((limit, i) => {
    const side = signs[i] === 1 ? "plus" : "minus";
    const size = Math.min(limit, left[side]);
    left[side] -= size;
    return signs[i]! * size || 0; // no −0
  });
}

/** Mean of F over the free coefficients; if none is free, the middle of the interval that the bounded ones allow. */
function biasOf(F: Float64Array, beta: Float64Array, { low, high }: Bounds, counts?: (t: number) => boolean): number {
  let sum = 0;
  let free = 0;
  let most = -Infinity; // F of what could go up
  let least = Infinity; // F of what could go down
  for (let t = 0; t < F.length; t++) {
    if (counts !== undefined && !counts(t)) continue;
    const canRise = beta[t]! < high[t]!;
    const canFall = beta[t]! > low[t]!;
    if (canRise && canFall) {
      sum += F[t]!;
      free++;
    } else if (canRise) most = Math.max(most, F[t]!);
    else if (canFall) least = Math.min(least, F[t]!);
  }
  if (free > 0) return sum / free;
  if (most === -Infinity) return least;
  return least === Infinity ? most : (most + least) / 2;
}

/** βᵀKβ = Σ β(q − F) */
function normOf(beta: Float64Array, q: Float64Array, F: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < beta.length; i++) sum += beta[i]! * (q[i]! - F[i]!);
  return sum;
}

function twice(values: Float64Array, first: number, second: number): Float64Array {
  const n = values.length;
  return Float64Array.from({ length: 2 * n }, (_, t) => (t < n ? values[t]! + first : values[t - n]! + second));
}

function twoSigns(n: number): Int8Array {
  return Int8Array.from({ length: 2 * n }, (_, t) => (t < n ? 1 : -1));
}

function endOf({
  ended,
  steps,
  violation,
  indefinite,
}: SmoResult): Pick<Machine, "ended" | "steps" | "violation" | "indefinite"> {
  return { ended, steps, violation, indefinite };
}
