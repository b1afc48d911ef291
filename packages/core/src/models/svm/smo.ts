// Sequential minimal optimization: the solver of all kernel machines.
import type { GramSource } from "./kernel-rows.ts";
import { type Row, RowCache } from "./row-cache.ts";

/**
 * min ½βᵀKβ − qᵀβ  subject to  low ≤ β ≤ high, Σβ fixed; with `classes` Σβ of each class
 *
 * β are signed coefficients: a row of label +1 has β in [0, C], one of label −1 in [−C, 0]. There may be several variables per row of
 * K (two in regression): variable t belongs to row t mod n.
 */
export interface SmoProblem {
  readonly gram: GramSource;
  readonly q: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** A feasible start; overwritten by the solution. */
  readonly beta: Float64Array;
  /** Working pairs stay inside of a class: the ν problems. Default: one class. */
  readonly classes?: Int8Array;
}

export interface SmoOptions {
  /** Of the largest violation m − M. */
  readonly tolerance: number;
  readonly maxSteps: number;
  readonly cacheMiB: number;
  readonly shrinking: boolean;
  /** Called every 1000 steps; true stops. */
  readonly stopped?: () => boolean;
}

export interface SmoResult {
  /** F = q − Kβ: the negative gradient of the objective. */
  readonly F: Float64Array;
  readonly ended: "converged" | "max-steps" | "aborted";
  readonly steps: number;
  /** m − M at the end. */
  readonly violation: number;
  /** A pair of rows showed K to have a negative direction. */
  readonly indefinite: boolean;
}

/** Curvature of a pair whose rows are equal in feature space. */
const SMALLEST_CURVATURE = 1e-12;
/** Rows of the cache are f32 only above this tolerance. */
const SINGLE_TOLERANCE = 1e-5;

/**
 * SMO for  min ½βᵀKβ − qᵀβ,  low ≤ β ≤ high, Σβ = const
 *
 * Given:    rows of K on demand, bounds, a feasible β
 * Returns:  β in place (bounded entries are exactly at their bounds), F = q − Kβ, how it ended
 * Method:   i = argmax F over β < high; j of the largest second-order gain (m − F_j)²/a, a = K_ii + K_jj − 2K_ij: Fan, Chen & Lin
 *           (2005), WSS 2; shrinking of bounded entries beyond m or M every min(n, 1000) steps
 * Stops:    m − M ≤ tolerance, m = max F over β < high, M = min F over β > low, checked again with all entries
 * Cost:     one kernel row per new index, O(n) per step
 * Traps:    a ≤ 0 for equal rows and indefinite kernels: 1e-12 keeps the step finite, the box cuts it; F of entries left out is
 *           old, and is made anew from all coefficients before they return
 * Tests:    libsvm's objectives and counts; a quadratic program solver; shrinking and cache change nothing but time
 */
export function smo(problem: SmoProblem, options: SmoOptions): SmoResult {
  const { gram, q, low, high, beta, classes } = problem;
  const { tolerance, maxSteps, cacheMiB, shrinking, stopped } = options;
  const n = gram.n;
  const size = q.length;
  const fits = n * n * 8 <= cacheMiB * 2 ** 20;
  const cache = new RowCache(gram, cacheMiB, !fits && tolerance >= SINGLE_TOLERANCE);
  const { diagonal } = gram;
  const F = q.slice();
  for (let t = 0; t < size; t++) if (beta[t] !== 0) subtractRow(F, cache.row(t % n), beta[t]!, n, undefined);
  const state = Uint8Array.from(beta, (_, t) => roomOf(problem, t));
  const groups = groupsOf(size, classes);
  let active = groups;
  const ends: Ends[] = groups.map(() => ({ first: -1, most: -Infinity, least: Infinity }));
  let fresh = false; // whether `ends` are those of F
  let untilShrink = Math.min(size, 1000);
  let unshrunk = false;
  let steps = 0;
  let indefinite = false;
  const isWhole = () => active.every((list, g) => list.length === groups[g]!.length);
  const ending = (ended: SmoResult["ended"], violation: number): SmoResult => {
    if (!isWhole()) restore(problem, F, cache, active);
    return { F, ended, steps, violation, indefinite };
  };
  for (;;) {
    let i = -1;
    let j = -1;
    let violation = 0;
    let bestSquare = -1; // of the lead, and the curvature that divides it
    let bestCurvature = 1;
    for (let g = 0; g < active.length; g++) {
      const list = active[g]!;
      if (!fresh) extremes(list, F, state, ends, g);
      const { first, most, least } = ends[g]!;
      violation = Math.max(violation, most - least);
      if (first < 0 || !(most - least > tolerance)) continue;
      const row = cache.row(first % n);
      const own = diagonal[first % n]!;
      for (let k = 0; k < list.length; k++) {
        const t = list[k]!;
        const lead = most - F[t]!;
        if (lead <= 0 || (state[t]! & CAN_FALL) === 0) continue;
        const at = t < n ? t : t - n;
        const curvature = own + diagonal[at]! - 2 * row[at]!;
        const a = curvature > 0 ? curvature : SMALLEST_CURVATURE;
        if (lead * lead * bestCurvature <= bestSquare * a) continue;
        bestSquare = lead * lead;
        bestCurvature = a;
        i = first;
        j = t;
      }
    }
    if (violation <= tolerance || i < 0) {
      if (isWhole()) return ending("converged", violation);
      restore(problem, F, cache, active);
      active = groups;
      fresh = false;
      untilShrink = 1;
      continue;
    }
    if (steps >= maxSteps) return ending("max-steps", violation);
    if (steps % 1000 === 999 && stopped?.() === true) return ending("aborted", violation);
    const rowI = cache.row(i % n);
    const rowJ = cache.row(j % n);
    const a = diagonal[i % n]! + diagonal[j % n]! - 2 * rowI[j % n]!;
    if (a < -1e-9 * (Math.abs(diagonal[i % n]!) + Math.abs(diagonal[j % n]!))) indefinite = true;
    const roomI = high[i]! - beta[i]!;
    const roomJ = beta[j]! - low[j]!;
    const step = Math.min((F[i]! - F[j]!) / (a > 0 ? a : SMALLEST_CURVATURE), roomI, roomJ);
    beta[i] = snapped(beta[i]! + step, low[i]!, high[i]!);
    beta[j] = snapped(beta[j]! - step, low[j]!, high[j]!);
    state[i] = roomOf(problem, i);
    state[j] = roomOf(problem, j);
    for (let g = 0; g < active.length; g++) {
      const list = active[g]!;
      let first = -1;
      let most = -Infinity;
      let least = Infinity;
      for (let k = 0; k < list.length; k++) {
        const t = list[k]!;
        const at = t < n ? t : t - n;
        const f = F[t]! - step * (rowI[at]! - rowJ[at]!);
        const room = state[t]!;
        F[t] = f;
        if (f > most && (room & CAN_RISE) !== 0) {
          most = f;
          first = t;
        }
        if (f < least && (room & CAN_FALL) !== 0) least = f;
      }
      ends[g] = { first, most, least };
    }
    fresh = true;
    steps++;
    if (!shrinking || --untilShrink > 0) continue;
    untilShrink = Math.min(size, 1000);
    if (!unshrunk && violation <= 10 * tolerance) {
      unshrunk = true;
      if (!isWhole()) restore(problem, F, cache, active);
      active = groups;
      fresh = false;
    }
    active = active.map((list) => shrunk(list, F, state));
  }
}

