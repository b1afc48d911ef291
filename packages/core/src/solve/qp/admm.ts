import { maxNorm } from "../vector.ts";
import type { QpPoint } from "./judge.ts";
import { KktMatrix } from "./kkt-matrix.ts";
import type { QpData } from "./problem.ts";
import { type Rows, times, transposedTimes } from "./sparse-rows.ts";

const SIGMA = 1e-6;
const ALPHA = 1.6;
const CHECK_EVERY = 25;
/** Equality rows are held this much tighter. */
const EQUALITY_FACTOR = 1e3;

export interface SplittingResult {
  readonly point: QpPoint;
  readonly steps: number;
  /** Changes of y and of x between the last checks: what certificates are made of. */
  readonly deltaY: Float64Array;
  readonly deltaX: Float64Array;
}

export interface SplittingControl {
  readonly maxSteps: number;
  /** Asked every 25 steps: whether to stop. */
  done(point: QpPoint, deltaY: Float64Array, deltaX: Float64Array, steps: number): boolean;
}

/**
 * Operator splitting for sparse convex quadratic programs
 *
 *     (x̃, ν) from [P + σI, Aᵀ; A, −diag(1/ρ)];  x ← αx̃ + (1 − α)x;  z ← Π(αz̃ + (1 − α)z + y/ρ);  y ← y + ρ(αz̃ + (1 − α)z₋ − z)
 *
 * Given:    P, A once; q, lower, upper per solve; a start
 * Returns:  x, y in the units of the problem, and the last changes of both
 * Method:   Stellato, Banjac, Goulart, Bemporad & Boyd (2020), algorithm 1: σ = 1e-6, α = 1.6, ρ = 0.1, × 10³ on equality rows;
 *           Ruiz equilibration, 10 rounds; ρ is changed, and the matrix factored again, when the ratio of residuals leaves [1/5, 5]
 * Stops:    when `done` says so, asked every 25 steps with residuals of the unscaled problem
 * Cost:     one pair of sparse triangular solves per step
 * Tests:    the golden programs; against the dual active-set method; certificates; one factorization for many vectors
 */
export class OperatorSplitting {
  readonly #n: number;
  readonly #m: number;
  readonly #P: Rows;
  readonly #A: Rows;
  /** Scaled variables are x/D, scaled rows E·A. */
  readonly #D: Float64Array;
  readonly #E: Float64Array;
  readonly #matrix: KktMatrix;
  #rho = 0.1;
  /** What the objective is multiplied by; 0 before the first solve. */
  #c = 0;
  #equal: Uint8Array | undefined;
  factorizations = 0;

  constructor(data: QpData) {
    this.#n = data.n;
    this.#m = data.m;
    const { P, A, D, E } = equilibrated(data);
    this.#P = P;
    this.#A = A;
    this.#D = D;
    this.#E = E;
    this.#matrix = new KktMatrix(P, A);
  }

  solve(data: QpData, start: QpPoint, control: SplittingControl): SplittingResult {
    const n = this.#n;
    const m = this.#m;
    const [D, E] = [this.#D, this.#E];
    const q = data.q.map((v, i) => v * D[i]!);
    // the objective is divided by the size of its first gradient, as in section 5.1; later ones keep the matrix
    if (this.#c === 0) this.#c = 1 / Math.max(1e-4, Math.min(1e4, Math.max(maxNorm(q), meanSize(this.#P))));
    const c = this.#c;
    for (let i = 0; i < n; i++) q[i]! *= c;
    const lower = data.lower.map((v, i) => v * E[i]!);
    const upper = data.upper.map((v, i) => v * E[i]!);
    this.#prepare(data);
    const x = start.x.map((v, i) => v / D[i]!);
    const z = times(this.#A, x);
    const y = start.y.map((v, i) => (c * v) / E[i]!);
    const r = new Float64Array(n + m);
    let unscaled: QpPoint = start;
    let deltaX = new Float64Array(n) as Float64Array;
    let deltaY = new Float64Array(m) as Float64Array;
    let steps = 0;
    while (steps < control.maxSteps) {
      steps++;
      const rho = this.#rho;
      for (let i = 0; i < n; i++) r[i] = SIGMA * x[i]! - q[i]!;
      for (let i = 0; i < m; i++) r[n + i] = z[i]! - y[i]! / this.#rhoOf(i, rho);
      this.#solve(r);
      for (let i = 0; i < n; i++) x[i] = ALPHA * r[i]! + (1 - ALPHA) * x[i]!;
      for (let i = 0; i < m; i++) {
        const rhoI = this.#rhoOf(i, rho);
        const zTilde = z[i]! + (r[n + i]! - y[i]!) / rhoI;
        const mixed = ALPHA * zTilde + (1 - ALPHA) * z[i]!;
        const raised = mixed + y[i]! / rhoI;
        z[i] = raised < lower[i]! ? lower[i]! : Math.min(raised, upper[i]!);
        y[i] = rhoI * (raised - z[i]!);
      }
      if (steps % CHECK_EVERY !== 0 && steps !== control.maxSteps) continue;
      const point = { x: x.map((v, i) => v * D[i]!), y: y.map((v, i) => (v * E[i]!) / c) };
      deltaX = point.x.map((v, i) => v - unscaled.x[i]!);
      deltaY = point.y.map((v, i) => v - unscaled.y[i]!);
      unscaled = point;
      if (control.done(point, deltaY, deltaX, steps)) break;
      this.#adapt(x, y, z, q, c);
    }
    return { point: unscaled, steps, deltaY, deltaX };
  }

  /** Factors the first time, and when other rows are equalities. */
  #prepare(data: QpData): void {
    const equal = Uint8Array.from(data.lower, (l, i) => (l === data.upper[i] ? 1 : 0));
    if (this.#equal?.every((v, i) => v === equal[i]) === true) return;
    this.#equal = equal;
    this.#factor();
  }

  #factor(): void {
    this.factorizations++;
    const c = this.#c;
    // of the matrix of #solve, whose P is not multiplied
    this.#matrix.factor(SIGMA / c, (i) => c / this.#rhoOf(i, this.#rho));
  }

  /** [cP + σI, Aᵀ; A, −1/ρ]·(x, ν) = r, from the factor of [P + (σ/c)I, Aᵀ; A, −c/ρ] with ν = c·ν′. */
  #solve(r: Float64Array): void {
    const n = this.#n;
    const c = this.#c;
    for (let i = 0; i < n; i++) r[i]! /= c;
    this.#matrix.ldl.solve(r);
    for (let i = n; i < r.length; i++) r[i]! *= c;
  }

  #rhoOf(i: number, rho: number): number {
    return this.#equal![i] === 1 ? EQUALITY_FACTOR * rho : rho;
  }

