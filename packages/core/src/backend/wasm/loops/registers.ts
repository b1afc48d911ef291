// How elements live in vector registers, and how they get there.
import type { DType } from "../../../program/dtype.ts";
import type { Lane } from "../../../program/kernels/body.ts";
import type { FunctionBuilder, Local } from "../assembler.ts";
import type { LaneMemoryOp, LaneOp, MemoryOp, SimdOp } from "../opcodes.ts";

/**
 * Elements of one vector. Kernels in which a value of eight bytes occurs work on 2: values of four bytes then fill the low half.
 * Conditions are masks as wide as a lane: 32 bits of 4, 64 bits of 2.
 */
export type Lanes = 2 | 4;

export function lanesOf(types: Iterable<Lane>): Lanes {
  for (const type of types) if (type === "f64" || type === "i64") return 2;
  return 4;
}

const SPLAT: Record<DType, MemoryOp> = {
  f32: "v128.load32_splat",
  i32: "v128.load32_splat",
  f64: "v128.load64_splat",
  bool: "v128.load8_splat",
};

/** Vector instructions that depend on the number of lanes. Addresses and values come from the stack and stay there. */
export class Registers {
  readonly f: FunctionBuilder;
  readonly lanes: Lanes;

  constructor(f: FunctionBuilder, lanes: Lanes) {
    this.f = f;
    this.lanes = lanes;
  }

  /** address → elements side by side. Reads up to 16 bytes, also past the last element. */
  load(dtype: DType, offset: number): void {
    const { f, lanes } = this;
    if (dtype === "f64") f.memory("v128.load", offset);
    else if (dtype !== "bool") f.memory(lanes === 4 ? "v128.load" : "v128.load64_zero", offset);
    else {
      f.memory(lanes === 4 ? "v128.load32_zero" : "i32.load16_u", offset);
      if (lanes === 2) f.simd("i32x4.splat");
      f.simd("i16x8.extend_low_i8x16_u").simd("i32x4.extend_low_i16x8_u");
      this.truth();
    }
  }

  /** address → one element in all lanes. */
  loadSplat(dtype: DType, offset = 0): void {
    this.f.memory(SPLAT[dtype], offset);
    if (dtype === "bool") this.f.i32(0).simd("i8x16.splat").simd("i8x16.ne");
  }

  /** Elements one by one: `address(j)` pushes where lane j is. Uses `into`. */
  loadLanes(dtype: DType, into: Local, address: (lane: number) => void): void {
    const { f, lanes } = this;
    for (let j = 0; j < lanes; j++) {
      if (dtype === "bool") {
        if (j === 0) f.i32(0).simd("i32x4.splat");
        else f.get(into);
        address(j);
        f.memory("i32.load8_u").lane("i32x4.replace_lane", j);
      } else {
        address(j);
        const wide = dtype === "f64";
        if (j === 0) f.memory(wide ? "v128.load64_zero" : "v128.load32_zero");
        else f.get(into).laneMemory(wide ? "v128.load64_lane" : "v128.load32_lane", j);
      }
      f.set(into);
    }
    f.get(into);
    if (dtype === "bool") this.truth();
  }

  /** address, value → all lanes side by side. */
  store(dtype: DType, value: Local, offset: number): void {
    const { f, lanes } = this;
    if (dtype === "bool") {
      this.#bytesOf(value);
      f.memory(lanes === 4 ? "i32.store" : "i32.store16", offset);
      return;
    }
    f.get(value);
    if (dtype === "f64" || lanes === 4) f.memory("v128.store", offset);
    else f.laneMemory("v128.store64_lane", 0, offset);
  }

  /** address → lane j stored. */
  storeLane(dtype: DType, value: Local, lane: number, offset = 0): void {
    const { f, lanes } = this;
    if (dtype === "bool") {
      f.get(value)
        .lane("i32x4.extract_lane", lanes === 4 ? lane : 2 * lane)
        .i32(1)
        .plain("i32.and")
        .memory("i32.store8", offset);
      return;
    }
    const op: LaneMemoryOp = dtype === "f64" ? "v128.store64_lane" : "v128.store32_lane";
    f.get(value).laneMemory(op, lane, offset);
  }

  /** i32 lanes → mask of those that are not 0. */
  truth(): void {
    this.f.i32(0).simd("i32x4.splat").simd("i32x4.ne");
    this.widen();
  }

  /** Mask of a comparison of four-byte lanes → mask of the kernel. */
  widen(): void {
    if (this.lanes === 2) this.f.simd("i64x2.extend_low_i32x4_s");
  }

  /** Mask of the kernel → mask for lanes of `dtype`. */
  maskFor(dtype: Lane): void {
    if (this.lanes === 2 && (dtype === "f32" || dtype === "i32")) this.narrow();
  }

  /** Low halves of two lanes of eight bytes. */
  narrow(): void {
    const { f } = this;
    const x = f.local("v128");
    f.set(x).get(x).get(x).shuffle([0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11]);
  }

  /** Lane 0 of a value of `dtype` → all lanes. */
  splatFirst(dtype: Lane): void {
    const { f, lanes } = this;
    const wide = dtype === "f64" || dtype === "i64" || (dtype === "bool" && lanes === 2);
    const [extract, splat]: readonly [LaneOp, SimdOp] = wide
      ? ["i64x2.extract_lane", "i64x2.splat"]
      : ["i32x4.extract_lane", "i32x4.splat"];
    f.lane(extract, 0).simd(splat);
  }

  /** Numbers 0, 1, 2, 3 in i32 lanes. */
  iota(into: Local): void {
    const { f } = this;
    f.i32(0).simd("i32x4.splat");
    for (let j = 1; j < 4; j++) f.i32(j).lane("i32x4.replace_lane", j);
    f.set(into);
  }

  /** Mask of the lanes below `count`, for lanes of `dtype`. */
  maskBelow(dtype: Lane, count: Local, iota: Local): void {
    this.f.get(count).simd("i32x4.splat").get(iota).simd("i32x4.gt_s");
    if (this.lanes === 2 && dtype !== "f32" && dtype !== "i32") this.f.simd("i64x2.extend_low_i32x4_s");
  }

  /** A mask as bytes of 0 and 1, in an i32. */
  #bytesOf(mask: Local): void {
    const { f, lanes } = this;
    const narrowed = f.local("v128");
    f.get(mask);
    if (lanes === 2) this.narrow();
    f.set(narrowed).get(narrowed).get(narrowed).simd("i16x8.narrow_i32x4_s").set(narrowed);
    f.get(narrowed).get(narrowed).simd("i8x16.narrow_i16x8_s");
    f.lane("i32x4.extract_lane", 0).i32(0x01010101).plain("i32.and");
  }
}
