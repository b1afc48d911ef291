// Reductions in a fixed order, and how their parts meet.
import { InternalError } from "../../../errors/index.ts";
import type { DType } from "../../../program/dtype.ts";
import type { Combine } from "../../../program/kernels/kernel.ts";
import type { Local } from "../assembler.ts";
import type { SimdOp } from "../opcodes.ts";
import type { KernelCode } from "./kernel-code.ts";
import { isFloat } from "./operations.ts";

/**
 * The order of a reduction over a row, the same in every backend:
 *
 * - The row is cut into chunks of 4096. In a chunk, element i is combined into accumulator i mod N, in the order of i; N is 16 for
 *   widths of four bytes and 8 for f64. Accumulators start at the neutral element (0, 1, −∞, ∞).
 * - With w = N/4:  tⱼ = (aⱼ ∘ aⱼ₊w) ∘ (aⱼ₊₂w ∘ aⱼ₊₃w), then (t₀ ∘ t₂) ∘ (t₁ ∘ t₃), or t₀ ∘ t₁ for f64.
 * - Results of chunks: neighbors are combined, an odd one at the end stays, until one is left.
 *
 * a ∘ b of a maximum is `a < b ? b : a`: the first of two zeros wins, whatever its sign. If any element is NaN, the result is.
 */
export const CHUNK = 4096;

/** Bytes of the accumulators of one reduction: always four vectors. */
export const ACCUMULATOR_BYTES = 64;
/** Bytes of one result of a chunk. */
export const PARTIAL_BYTES = 8;

export interface Reduction {
  readonly combine: Combine;
  readonly dtype: DType;
}

export function reductionKey({ combine, dtype }: Reduction): string {
  return `${combine} ${dtype}`;
}

/** Floats of a maximum: NaN is watched apart from the accumulators. */
export function watchesNaN({ combine, dtype }: Reduction): boolean {
  return isFloat(dtype) && (combine === "maximum" || combine === "minimum");
}

export class Accumulators {
  readonly #code: KernelCode;

  constructor(code: KernelCode) {
    this.#code = code;
  }

  /** Whether the vectors of the kernel fill those of the accumulators, so that four registers hold them. */
  fills({ dtype }: Reduction): boolean {
    return this.#code.registers.lanes === 4 || dtype === "f64" || dtype === "bool";
  }

  /** Bytes of the lanes of one vector among the accumulators. */
  bytes(reduction: Reduction): 8 | 16 {
    return this.fills(reduction) ? 16 : 8;
  }

  neutral(reduction: Reduction): void {
    const { f } = this.#code;
    const { combine, dtype } = reduction;
    if (dtype === "bool") f.i32(combine === "minimum" ? -1 : 0).simd("i32x4.splat");
    else if (dtype === "i32") f.i32(neutralOf(reduction)).simd("i32x4.splat");
    else if (dtype === "f32") f.f32(neutralOf(reduction)).simd("f32x4.splat");
    else f.f64(neutralOf(reduction)).simd("f64x2.splat");
  }

  /** a, b → a ∘ b, lane by lane. NaN is not looked for. */
  combine({ combine, dtype }: Reduction): void {
    this.#code.f.simd(OPS[dtype][combine]);
  }

  /** The same, with NaN kept. */
  combineAll(reduction: Reduction, a: Local, b: Local): void {
    const { f } = this.#code;
    f.get(a).get(b);
    this.combine(reduction);
    if (!watchesNaN(reduction)) return;
    for (const x of [a, b]) {
      f.get(x).get(x);
      this.unequal(reduction);
      f.simd("v128.or");
    }
  }

  /** x, x → all ones where x is NaN: with "or", the result is NaN there. */
  unequal({ dtype }: Reduction): void {
    this.#code.f.simd(dtype === "f64" ? "f64x2.ne" : "f32x4.ne");
  }