/** m and M of one group, and where m is. */
interface Ends {
  readonly first: number;
  readonly most: number;
  readonly least: number;
}

function extremes(list: Int32Array, F: Float64Array, state: Uint8Array, ends: Ends[], g: number): void {
  let first = -1;
  let most = -Infinity;
  let least = Infinity;
  for (const t of list) {
    if (F[t]! > most && (state[t]! & CAN_RISE) !== 0) {
      most = F[t]!;
      first = t;
    }
    if (F[t]! < least && (state[t]! & CAN_FALL) !== 0) least = F[t]!;
  }
  ends[g] = { first, most, least };
}

const CAN_RISE = 1;
const CAN_FALL = 2;

function roomOf({ low, high, beta }: SmoProblem, t: number): number {
  return (beta[t]! < high[t]! ? CAN_RISE : 0) | (beta[t]! > low[t]! ? CAN_FALL : 0);
}

/** The bound itself where rounding alone keeps a coefficient from it: a bounded coefficient must not pass for a free one. */
function snapped(beta: number, low: number, high: number): number {
  const rounding = 1e-13 * (high - low);
  if (beta >= high - rounding) return high;
  return beta <= low + rounding ? low : beta;
}

function groupsOf(size: number, classes: Int8Array | undefined): readonly Int32Array[] {
  const all = Int32Array.from({ length: size }, (_, t) => t);
  if (classes === undefined) return [all];
  return [...new Set(classes)].map((group) => all.filter((t) => classes[t] === group));
}

/** F ← F − β·K_row, over all entries or those that `out` marks. */
function subtractRow(F: Float64Array, row: Row, beta: number, n: number, out: Uint8Array | undefined): void {
  for (let t = 0; t < F.length; t++) {
    if (out === undefined || out[t] === 1) F[t] = F[t]! - beta * row[t < n ? t : t - n]!;
  }
}

/** F of the entries left out, anew from all coefficients. */
function restore({ gram, q, beta }: SmoProblem, F: Float64Array, cache: RowCache, active: readonly Int32Array[]): void {
  const out = new Uint8Array(F.length).fill(1);
  for (const list of active) for (const t of list) out[t] = 0;
  for (let t = 0; t < F.length; t++) if (out[t] === 1) F[t] = q[t]!;
  for (let t = 0; t < F.length; t++) {
    if (beta[t] !== 0) subtractRow(F, cache.row(t % gram.n), beta[t]!, gram.n, out);
  }
}

/** Without the bounded entries that no pair can want: at the upper bound with F > m, at the lower one with F < M. */
function shrunk(list: Int32Array, F: Float64Array, state: Uint8Array): Int32Array {
  let most = -Infinity;
  let least = Infinity;
  for (const t of list) {
    if ((state[t]! & CAN_RISE) !== 0) most = Math.max(most, F[t]!);
    if ((state[t]! & CAN_FALL) !== 0) least = Math.min(least, F[t]!);
  }
  return list.filter((t) => !((state[t] === CAN_FALL && F[t]! > most) || (state[t] === CAN_RISE && F[t]! < least)));
}
