// What the laws of the engine compare: results bit for bit, and engines with other passes, other plans or planted mistakes.

import type { Prepared } from "../../src/backend/interface.ts";
import { Engine, type EngineSettings } from "../../src/backend/wasm/engine/engine.ts";
import { type AnyArray, type Backend, referenceBackend, useBackend, wasmBackend } from "../../src/index.ts";
import { contentOf, type Tensor } from "../../src/program/index.ts";
import type { Schedule } from "../../src/program/kernels/schedule.ts";
import { type LowerOptions, lower, printSchedule } from "../../src/program/lower/index.ts";

/** One thread, every rounding its own, no library of the system: the engine whose bits the others are held to. */
export const plain: Backend = wasmBackend.with({ threads: 1, fma: false, native: false });

/** What is computed meanwhile runs on `backend`. */
export function on<T>(backend: Backend, compute: () => T): T {
  useBackend(backend);
  try {
    return compute();
  } finally {
    useBackend(wasmBackend);
  }
}

export interface Variant {
  /** Default: one thread, no FMA, no native library. */
  readonly settings?: Partial<EngineSettings>;
  readonly passes?: LowerOptions;
  /** What runs instead of what the program was lowered to. */
  readonly change?: (schedule: Schedule) => Schedule;
}

export interface VariantBackend extends Backend {
  readonly engine: Engine;
  /** The program that was made ready last; held by who compiled it. */
  last: WeakRef<Prepared> | undefined;
}

/** The engine, of whose schedules a copy with changes runs. Single operations run on the reference backend. */
export function variant({ passes = {}, change = (s) => s, settings }: Variant): VariantBackend {
  const engine = new Engine({ fma: false, shared: false, threads: 1, native: undefined, ...settings });
  const backend: VariantBackend = {
    ...referenceBackend,
    name: "variant",
    engine,
    last: undefined,
    prepare(program, inputs, donated) {
      const schedule = change(lower(program, passes));
      const runner = engine.prepare(schedule, donated, inputs);
      const { plan, entries } = runner.tape;
      const ready: Prepared = {
        run: (tensors) => runner.run(tensors)?.slice(0, program.outputs.length),
        get stats() {
          return {
            kernels: entries.length,
            arenaBytes: plan.peak,
            bytesWithoutReuse: plan.withoutReuse,
            lowerBoundBytes: plan.lowerBound,
            memoryBytes: engine.memory.bytes,
            ...runner.stats,
          };
        },
        inspect: () => printSchedule(schedule),
      };
      backend.last = new WeakRef(ready);
      return ready;
    },
  };
  return backend;
}

/** Every buffer is a result, so that each lives to the end and none is used twice. */
export function withoutReuse(schedule: Schedule): Schedule {
  const fixed = new Set([...schedule.inputs, ...schedule.constants.map(({ buffer }) => buffer)]);
  const more = schedule.buffers.flatMap(({ dtype, size }, buffer) =>
    fixed.has(buffer) ? [] : [{ buffer, dtype, shape: [size] }],
  );
  return { ...schedule, outputs: [...schedule.outputs, ...more] };
}

export function dataOf(x: AnyArray): Tensor {
  return contentOf(x) as Tensor; // concrete outside of traces
}

/** The first bit that differs, as text; NaN is NaN. */
export function difference(found: readonly AnyArray[], expected: readonly AnyArray[]): string | undefined {
  return apart(found, expected, Object.is);
}

/** The same with +0 = −0: of zeros of both signs the largest may be either one. */
export function differentNumber(found: readonly AnyArray[], expected: readonly AnyArray[]): string | undefined {
  return apart(found, expected, (a, b) => Object.is(a, b) || a === b);
}

/** The first entry that is further off than `tolerance`, relative to the largest entry of its array. */
export function distance(
  found: readonly AnyArray[],
  expected: readonly AnyArray[],
  tolerance: number,
): string | undefined {
  return apart(found, expected, (a, b, largest) => Object.is(a, b) || Math.abs(a - b) <= tolerance * largest, false);
}

function apart(
  found: readonly AnyArray[],
  expected: readonly AnyArray[],
  same: (a: number, b: number, largest: number) => boolean,
  widths = true,
): string | undefined {
  if (found.length !== expected.length) return `${found.length} results, not ${expected.length}`;
  for (const [i, x] of found.entries()) {
    const [a, b] = [dataOf(x), dataOf(expected[i]!)];
    if (a.shape.join() !== b.shape.join() || (widths && a.dtype !== b.dtype)) {
      return `result ${i} is ${a.dtype}[${a.shape.join()}], not ${b.dtype}[${b.shape.join()}]`;
    }
    const [left, right] = [a.data, b.data];
    let largest = 1;
    for (const v of right) if (Number.isFinite(v)) largest = Math.max(largest, Math.abs(v));
    for (let k = 0; k < right.length; k++) {
      if (left[k] === undefined || !same(left[k]!, right[k]!, largest)) {
        return `result ${i} of shape [${b.shape.join()}] is ${left[k]} at ${k}, not ${right[k]}`;
      }
    }
  }
  return undefined;
}