  #adapt(x: Float64Array, y: Float64Array, z: Float64Array, q: Float64Array, c: number): void {
    const Ax = times(this.#A, x);
    const Px = times(this.#P, x);
    const Aty = transposedTimes(this.#A, y);
    let primal = 0;
    for (let i = 0; i < this.#m; i++) primal = Math.max(primal, Math.abs(Ax[i]! - z[i]!));
    let dual = 0;
    for (let i = 0; i < this.#n; i++) dual = Math.max(dual, Math.abs(c * Px[i]! + q[i]! + Aty[i]!));
    const primalScale = Math.max(maxNorm(Ax), maxNorm(z), 1e-10);
    const dualScale = Math.max(c * maxNorm(Px), maxNorm(Aty), maxNorm(q), 1e-10);
    const ratio = Math.sqrt(Math.max(primal / primalScale, 1e-12) / Math.max(dual / dualScale, 1e-12));
    if (ratio > 0.2 && ratio < 5) return;
    const rho = Math.min(1e6, Math.max(1e-6, this.#rho * ratio));
    if (rho === this.#rho) return;
    this.#rho = rho;
    this.#factor();
  }
}

function meanSize(P: Rows): number {
  let sum = 0;
  for (let i = 0; i < P.m; i++) {
    let most = 0;
    for (let e = P.starts[i]!; e < P.starts[i + 1]!; e++) most = Math.max(most, Math.abs(P.values[e]!));
    sum += most;
  }
  return sum / Math.max(1, P.m);
}

/** Ruiz (2001): rows and columns of [P, Aᵀ; A, 0] are divided by the roots of their maximum norms, ten times. */
function equilibrated({ P, A, n, m }: QpData): { P: Rows; A: Rows; D: Float64Array; E: Float64Array } {
  const D = new Float64Array(n).fill(1);
  const E = new Float64Array(m).fill(1);
  const p = P.values.slice();
  const a = A.values.slice();
  for (let round = 0; round < 10; round++) {
    const columns = new Float64Array(n);
    const rows = new Float64Array(m);
    forEntries(P, (_i, j, e) => {
      columns[j] = Math.max(columns[j]!, Math.abs(p[e]!));
    });
    forEntries(A, (i, j, e) => {
      const size = Math.abs(a[e]!);
      columns[j] = Math.max(columns[j]!, size);
      rows[i] = Math.max(rows[i]!, size);
    });
    const root = (v: number) => (v > 0 ? 1 / Math.sqrt(Math.min(1e4, Math.max(1e-4, v))) : 1);
    const dx = columns.map(root);
    const dy = rows.map(root);
    forEntries(P, (i, j, e) => {
      p[e]! *= dx[i]! * dx[j]!;
    });
    forEntries(A, (i, j, e) => {
      a[e]! *= dy[i]! * dx[j]!;
    });
    for (let j = 0; j < n; j++) D[j]! *= dx[j]!;
    for (let i = 0; i < m; i++) E[i]! *= dy[i]!;
  }
  return { P: { ...P, values: p }, A: { ...A, values: a }, D, E };
}

function forEntries(R: Rows, visit: (i: number, j: number, e: number) => void): void {
  for (let i = 0; i < R.m; i++) for (let e = R.starts[i]!; e < R.starts[i + 1]!; e++) visit(i, R.columns[e]!, e);
}
