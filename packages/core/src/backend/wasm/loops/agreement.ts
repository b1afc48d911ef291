// Compares emitted code with the interpreter: for tests.
import type { TypedArray } from "../../../program/dtype.ts";
import type { Kernel } from "../../../program/kernels/kernel.ts";
import { runKernel } from "../../interpret/index.ts";
import type { Emitted } from "../emitted.ts";
import { type HarnessOptions, harnessOf } from "./harness.ts";

/** @throws Error at the first bit that differs. NaN equals NaN. */
export function agree(
  kernel: Kernel,
  emitted: Emitted,
  buffers: readonly TypedArray[],
  options?: HarnessOptions,
): void {
  const found = disagreement(kernel, emitted, buffers, options);
  if (found !== undefined) throw new Error(found);
}

/** The first difference in words. */
export function disagreement(
  kernel: Kernel,
  emitted: Emitted,
  buffers: readonly TypedArray[],
  options?: HarnessOptions,
): string | undefined {
  const harness = harnessOf(emitted, buffers, options);
  const status = harness.run();
  if (status !== 0) return `status ${status}`;
  const own = buffers.map((b) => b.slice());
  runKernel(kernel, (buffer) => own[buffer]!);
  for (let b = 0; b < buffers.length; b++) {
    const theirs = harness.read(b);
    const at = own[b]!.findIndex((value, i) => !Object.is(value, theirs[i]));
    if (at >= 0) return `buffer ${b}, element ${at}: interpreter ${text(own[b]![at]!)}, wasm ${text(theirs[at]!)}`;
  }
  return undefined;
}

function text(x: number): string {
  return Object.is(x, -0) ? "-0" : String(x);
}
