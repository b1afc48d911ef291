// Several arrays as one vector and back: a node of a program has one output, so operations with several pack them.
import type { AnyArray, NDArray } from "../../array/index.ts";
import { InternalError } from "../../errors/index.ts";
import { cast, concat } from "../../ops/index.ts";
import { type ArraySpec, type Builder, type DType, type Operand, sizeOf } from "../../program/index.ts";

/** f32 when all pieces are; else f64, which holds every i32, bool and f32 exactly. */
function packedWidth(specs: readonly ArraySpec[]): "f32" | "f64" {
  return specs.length > 0 && specs.every(({ dtype }) => dtype === "f32") ? "f32" : "f64";
}

export function packedSpec(specs: readonly ArraySpec[]): ArraySpec {
  const size = specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return { shape: [size], dtype: packedWidth(specs), weak: false };
}

/** The pieces one after the other, as one vector. */
export function pack(arrays: readonly AnyArray[], specs: readonly ArraySpec[]): NDArray {
  if (arrays.length === 0) throw new InternalError("pack: there is nothing to pack.");
  const width = packedWidth(specs);
  return concat(arrays.map((x) => cast(x, width).flatten())) as NDArray;
}

/** The same for arrays of a program that is lowered. */
export function packOperands(build: Builder, arrays: readonly Operand[], specs: readonly ArraySpec[]): Operand {
  const { shape, dtype } = packedSpec(specs);
  let next = 0;
  const parts = arrays.map((x) => {
    const size = sizeOf(x.shape);
    const wide = x.dtype === dtype ? x : build.map([x], (b, [v]) => b.convert(v!, dtype));
    const start = [next];
    next += size;
    return { x: build.reshape(wide, [size]), start };
  });
  return build.assemble(shape, dtype, parts, 0);
}

/** The pieces of a packed vector, in their shapes and widths. */
export function unpack(packed: NDArray, specs: readonly ArraySpec[]): AnyArray[] {
  let start = 0;
  return specs.map(({ shape, dtype }) => {
    const stop = start + sizeOf(shape);
    const piece = cast(packed.at([start, stop]).reshape(...shape), dtype as DType);
    start = stop;
    return piece;
  });
}