  /** Accumulators at the address → the result in all lanes, left in `into`. */
  finish(reduction: Reduction, address: Local, offset: number, nan: Local | undefined, into: Local): void {
    const { f, registers } = this.#code;
    const { dtype, combine } = reduction;
    const load = (k: number): void => void f.get(address).memory("v128.load", offset + 16 * k);
    load(0);
    load(1);
    this.combine(reduction);
    load(2);
    load(3);
    this.combine(reduction);
    this.combine(reduction);
    f.set(into);
    if (dtype === "bool") {
      f.get(into);
      f.simd(combine === "minimum" ? "i32x4.all_true" : "v128.any_true");
      f.set(this.#flag).i32(0).get(this.#flag).plain("i32.sub").simd("i32x4.splat").set(into);
      return;
    }
    if (dtype !== "f64") {
      f.get(into).get(into).get(into).shuffle([8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]);
      this.combine(reduction);
      f.set(into);
    }
    const half = dtype === "f64" ? 8 : 4;
    f.get(into)
      .get(into)
      .get(into)
      .shuffle(Array.from({ length: 16 }, (_, i) => (i + half) % 16));
    this.combine(reduction);
    if (nan !== undefined)
      f.get(nan)
        .simd("v128.any_true")
        .set(this.#flag)
        .i32(0)
        .get(this.#flag)
        .plain("i32.sub")
        .simd("i32x4.splat")
        .simd("v128.or");
    registers.splatFirst(dtype);
    f.set(into);
  }

  /** Results of chunks at `base`, eight bytes apart, combined in place; the result goes to all lanes of `into`. */
  tree(reduction: Reduction, base: Local, count: Local, into: Local): void {
    const { f, registers } = this.#code;
    const { dtype } = reduction;
    const end = f.local("i32");
    const step = f.local("i32");
    const at = f.local("i32");
    const other = f.local("i32");
    const a = f.local("v128");
    const b = f.local("v128");
    f.get(base).get(count).i32(PARTIAL_BYTES).plain("i32.mul").plain("i32.add").set(end);
    f.i32(PARTIAL_BYTES).set(step);
    f.block((done) => {
      f.loop((level) => {
        f.get(base).get(step).plain("i32.add").get(end).plain("i32.ge_u").branchIf(done);
        f.get(base).set(at);
        f.block((last) => {
          f.loop((pair) => {
            f.get(at).get(step).plain("i32.add").tee(other).get(end).plain("i32.ge_u").branchIf(last);
            f.get(at);
            this.loadPartial(reduction);
            f.set(a).get(other);
            this.loadPartial(reduction);
            f.set(b);
            this.combineAll(reduction, a, b);
            f.set(a);
            this.storePartial(reduction, at, a);
            f.get(other).get(step).plain("i32.add").set(at).branch(pair);
          });
        });
        f.get(step).i32(1).plain("i32.shl").set(step).branch(level);
      });
    });
    f.get(base);
    this.loadPartial(reduction);
    registers.splatFirst(dtype === "bool" ? "f64" : dtype);
    f.set(into);
  }

  /** address → a result in all lanes. */
  loadPartial({ dtype }: Pick<Reduction, "dtype">): void {
    this.#code.f.memory(dtype === "f64" || dtype === "bool" ? "v128.load64_splat" : "v128.load32_splat");
  }

  storePartial({ dtype }: Pick<Reduction, "dtype">, address: Local, value: Local): void {
    const wide = dtype === "f64" || dtype === "bool"; // masks as they are
    this.#code.f
      .get(address)
      .get(value)
      .laneMemory(wide ? "v128.store64_lane" : "v128.store32_lane", 0);
  }

  get #flag(): Local {
    this.#flagLocal ??= this.#code.f.local("i32");
    return this.#flagLocal;
  }
  #flagLocal: Local | undefined;
}

export function neutralOf({ combine, dtype }: Reduction): number {
  if (combine === "sum") return 0;
  if (combine === "product") return 1;
  if (dtype === "bool") return combine === "maximum" ? 0 : 1;
  if (dtype === "i32") return combine === "maximum" ? -(2 ** 31) : 2 ** 31 - 1;
  return combine === "maximum" ? -Infinity : Infinity;
}

const FLOAT = (shape: "f32x4" | "f64x2"): Record<Combine, SimdOp> => ({
  sum: `${shape}.add`,
  product: `${shape}.mul`,
  maximum: `${shape}.pmax`,
  minimum: `${shape}.pmin`,
});
const OPS: Record<DType, Record<Combine, SimdOp>> = {
  f32: FLOAT("f32x4"),
  f64: FLOAT("f64x2"),
  i32: { sum: "i32x4.add", product: "i32x4.mul", maximum: "i32x4.max_s", minimum: "i32x4.min_s" },
  bool: { sum: "v128.or", product: "v128.and", maximum: "v128.or", minimum: "v128.and" },
};

/** @throws InternalError for what no reduction does. */
export function checkReduction({ combine, dtype }: Reduction): void {
  if (dtype === "bool" && (combine === "sum" || combine === "product"))
    throw new InternalError(`A kernel reduces bool by "${combine}"; "maximum" and "minimum" are any and all.`);
}
