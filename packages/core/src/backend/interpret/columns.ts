// Column kernels and scatters in plain JS: the exact oracle of emitted code.
import type { DType, TypedArray } from "../../program/dtype.ts";
import type { ColumnKernel, Combine, ScatterKernel } from "../../program/kernels/kernel.ts";
import { binary, evaluate, type Scalar } from "./element.ts";
import { inputsAt, runOnce } from "./loop.ts";
import { type Buffers, badId, Elements, positionsOf } from "./nest.ts";
import { CHUNK, combine, neutralOf, pairwise } from "./reduce.ts";

/** For every outer position and column: reduced positions in index order, in chunks of 4096 whose results meet pairwise. */
export function runColumns(kernel: ColumnKernel, buffers: Buffers): void {
  const { outer, reduced, inner, epilogue } = kernel;
  const elements = new Elements(kernel.accesses, buffers);
  const slots = kernel.slots.map(() => 0);
  const values: Scalar[] = [];
  for (const at of positionsOf([...outer, inner])) {
    const position = [...at.slice(0, -1), ...reduced.map(() => 0), at.at(-1)!];
    const inputs = inputsAt(elements, position, slots);
    const sums = kernel.reductions.map((r) => new ChunkedSum(r.combine, kernel.slots[r.slot]!));
    for (const along of positionsOf(reduced)) {
      along.forEach((index, axis) => {
        position[outer.length + axis] = index;
      });
      evaluate(kernel.body, inputs, values);
      kernel.reductions.forEach(({ value }, r) => {
        sums[r]!.add(values[value] as number);
      });
    }
    reduced.forEach((_, axis) => {
      position[outer.length + axis] = 0;
    });
    kernel.reductions.forEach(({ slot }, r) => {
      slots[slot] = sums[r]!.result();
    });
    if (epilogue !== undefined) runOnce(epilogue, elements, position, inputs, slots, values);
  }
}

/** One after the other from the neutral element, chunk by chunk. */
class ChunkedSum {
  readonly #how: Combine;
  readonly #dtype: DType;
  readonly #partials: number[] = [];
  #sum: number;
  #count = 0;

  constructor(how: Combine, dtype: DType) {
    this.#how = how;
    this.#dtype = dtype;
    this.#sum = neutralOf(how, dtype);
  }

  add(value: number): void {
    if (this.#count === CHUNK) {
      this.#partials.push(this.#sum);
      this.#sum = neutralOf(this.#how, this.#dtype);
      this.#count = 0;
    }
    this.#sum = combine(this.#how, this.#dtype, this.#sum, value);
    this.#count++;
  }

  result(): number {
    return pairwise(this.#how, this.#dtype, [...this.#partials, this.#sum]);
  }
}

export function runScatter(
  { dtype, rows, inner, extent, ids, updates, target }: ScatterKernel,
  buffers: Buffers,
): void {
  const [names, from, to]: readonly TypedArray[] = [
    buffers(ids.buffer),
    buffers(updates.buffer),
    buffers(target.buffer),
  ];
  for (let r = 0; r < rows; r++) {
    const id = names![ids.offset + r]!;
    const row = id < 0 ? id + extent : id;
    if (row < 0 || row >= extent) throw badId(id, extent);
    for (let i = 0; i < inner; i++) {
      const at = target.offset + row * inner + i;
      const update = from![updates.offset + r * updates.rowStride + i * updates.innerStride]!;
      to![at] = binary("add", dtype, to![at]!, update) as number;
    }
  }
}
