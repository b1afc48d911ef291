// Loop nests over typed arrays: positions, offsets, picked rows.
import { OptionError } from "../../errors/index.ts";
import type { TypedArray } from "../../program/dtype.ts";
import type { Access } from "../../program/kernels/kernel.ts";

/** Arrays by the buffer numbers of a schedule. */
export type Buffers = (buffer: number) => TypedArray;

/** All positions of these axes, the last one fastest. The array is reused. */
export function* positionsOf(extents: readonly number[]): Generator<readonly number[]> {
  if (extents.some((extent) => extent === 0)) return;
  const position = extents.map(() => 0);
  for (;;) {
    yield position;
    let axis = extents.length - 1;
    while (axis >= 0 && ++position[axis]! === extents[axis]) position[axis--] = 0;
    if (axis < 0) return;
  }
}

/** Where the elements of accesses are, at a position along all axes. */
export class Elements {
  readonly #arrays: readonly TypedArray[];
  readonly #accesses: readonly Access[];

  constructor(accesses: readonly Access[], buffers: Buffers) {
    this.#accesses = accesses;
    this.#arrays = accesses.map(({ buffer }) => buffers(buffer));
  }

  load(access: number, position: readonly number[]): number {
    const value = this.#arrays[access]![this.#at(access, position)]!;
    return this.#accesses[access]!.dtype === "bool" ? Number(value !== 0) : value;
  }

  store(access: number, position: readonly number[], value: number): void {
    this.#arrays[access]![this.#at(access, position)] = value;
  }

  #at(access: number, position: readonly number[]): number {
    const { offset, strides, picked } = this.#accesses[access]!;
    let at = offset;
    for (let axis = 0; axis < strides.length; axis++) at += strides[axis]! * position[axis]!;
    if (picked === undefined) return at;
    const id = this.load(picked.ids, position);
    const row = id < 0 ? id + picked.extent : id;
    if (row < 0 || row >= picked.extent) throw badId(id, picked.extent);
    return at + row * picked.stride;
  }
}

export function badId(id: number, extent: number): OptionError {
  return new OptionError(
    `Index ${id} is outside of an axis of extent ${extent}. Indices run from ${-extent} to ${extent - 1}.`,
    {
      code: "index-out-of-range",
      option: "ids",
    },
  );
}
