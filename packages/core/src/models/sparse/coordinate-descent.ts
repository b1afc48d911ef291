// Lasso and elastic net for one target, to a duality gap.
import { activeStep } from "./active-step.ts";
import { type Columns, correlation, dot, residualOf, subtractColumn } from "./columns.ts";
import { dualValue, primalValue, type Strengths } from "./gap.ts";
import type { GramCache } from "./gram-cache.ts";
import { soft } from "./soft.ts";

export interface DescentOptions {
  /** Gap to reach, absolute. */
  readonly wanted: number;
  /** Passes over all columns. */
  readonly maxSteps: number;
  /** The strength before, on a path: the strong rule proposes columns by it. */
  readonly previous?: number | undefined;
  /** After each pass, with P; true stops. */
  readonly onPass?: ((objective: number) => boolean) | undefined;
}

export interface DescentResult {
  readonly objective: number;
  readonly gap: number;
  readonly ended: "certified" | "max-steps" | "no-progress" | "aborted";
  readonly passes: number;
}

/** Sizes of the working set: never fewer, and at most so many times the number of coefficients that are not 0. */
const LEAST_WORKING_SET = 64;
const GROWTH = 2;
/** More columns than this are not multiplied with each other; residuals are updated instead. */
const MOST_PRODUCTS = 4096;
/** Sweeps over one working set. */
const MOST_SWEEPS = 2000;
/** Gains in P, relative to that of w = 0, that are rounding. */
const ROUNDING = 1e-20;
/** Passes without a smaller gap after which rounding is all that is left. */
const PATIENCE = 4;

/**
 * Cyclic coordinate descent for  min ‖y − Aw‖²/(2S) + l1·‖w‖₁ + ½·l2·‖w‖²
 *
 *     wⱼ ← soft(wⱼ·‖aⱼ‖²/S + aⱼ·r/S, l1)/(‖aⱼ‖²/S + l2)
 *
 * Given:    columns about their means, y, a start w (of the strength before, on a path)
 * Returns:  w in place (zeros are exact), P, the duality gap of w, how it ended
 * Method:   working sets: the columns in the model, and those that the strong rule (Tibshirani et al. 2012) or the largest
 *           violation proposes, at most doubling; gap-safe screening (Ndiaye et al. 2017) drops columns for good; on a working
 *           set the products of columns are updated instead of residuals, and Newton steps on the coefficients with fixed
 *           signs, cut where a sign would change, end what descent has begun
 * Stops:    P − (best dual value seen) ≤ wanted; stationarity of the working set alone never suffices
 * Cost:     n·d per pass, n per pair of columns that ever met in a working set, |set| per moved coefficient
 * Traps:    columns that are zero about their mean never enter; equal columns share their weight in no particular way
 * Tests:    reference values at a gap of 1e-10; P ≥ P* ≥ P − gap along paths; planted dual values and thresholds
 */
export class CoordinateDescent {
  readonly #columns: Columns;
  readonly #gram: GramCache;
  readonly #y: Float64Array;
  /** Aᵀy/S */
  readonly #b: Float64Array;
  readonly w: Float64Array;
  #r: Float64Array;
  /** Aᵀr/S, of the last pass over each column. */
  #v: Float64Array;

  constructor(columns: Columns, gram: GramCache, y: Float64Array) {
    this.#columns = columns;
    this.#gram = gram;
    this.#y = y;
    this.w = new Float64Array(columns.d);
    this.#r = y.slice();
    this.#v = new Float64Array(columns.d);
    this.#correlate();
    this.#b = this.#v.slice();
  }

  /** ‖Aᵀy‖∞/S: the smallest l1 that leaves no column in the model. */
  get largestStrength(): number {
    return this.#b.reduce((most, b) => Math.max(most, Math.abs(b)), 0);
  }

  /** Takes w as the point to start from. */
  startAt(w: Float64Array): void {
    this.w.set(w);
    this.#r = residualOf(this.#columns, this.#y, this.w);
    this.#correlate();
  }

