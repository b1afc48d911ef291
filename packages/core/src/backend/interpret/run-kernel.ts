// Kernels in plain JS with the rounding and the order of the emitted code.
import type { TypedArray } from "../../program/dtype.ts";
import type { Kernel, MatmulKernel } from "../../program/kernels/kernel.ts";
import { multiply } from "../../program/kernels/product.ts";
import { runColumns, runScatter } from "./columns.ts";
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
    case "columns":
      runColumns(kernel, buffers);
      return;
    case "scatter":
      runScatter(kernel, buffers);
      return;
    case "matmul":
      multiply(kernel, ...(floats(kernel, buffers) as [Float64Array, Float64Array, Float64Array]));
      return;
  }
}

/** The matrices of a product: f32 or f64, all three. */
function floats({ a, b, c }: MatmulKernel, buffers: Buffers): TypedArray[] {
  return [a, b, c].map(({ buffer }) => buffers(buffer));
}
