// What differs between the two widths.
import type { FunctionBuilder } from "../assembler.ts";
import type { MemoryOp, PlainOp, SimdOp } from "../opcodes.ts";

export type Width = "f32" | "f64";

export interface Lanes {
  readonly width: Width;
  /** Bytes of an element, elements of a vector. */
  readonly bytes: number;
  readonly count: number;
  readonly load: MemoryOp;
  readonly store: MemoryOp;
  readonly loadSplat: MemoryOp;
  readonly add: PlainOp;
  readonly mul: PlainOp;
  readonly vectorAdd: SimdOp;
  readonly vectorMul: SimdOp;
  readonly vectorFma: SimdOp;
}

export const LANES: Readonly<Record<Width, Lanes>> = {
  f32: {
    width: "f32",
    bytes: 4,
    count: 4,
    load: "f32.load",
    store: "f32.store",
    loadSplat: "v128.load32_splat",
    add: "f32.add",
    mul: "f32.mul",
    vectorAdd: "f32x4.add",
    vectorMul: "f32x4.mul",
    vectorFma: "f32x4.relaxed_madd",
  },
  f64: {
    width: "f64",
    bytes: 8,
    count: 2,
    load: "f64.load",
    store: "f64.store",
    loadSplat: "v128.load64_splat",
    add: "f64.add",
    mul: "f64.mul",
    vectorAdd: "f64x2.add",
    vectorMul: "f64x2.mul",
    vectorFma: "f64x2.relaxed_madd",
  },
};

/** The lanes of two vectors, by number of the lane: 0 … count − 1 of the first, then of the second. */
export function shuffleLanes(f: FunctionBuilder, { bytes }: Lanes, lanes: readonly number[]): void {
  f.shuffle(lanes.flatMap((lane) => Array.from({ length: bytes }, (_, byte) => lane * bytes + byte)));
}
