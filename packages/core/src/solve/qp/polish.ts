// The last digits of a quadratic program: its equations on a guessed active set.
import { maxNorm } from "../vector.ts";
import type { QpPoint } from "./judge.ts";
import { KktMatrix } from "./kkt-matrix.ts";
import type { QpData } from "./problem.ts";
import { type Rows, rowsFrom, times, transposedTimes } from "./sparse-rows.ts";

const DELTA = 1e-9;

/**
 * [P + δI, Aₐᵀ; Aₐ, −δI]·(x, y) = (−q, sides) with refinement towards δ = 0
 *
 * A row counts as active when its multiplier is larger than its distance from the side, relative to their sizes.
 * Rows whose multiplier gets the wrong sign are let go, and rows that are violated join, three times at most.
 * Stellato et al. (2020), section 4, with the rounds added.
 */
export function polished(data: QpData, start: QpPoint, better: (point: QpPoint) => boolean): QpPoint | undefined {
  let side = guessed(data, start);
  let found: QpPoint | undefined;
  for (let round = 0; round < 4; round++) {
    const point = onActiveSet(data, side);
    if (point === undefined) return found;
    if (better(point)) found = point;
    const next = revised(data, side, point);
    if (next === undefined) return found;
    side = next;
  }
  return found;
}

/** −1 at lower, 1 at upper, 0 free, 2 equal */
function guessed({ A, lower, upper, m }: QpData, { x, y }: QpPoint): Int8Array {
  const Ax = times(A, x);
  const side = new Int8Array(m);
  const dual = Math.max(1e-30, maxNorm(y));
  for (let i = 0; i < m; i++) {
    if (lower[i] === upper[i]) side[i] = 2;
    else if (y[i]! < 0 && (Ax[i]! - lower[i]!) / (1 + Math.abs(lower[i]!)) < -y[i]! / Math.min(1, dual)) side[i] = -1;
    else if (y[i]! > 0 && (upper[i]! - Ax[i]!) / (1 + Math.abs(upper[i]!)) < y[i]! / Math.min(1, dual)) side[i] = 1;
  }
  return side;
}

function revised({ A, lower, upper, m }: QpData, side: Int8Array, { x, y }: QpPoint): Int8Array | undefined {
  const Ax = times(A, x);
  const next = side.slice();
  const dual = 1e-10 * Math.max(1, maxNorm(y));
  let changed = false;
  for (let i = 0; i < m; i++) {
    const slack = 1e-10 * (1 + Math.abs(Ax[i]!));
    if ((side[i] === -1 && y[i]! > dual) || (side[i] === 1 && y[i]! < -dual)) next[i] = 0;
    else if (side[i] === 0 && Ax[i]! < lower[i]! - slack) next[i] = -1;
    else if (side[i] === 0 && Ax[i]! > upper[i]! + slack) next[i] = 1;
    changed ||= next[i] !== side[i];
  }
  return changed ? next : undefined;
}

function onActiveSet(data: QpData, side: Int8Array): QpPoint | undefined {
  const { P, A, q, lower, upper, n, m } = data;
  const active = [...side.keys()].filter((i) => side[i] !== 0);
  const part = selected(A, active);
  const scale = Math.max(1, maxNorm(P.values));
  const matrix = new KktMatrix(P, part);
  matrix.factor(DELTA * scale, () => DELTA);
  const target = Float64Array.from(active, (i) => (side[i] === 1 ? upper[i]! : lower[i]!));
  const x = new Float64Array(n);
  const ya = new Float64Array(active.length);
  for (let round = 0; round < 12; round++) {
    const Px = times(P, x);
    const Aty = transposedTimes(part, ya);
    const Ax = times(part, x);
    const r = new Float64Array(n + active.length);
    for (let i = 0; i < n; i++) r[i] = -q[i]! - Px[i]! - Aty[i]!;
    for (let k = 0; k < active.length; k++) r[n + k] = target[k]! - Ax[k]!;
    if (round > 0 && maxNorm(r) <= 1e-15 * scale) break;
    matrix.ldl.solve(r);
    for (let i = 0; i < n; i++) x[i]! += r[i]!;
    for (let k = 0; k < active.length; k++) ya[k]! += r[n + k]!;
  }
  if (!Number.isFinite(maxNorm(x)) || !Number.isFinite(maxNorm(ya))) return undefined;
  const y = new Float64Array(m);
  active.forEach((i, k) => {
    y[i] = ya[k]!;
  });
  return { x, y };
}

function selected(A: Rows, rows: readonly number[]): Rows {
  const at: number[] = [];
  const columns: number[] = [];
  const values: number[] = [];
  rows.forEach((i, k) => {
    for (let e = A.starts[i]!; e < A.starts[i + 1]!; e++) {
      at.push(k);
      columns.push(A.columns[e]!);
      values.push(A.values[e]!);
    }
  });
  return rowsFrom(rows.length, A.n, at, columns, values);
}
