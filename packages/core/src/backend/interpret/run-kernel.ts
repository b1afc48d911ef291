// Kernels in plain JS with the rounding and the order of the emitted code.
import { InternalError } from "../../errors/index.ts";
import type { Kernel } from "../../program/kernels/kernel.ts";
import { runLoop } from "./loop.ts";
import type { Buffers } from "./nest.ts";

/**
 * Runs a kernel on typed arrays. Bit-equal to emitted code without FMA, but for the payloads of NaN.
 * @throws OptionError when a picked row is outside of its table.
 */
export function runKernel(kernel: Kernel, buffers: Buffers): void {
  switch (kernel.kind) {
    case "loop":
      runLoop(kernel, buffers);
      return;
    default:
      throw new InternalError(`The interpreter has no "${kernel.kind}".`);
  }
}
