// The equations of the coefficients that are not 0: what coordinate descent approaches, in one step.
import type { Strengths } from "./gap.ts";

/** A working set in the products of its columns; `w` and `c` are changed in place. */
export interface WorkingSums {
  /** Of the working set. */
  readonly slots: Int32Array;
  /** Coefficients, and aⱼ·r/S, by slot. */
  readonly w: Float64Array;
  readonly c: Float64Array;
  /** G[s, t] at s·stride + t, for `size` slots. */
  readonly values: Float64Array;
  readonly stride: number;
  readonly size: number;
}

/** The factor costs |set|³/3. */
const MOST_ACTIVE = 1500;

/** Pivots below this share of their column say that columns depend on each other. */
const SMALLEST_PIVOT = 1e-11;

/**
 * A Newton step on the coefficients A that are not 0, with their signs σ held: (G_AA + l2·I)·step = c_A − l2·w_A − l1·σ
 *
 * Where a sign would change the step ends there, and that coefficient is 0: on the way the objective falls, since it is a
 * convex quadratic between equal signs. Nothing happens when columns depend on each other.
 */
export function activeStep({ slots, w, c, values, stride, size }: WorkingSums, { l1, l2 }: Strengths): void {
  const active = slots.filter((s) => w[s] !== 0);
  const m = active.length;
  if (m === 0 || m > MOST_ACTIVE) return;
  const L = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    const row = active[i]! * stride;
    for (let k = 0; k <= i; k++) L[i * m + k] = values[row + active[k]!]!;
    L[i * m + i] = L[i * m + i]! + l2;
  }
  if (!factor(L, m)) return;
  const step = Float64Array.from(active, (s) => c[s]! - l2 * w[s]! - (w[s]! > 0 ? l1 : -l1));
  substitute(L, m, step);
  let share = 1;
  let stopped = -1;
  for (let i = 0; i < m; i++) {
    const before = w[active[i]!]!;
    if (Math.sign(before + step[i]!) === Math.sign(before)) continue;
    const reach = -before / step[i]!;
    if (reach > share || (reach === share && stopped >= 0)) continue;
    share = reach;
    stopped = i;
  }
  for (let i = 0; i < m; i++) {
    const s = active[i]!;
    const next = i === stopped ? 0 : w[s]! + share * step[i]!;
    const moved = next - w[s]!;
    w[s] = next;
    const row = s * stride;
    if (moved !== 0) for (let t = 0; t < size; t++) c[t] = c[t]! - moved * values[row + t]!;
  }
}

/** Cholesky in place of the lower triangle; false when a pivot is lost to rounding. */
function factor(L: Float64Array, m: number): boolean {
  for (let i = 0; i < m; i++) {
    const row = i * m;
    const whole = L[row + i]!;
    for (let k = 0; k < i; k++) {
      const other = k * m;
      let sum = L[row + k]!;
      for (let t = 0; t < k; t++) sum -= L[row + t]! * L[other + t]!;
      L[row + k] = sum / L[other + k]!;
    }
    let pivot = whole;
    for (let t = 0; t < i; t++) pivot -= L[row + t]! * L[row + t]!;
    if (!(pivot > SMALLEST_PIVOT * whole)) return false;
    L[row + i] = Math.sqrt(pivot);
  }
  return true;
}

/** x ← (LLᵀ)⁻¹x */
function substitute(L: Float64Array, m: number, x: Float64Array): void {
  for (let i = 0; i < m; i++) {
    let sum = x[i]!;
    for (let t = 0; t < i; t++) sum -= L[i * m + t]! * x[t]!;
    x[i] = sum / L[i * m + i]!;
  }
  for (let i = m - 1; i >= 0; i--) {
    x[i] = x[i]! / L[i * m + i]!;
    for (let t = 0; t < i; t++) x[t] = x[t]! - L[i * m + t]! * x[i]!;
  }
}
