// Code for every kernel that is a loop over elements.
import type { ColumnKernel, LoopKernel, ScatterKernel } from "../../../program/kernels/kernel.ts";
import type { Emitted } from "../emitted.ts";
import { emitColumns } from "./columns.ts";
import { emitLoop } from "./loop.ts";
import { emitScatter } from "./scatter.ts";

export function emitKernel(kernel: LoopKernel | ColumnKernel | ScatterKernel): Emitted {
  switch (kernel.kind) {
    case "loop":
      return emitLoop(kernel);
    case "columns":
      return emitColumns(kernel);
    case "scatter":
      return emitScatter(kernel);
  }
}
