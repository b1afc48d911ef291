// Copying by strides: the one loop behind broadcasting, transposition and slicing on the reference backend.
import type { TypedArray } from "./dtype.ts";
import type { Shape } from "./shape.ts";

/** Writes `shape` elements, read from `source` at offset + Σ indexᵢ·strideᵢ, to `target` in row-major order. */
export function copyStrided(
  source: TypedArray,
  offset: number,
  strides: readonly number[],
  shape: Shape,
  target: TypedArray,
): void {
  const rank = shape.length;
  if (rank === 0) {
    target[0] = source[offset]!;
    return;
  }
  if (target.length === 0) return;
  const inner = shape[rank - 1]!;
  const step = strides[rank - 1]!;
  const index = new Int32Array(rank);
  let from = offset;
  for (let to = 0; to < target.length; to += inner) {
    if (step === 1) {
      for (let i = 0; i < inner; i++) target[to + i] = source[from + i]!;
    } else if (step === 0) {
      target.fill(source[from]!, to, to + inner);
    } else {
      for (let i = 0; i < inner; i++) target[to + i] = source[from + i * step]!;
    }
    for (let axis = rank - 2; axis >= 0; axis--) {
      from += strides[axis]!;
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}