  solve(strengths: Strengths, options: DescentOptions): DescentResult {
    const columns = this.#columns;
    const { w } = this;
    const { wanted, maxSteps, previous, onPass } = options;
    const left = new Uint8Array(columns.d); // screened out
    let best = -Infinity;
    let smallest = Infinity;
    let idle = 0;
    let working: Int32Array = new Int32Array(0);
    for (let pass = 0; ; pass++) {
      if (pass > 0) {
        this.#r = residualOf(columns, this.#y, w);
        this.#correlate(left);
      }
      const objective = primalValue(columns, w, this.#r, strengths);
      best = Math.max(best, dualValue(columns, this.#y, w, this.#r, this.#v, strengths, left));
      const gap = Math.max(0, objective - best);
      const stop = onPass?.(objective) === true;
      idle = gap < 0.9 * smallest ? 0 : idle + 1;
      smallest = Math.min(smallest, gap);
      const ended = this.#verdict(gap <= wanted, stop, idle >= PATIENCE, pass >= maxSteps);
      if (ended !== undefined) {
        if (left.includes(1)) this.#correlate(); // the next strength needs all of them
        return { objective, gap, ended, passes: pass };
      }
      this.#screen(left, strengths, gap);
      working = this.#propose(left, strengths, working, pass === 0 ? previous : undefined);
      this.#descend(working, strengths, Math.max(0.3 * wanted, 0.01 * gap));
    }
  }

  #verdict(good: boolean, stop: boolean, idle: boolean, last: boolean): DescentResult["ended"] | undefined {
    if (good) return "certified";
    if (stop) return "aborted";
    if (idle) return "no-progress";
    return last ? "max-steps" : undefined;
  }

  #correlate(left?: Uint8Array): void {
    for (let j = 0; j < this.#columns.d; j++) {
      if (left === undefined || left[j] === 0) this.#v[j] = correlation(this.#columns, j, this.#r);
    }
  }

  /**
   * Gap-safe rule: with the dual point θ = t·r/S (extended by −t·l2·w) the optimum is within √(2·gap/S) of it, so column j is
   * zero in every solution when |vⱼ − l2·wⱼ|·t + √(2·gap·(‖aⱼ‖²/S + l2)) < l1.
   */
  #screen(left: Uint8Array, { l1, l2 }: Strengths, gap: number): void {
    if (l1 === 0) return;
    const { d, curvatures } = this.#columns;
    let largest = 0;
    for (let j = 0; j < d; j++) if (left[j] === 0) largest = Math.max(largest, Math.abs(this.#v[j]! - l2 * this.w[j]!));
    const t = largest > l1 ? l1 / largest : 1;
    const scaledGap = this.#gapAt(t, left, l1, l2);
    const radius = Math.sqrt(2 * Math.max(gap, scaledGap));
    for (let j = 0; j < d; j++) {
      if (left[j] === 1 || this.w[j] !== 0) continue; // r and v hold what is in the model
      const reach = t * Math.abs(this.#v[j]! - l2 * this.w[j]!) + radius * Math.sqrt(curvatures[j]! + l2);
      if (reach < l1) left[j] = 1;
    }
  }

  /** The gap of the dual point t·r itself: the radius of the safe ball belongs to that point, not to the best one seen. */
  #gapAt(t: number, left: Uint8Array, l1: number, l2: number): number {
    const { n, totalWeight } = this.#columns;
    let ww = 0;
    for (let j = 0; j < left.length; j++) if (left[j] === 0) ww += this.w[j]! * this.w[j]!;
    const yr = dot(this.#y, 0, this.#r, 0, n);
    const size = dot(this.#r, 0, this.#r, 0, n) + totalWeight * l2 * ww;
    const dual = (t * yr) / totalWeight - (t * t * size) / (2 * totalWeight);
    return Math.max(0, primalValue(this.#columns, this.w, this.#r, { l1, l2 }) - dual);
  }

  /** The model, the last working set, and the columns that promise most. */
  #propose(left: Uint8Array, { l1, l2 }: Strengths, last: Int32Array, previous: number | undefined): Int32Array {
    const { d, curvatures } = this.#columns;
    const least = previous === undefined ? l1 : 2 * l1 - previous;
    const inside = new Uint8Array(d);
    for (const j of last) if (left[j] === 0) inside[j] = 1;
    for (let j = 0; j < d; j++) if (this.w[j] !== 0) inside[j] = 1;
    const promise = (j: number) => Math.abs(this.#v[j]! - l2 * this.w[j]!);
    const others: number[] = [];
    let members = 0;
    for (let j = 0; j < d; j++) {
      if (inside[j] === 1) members++;
      else if (left[j] === 0 && curvatures[j]! > 0 && promise(j) >= least) others.push(j);
    }
    const room = Math.max(LEAST_WORKING_SET, GROWTH * members) - members;
    if (others.length > room) others.sort((a, b) => promise(b) - promise(a) || a - b);
    for (const j of others.slice(0, room)) inside[j] = 1;
    return Int32Array.from(inside.keys()).filter((j) => inside[j] === 1);
  }

  #descend(working: Int32Array, strengths: Strengths, target: number): void {
    const missing = working.filter((j) => !this.#gram.has(j)).length;
    if (this.#gram.size + missing > MOST_PRODUCTS) this.#descendByResiduals(working, strengths);
    else this.#descendByProducts(working, strengths, target);
  }

  /** A few sweeps that carry the residual of all rows. */
  #descendByResiduals(working: Int32Array, { l1, l2 }: Strengths): void {
    const columns = this.#columns;
    const { w } = this;
    const r = this.#r;
    for (let sweep = 0; sweep < 10; sweep++) {
      for (const j of working) {
        const h = columns.curvatures[j]!;
        const old = w[j]!;
        const next = soft(old * h + correlation(columns, j, r), l1) / (h + l2);
        if (next === old) continue;
        w[j] = next;
        subtractColumn(columns, j, next - old, r);
      }
    }
  }

  /** Sweeps on c = Aᵀr/S of the columns met so far, until the gap of the working set alone is `target`. */
  #descendByProducts(working: Int32Array, strengths: Strengths, target: number): void {
    const { l1, l2 } = strengths;
    const gram = this.#gram;
    const slots = working.map((j) => gram.slotOf(j));
    const size = gram.size;
    const { values, stride } = gram;
    const members = gram.members();
    const c = Float64Array.from(members, (j) => this.#v[j]!);
    const w = Float64Array.from(members, (j) => this.w[j]!);
    const b = Float64Array.from(members, (j) => this.#b[j]!);
    const square = dot(this.#y, 0, this.#y, 0, this.#y.length) / this.#columns.totalWeight;
    const sweepOnce = (): number => {
      let moved = 0;
      for (let k = 0; k < slots.length; k++) {
        const s = slots[k]!;
        const row = s * stride;
        const h = values[row + s]!;
        const old = w[s]!;
        const next = soft(old * h + c[s]!, l1) / (h + l2);
        if (next === old) continue;
        const step = next - old;
        w[s] = next;
        moved = Math.max(moved, step * step * (h + l2));
        for (let m = 0; m < size; m++) c[m] = c[m]! - step * values[row + m]!;
      }
      return moved;
    };
    let signs = "";
    let solvedFor = "";
    for (let sweep = 1; sweep <= MOST_SWEEPS; sweep++) {
      if (sweepOnce() <= ROUNDING * square) break;
      if (sweep % 5 !== 0) continue;
      if (workingGap(slots, w, c, b, square, strengths) <= target) break;
      const now = signsOf(slots, w);
      if (now === signs && now !== solvedFor) {
        activeStep({ slots, w, c, values, stride, size }, strengths);
        solvedFor = now;
      }
      signs = now;
    }
    for (const s of slots) this.w[members[s]!] = w[s]!;
  }
}

function signsOf(slots: Int32Array, w: Float64Array): string {
  let text = "";
  for (const s of slots) text += w[s]! > 0 ? "+" : w[s]! < 0 ? "-" : "0";
  return text;
}

/** The gap of the problem that has the working set alone, from sums: yᵀr = ‖y‖² − w·b, ‖r‖² = yᵀr − w·c, each over S. */
function workingGap(
  slots: Int32Array,
  w: Float64Array,
  c: Float64Array,
  b: Float64Array,
  square: number,
  { l1, l2 }: Strengths,
): number {
  let wb = 0;
  let wc = 0;
  let ww = 0;
  let absolute = 0;
  let largest = 0;
  let excess = 0;
  for (const s of slots) {
    const coefficient = w[s]!;
    wb += coefficient * b[s]!;
    wc += coefficient * c[s]!;
    ww += coefficient * coefficient;
    absolute += Math.abs(coefficient);
    largest = Math.max(largest, Math.abs(c[s]! - l2 * coefficient));
    excess += Math.max(0, Math.abs(c[s]!) - l1) ** 2;
  }
  const yr = square - wb;
  const rr = yr - wc;
  const primal = rr / 2 + l1 * absolute + (l2 / 2) * ww;
  const size = rr + l2 * ww;
  const limit = largest > 0 ? l1 / largest : Infinity;
  const t = size > 0 ? Math.max(-limit, Math.min(limit, yr / size)) : 0;
  const scaled = t * yr - (t * t * size) / 2;
  const conjugate = l2 > 0 ? yr - rr / 2 - excess / (2 * l2) : -Infinity;
  return primal - Math.max(scaled, conjugate);
}
