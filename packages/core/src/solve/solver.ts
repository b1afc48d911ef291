// What a solver is, and what it may see. The loop (loop.ts) owns counting, limits, checks, history and statuses.
import type { SolveStatus } from "./solution.ts";

/**
 * A smooth function of a vector. Solvers never write to `x`; returned gradients are copied, so buffers may be reused.
 */
export interface Objective {
  value(x: Float64Array): number;
  valueAndGradient(x: Float64Array): { readonly value: number; readonly gradient: Float64Array };
  /** H(x)·v. Left out: central differences of the gradient. */
  hessianProduct?(x: Float64Array, v: Float64Array): Float64Array;
  /** H(x) "n n". Left out: n products. */
  hessian?(x: Float64Array): Float64Array;
  readonly constraints?: ConstraintSystem;
}

/** c(x) = (g(x), h(x)) for g(x) = 0 and h(x) ≥ 0: equalities first. */
export interface ConstraintSystem {
  readonly equalities: number;
  readonly inequalities: number;
  values(x: Float64Array): Float64Array;
  /** `jacobian[i·n + j]` = ∂cᵢ/∂xⱼ */
  valuesAndJacobian(x: Float64Array): { readonly values: Float64Array; readonly jacobian: Float64Array };
  /** Σ wᵢ·∇²cᵢ(x)·v. Left out: central differences of Jᵀw. */
  hessianProduct?(x: Float64Array, weights: Float64Array, v: Float64Array): Float64Array;
  /** Σ wᵢ·∇²cᵢ(x) "n n". Left out: n products. */
  hessian?(x: Float64Array, weights: Float64Array): Float64Array;
}

/** lower ≤ x ≤ upper, ±Infinity where there is no bound. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** A term without gradient, by its proximal operator. */
export interface PenaltyTerm {
  value(x: Float64Array): number;
  prox(v: Float64Array, t: number): Float64Array;
}

/** λ, μ of inequalities, and μ of lower and upper bounds. */
export interface MultiplierVectors {
  readonly equality: Float64Array;
  readonly inequality: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** A point with what is known there. Never written after it is made. */
export interface Point {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  /** c(x), equalities first; left out where there are no constraints. */
  readonly constraints?: Float64Array;
  /** Rows are ∇cᵢ. */
  readonly jacobian?: Float64Array;
}

/** The counted view of an objective that solvers work with. */
export interface Problem {
  readonly size: number;
  readonly equalities: number;
  readonly inequalities: number;
  readonly box: Box | undefined;
  readonly penalty: PenaltyTerm | undefined;
  /** Whether second derivatives are exact, and not by differences of gradients. */
  readonly exactCurvature: boolean;
  value(x: Float64Array): number;
  /** f and c without derivatives. */
  values(x: Float64Array): { readonly value: number; readonly constraints: Float64Array };
  evaluate(x: Float64Array): Point;
  hessianProduct(x: Float64Array, v: Float64Array): Float64Array;
  /** (∇²f + Σ wᵢ∇²cᵢ)·v */
  lagrangianProduct(x: Float64Array, weights: Float64Array, v: Float64Array): Float64Array;
  /** ∇²f + Σ wᵢ∇²cᵢ "n n", symmetric; `objectiveWeight` 0 leaves ∇²f out. */
  lagrangianHessian(x: Float64Array, weights: Float64Array, objectiveWeight?: 0 | 1): Float64Array;
  countFactorization(): void;
}

/** An end that is not an optimum: which, and why, as a sentence for people. */
export interface Stop {
  readonly status: Exclude<SolveStatus, "converged">;
  readonly reason: string;
}

/** A step that the loop commits if it is finite. */
export interface Proposal<S> {
  readonly point: Point;
  readonly stepSize: number;
  readonly state: S;
  /** At the point. Left out: estimated by least squares on the active set. */
  readonly multipliers?: MultiplierVectors;
}

/** A method of minimization: pure functions of points and its own state `S`. */
export interface Minimizer<S = unknown> {
  readonly name: string;
  readonly needs: "value" | "gradient" | "hessian-product" | "hessian";
  readonly handles: readonly ("bounds" | "equality" | "inequality" | "penalty")[];
  init(problem: Problem, start: Point): S;
  /** One step from `at`: a proposal, or the reason why there is none. */
  step(problem: Problem, at: Point, state: S): Proposal<S> | Stop;
  /** Asked before each step: why no further one makes sense. Whether a point is optimal is not for a solver to say. */
  terminate?(at: Point, state: S): Stop | undefined;
  /** Asked once at an optimum: a point with smaller residuals, which then is the last step. */
  refine?(
    problem: Problem,
    at: Point,
    multipliers: MultiplierVectors,
  ): { readonly point: Point; readonly multipliers: MultiplierVectors } | undefined;
  /** What the solver chose by itself, as a sentence for the message. */
  note?(state: S): string | undefined;
}

export function isStop(x: object): x is Stop {
  return "status" in x;
}

/**
 * Up to this, two values of f count as equal: 2⁻⁴³ of their size, a few hundred roundings of f64,
 * which is what a sum of many terms loses.
 */
export function roundingOf(value: number): number {
  return 2 ** -43 * Math.abs(value);
}
