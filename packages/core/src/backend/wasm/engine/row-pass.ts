// Passes over the rows of a matrix that is read twice, X·w and later Xᵀ·r: done block by block, the second read finds the block in the cache.

import { Body } from "../../../program/kernels/body.ts";
import type { Access, LoopKernel, MatmulKernel, Stage } from "../../../program/kernels/kernel.ts";
import type { BufferSpec, Schedule, Step } from "../../../program/kernels/schedule.ts";
import type { Call, Emitted } from "../emitted.ts";

/** Matrices that fit into the nearer caches gain nothing. */
const LARGE = 4 * 2 ** 20;

/**
 * Whether three steps are X·w → a loop along its result → Xᵀ·r, so that rows of one need only the same rows of the one before:
 * the value and the gradient of every linear model.
 */
function isRowPass(first: Step | undefined, middle: Step | undefined, last: Step | undefined): boolean {
  if (first?.kind !== "matmul" || middle?.kind !== "loop" || last?.kind !== "matmul") return false;
  const forward = vectorProduct(first);
  const backward = vectorProduct(last);
  if (forward === undefined || backward === undefined) return false;
  const rows = first.m * first.n;
  const bytes = rows * first.k * (first.dtype === "f64" ? 8 : 4);
  return (
    bytes >= LARGE &&
    middle.outer.length === 0 &&
    middle.inner === rows &&
    middle.stages.slice(1).every(({ over }) => over === "row") &&
    last.k === rows &&
    forward.matrix.buffer === backward.matrix.buffer &&
    forward.matrix.offset === backward.matrix.offset &&
    reads(middle, first.c.buffer) &&
    writes(middle, backward.vector.buffer) &&
    last.c.buffer !== first.c.buffer
  );
}

/** The matrix and the vector of a product with one. */
function vectorProduct({ m, n, a, b, batch }: MatmulKernel) {
  if (batch.length > 0) return undefined;
  if (n === 1 && m > 1) return { matrix: a, vector: b };
  return m === 1 && n > 1 ? { matrix: b, vector: a } : undefined;
}

function alongRow({ offset, strides, picked }: Access): boolean {
  return offset === 0 && strides.length === 1 && strides[0] === 1 && picked === undefined;
}

function reads({ accesses }: LoopKernel, buffer: number): boolean {
  const own = accesses.filter((access) => access.buffer === buffer);
  return own.length > 0 && own.every(alongRow);
}

function writes({ accesses, stages }: LoopKernel, buffer: number): boolean {
  const own = accesses.flatMap((access, i) => (access.buffer === buffer ? [i] : []));
  const [at] = own;
  const stored = stages[0]?.over === "inner" && stages[0].stores.some(({ access }) => access === at);
  return own.length === 1 && stored && alongRow(accesses[at!]!);
}

/**
 * The same schedule with the loops of its row passes cut in two: a map along the rows, and after Xᵀ·r the reductions of what it has
 * stored. So blocks of rows may be as small as the cache wants them; the order of the sums stays.
 */
export function withRowPasses(schedule: Schedule): Schedule {
  const steps: Step[] = [];
  const buffers = [...schedule.buffers];
  for (let i = 0; i < schedule.steps.length; i++) {
    const [first, middle, last] = schedule.steps.slice(i, i + 3);
    if (!isRowPass(first, middle, last)) {
      steps.push(first!);
      continue;
    }
    const { map, rest } = splitOf(middle as LoopKernel, buffers);
    steps.push(first!, map, last!, ...rest);
    i += 2;
  }
  return steps.length === schedule.steps.length ? schedule : { ...schedule, buffers, steps };
}

function splitOf(kernel: LoopKernel, buffers: BufferSpec[]): { map: LoopKernel; rest: LoopKernel[] } {
  const [pass, ...others] = kernel.stages as [Stage, ...Stage[]];
  if (pass.reductions.length === 0 && others.length === 0) return { map: kernel, rest: [] };
  const terms = new Body();
  const accesses = [...kernel.accesses];
  const stores = [...pass.stores];
  const reductions = pass.reductions.map(({ value, combine, slot }) => {
    const dtype = kernel.slots[slot]!;
    const buffer = buffers.push({ dtype, size: kernel.inner }) - 1;
    const access = accesses.push({ buffer, dtype, offset: 0, strides: [1] }) - 1;
    stores.push({ value, access });
    return { value: terms.load(access, dtype).id, combine, slot };
  });
  const map = { ...kernel, accesses, slots: [], stages: [{ ...pass, stores, reductions: [] }] };
  const sums: Stage = { over: "inner", body: terms, stores: [], reductions, results: [] };
  return { map, rest: [{ ...kernel, accesses, stages: [sums, ...others] }] };
}

/**
 * The row passes of a schedule, by their first step. From the step `overwritingFrom` on, arguments are overwritten: a pass that does so
 * could not begin its next block.
 */
export function rowPasses(
  steps: readonly Step[],
  emitted: readonly (Emitted | undefined)[],
  overwritingFrom: number,
): ReadonlyMap<number, readonly Stretch[]> {
  const found = new Map<number, readonly Stretch[]>();
  for (let i = 0; i + 2 < steps.length && i + 2 < overwritingFrom; i++) {
    if (!isRowPass(steps[i], steps[i + 1], steps[i + 2])) continue;
    const stretches = stretchesOf([i, i + 1, i + 2].map((step) => emitted[step]?.calls ?? []));
    if (stretches === undefined) continue;
    found.set(i, stretches);
    i += 2;
  }
  return found;
}

/** One stretch of units of one call. */
export interface Stretch {
  /** Which of the three steps, which of its calls. */
  readonly step: 0 | 1 | 2;
  readonly call: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The calls of the three steps cut along the rows: for each block of rows the first call of each, and what follows at the end.
 * `undefined` where a call does not go along the rows.
 */
function stretchesOf(calls: readonly (readonly Call[])[]): readonly Stretch[] | undefined {
  const heads = calls.map(([call]) => call);
  const block = Math.max(...heads.map((call) => call?.rowsPerUnit ?? Infinity));
  if (!Number.isFinite(block)) return undefined;
  const size = Math.max(block, 256);
  if (heads.some((call) => size % call!.rowsPerUnit! !== 0)) return undefined;
  const rows = Math.max(...heads.map((call) => call!.units * call!.rowsPerUnit!));
  const list: Stretch[] = [];
  for (let start = 0; start < rows; start += size) {
    for (const [step, call] of heads.entries()) {
      const per = call!.rowsPerUnit!;
      const from = start / per;
      const to = Math.min(call!.units, (start + size) / per);
      if (from < to) list.push({ step: step as Stretch["step"], call: 0, from, to });
    }
  }
  for (const [step, rest] of calls.entries()) {
    for (let call = 1; call < rest.length; call++) {
      list.push({ step: step as Stretch["step"], call, from: 0, to: rest[call]!.units });
    }
  }
  return list;
}
