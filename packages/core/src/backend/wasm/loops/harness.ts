// Runs emitted kernels on typed arrays in tests: a memory of their own, the status word, calls in parts.
import type { TypedArray } from "../../../program/dtype.ts";
import { runAlone } from "../alone.ts";
import { type Emitted, STATUS_ADDRESS } from "../emitted.ts";

export interface HarnessOptions {
  readonly fma?: boolean;
  /** Parts that each call is cut into at multiples of its grain. Default 1. */
  readonly parts?: number;
}

export interface Harness {
  /** Runs all calls. Returns the status word. */
  run(): number;
  /** The content of a buffer now. */
  read(buffer: number): TypedArray;
}

export function harnessOf(emitted: Emitted, buffers: readonly TypedArray[], options: HarnessOptions = {}): Harness {
  const { fma = false, parts = 1 } = options;
  const alone = runAlone(emitted, buffers, {
    fma,
    cut: (from, units, grain) => from + Math.max(1, Math.ceil(units / parts / grain)) * grain,
  });
  return {
    run() {
      alone.run();
      return new Int32Array(alone.memory.buffer)[STATUS_ADDRESS / 4]!;
    },
    read: (buffer) => alone.read(buffer),
  };
}
