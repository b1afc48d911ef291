// Code for every kernel that is a loop over elements.
import { InternalError } from "../../../errors/index.ts";
import type { ColumnKernel, LoopKernel, ScatterKernel } from "../../../program/kernels/kernel.ts";
import type { Emitted } from "../emitted.ts";
import { emitLoop } from "./loop.ts";

export function emitKernel(kernel: LoopKernel | ColumnKernel | ScatterKernel): Emitted {
  switch (kernel.kind) {
    case "loop":
      return emitLoop(kernel);
    default:
      throw new InternalError(`No code for "${kernel.kind}" kernels.`);
  }
}
