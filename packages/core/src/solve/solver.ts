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
}

/** A point with what is known there. Never written after it is made. */
export interface Point {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

/** The counted view of an objective that solvers work with. */
export interface Problem {
  readonly size: number;
  value(x: Float64Array): number;
  evaluate(x: Float64Array): Point;
  hessianProduct(x: Float64Array, v: Float64Array): Float64Array;
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
