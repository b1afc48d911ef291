// Temporary: kernels that the interpreter does not run yet.
import { evaluate } from "../../backend/interpret/element.ts";
import { runKernel } from "../../backend/interpret/index.ts";
import { runOnce } from "../../backend/interpret/loop.ts";
import { Elements, positionsOf } from "../../backend/interpret/nest.ts";
import type { TypedArray } from "../dtype.ts";
import type { ColumnKernel, Kernel } from "../kernels/kernel.ts";

type Buffers = (buffer: number) => TypedArray;
export function runPlain(kernel: Kernel, buffers: Buffers): void {
  if (kernel.kind === "columns") {
    runColumns(kernel, buffers);
    return;
  }
  if (kernel.kind === "scatter") {
    const ids = buffers(kernel.ids.buffer);
    const from = buffers(kernel.updates.buffer);
    const to = buffers(kernel.target.buffer);
    for (let r = 0; r < kernel.rows; r++) {
      const at = ids[kernel.ids.offset + r]!;
      const id = at < 0 ? at + kernel.extent : at;
      if (id < 0 || id >= kernel.extent) throw new Error("bad id");
      for (let i = 0; i < kernel.inner; i++) {
        const k = kernel.target.offset + id * kernel.inner + i;
        to[k] = to[k]! + from[kernel.updates.offset + r * kernel.updates.rowStride + i * kernel.updates.innerStride]!;
      }
    }
    return;
  }
  if (kernel.kind === "matmul") {
    const { a, b, c } = kernel;
    const [A, B, C] = [buffers(a.buffer), buffers(b.buffer), buffers(c.buffer)];
    for (const p of positionsOf(kernel.batch)) {
      const at = (x: typeof a) => x.offset + x.batchStrides.reduce((s, st, i) => s + st * p[i]!, 0);
      for (let i = 0; i < kernel.m; i++)
        for (let j = 0; j < kernel.n; j++) {
          let sum = 0;
          for (let k = 0; k < kernel.k; k++)
            sum += A[at(a) + i * a.rowStride + k * a.columnStride]! * B[at(b) + k * b.rowStride + j * b.columnStride]!;
          C[at(c) + i * c.rowStride + j * c.columnStride] = sum;
        }
    }
    return;
  }
  runKernel(kernel, buffers);
}

function runColumns(kernel: ColumnKernel, buffers: Buffers): void {
  const elements = new Elements(kernel.accesses, buffers);
  for (const outer of positionsOf([...kernel.outer, kernel.inner])) {
    const inner = outer.at(-1)!;
    const sums = kernel.reductions.map(
      ({ combine }) => ({ sum: 0, product: 1, maximum: -Infinity, minimum: Infinity })[combine],
    );
    for (const m of positionsOf(kernel.reduced)) {
      const position = [...outer.slice(0, -1), ...m, inner];
      const values: number[] = [];
      evaluate(
        kernel.body,
        { load: (a) => elements.load(a, position), slot: () => 0, index: (a) => position[a]! },
        values,
      );
      kernel.reductions.forEach(({ combine, value }, r) => {
        const v = values[value]!;
        sums[r] =
          combine === "sum"
            ? sums[r]! + v
            : combine === "product"
              ? sums[r]! * v
              : combine === "maximum"
                ? Math.max(sums[r]!, v)
                : Math.min(sums[r]!, v);
      });
    }
    const slots = kernel.slots.map(() => 0);
    kernel.reductions.forEach(({ slot }, r) => {
      slots[slot] = kernel.slots[slot] === "f32" ? Math.fround(sums[r]!) : sums[r]!;
    });
    if (kernel.epilogue === undefined) continue;
    const position = [...outer.slice(0, -1), ...kernel.reduced.map(() => 0), inner];
    runOnce(
      kernel.epilogue,
      elements,
      position,
      { load: (a) => elements.load(a, position), slot: (s) => slots[s]!, index: (a) => position[a]! },
      slots,
      [],
    );
  }
}
