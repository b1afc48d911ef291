// The loop along a row: whole groups of vectors first, then one vector at a time, the last of which may be partly filled.
import type { Store } from "../../../program/kernels/kernel.ts";
import type { Local } from "../assembler.ts";
import { ACCUMULATOR_BYTES, Accumulators, type Reduction, watchesNaN } from "./accumulators.ts";
import type { BodyCode } from "./body-code.ts";
import type { KernelCode } from "./kernel-code.ts";
import { Walker } from "./walker.ts";

export interface SweepReduction extends Reduction {
  readonly value: number;
}

/** Bodies with more operations than this are not repeated: the loop costs little beside them. */
const LARGE = 64;

export class Sweep {
  readonly #code: KernelCode;
  readonly #body: BodyCode;
  readonly #stores: readonly Store[];
  readonly #reductions: readonly SweepReduction[];
  readonly #accumulators: Accumulators;
  readonly #walker: Walker;
  readonly #index: Local;
  readonly #rest: Local;
  readonly #count: Local;
  readonly #registers: readonly (readonly Local[])[];
  readonly #nan: readonly (Local | undefined)[];

  constructor(code: KernelCode, body: BodyCode, stores: readonly Store[], reductions: readonly SweepReduction[]) {
    const { f } = code;
    this.#code = code;
    this.#body = body;
    this.#stores = stores;
    this.#reductions = reductions;
    this.#accumulators = new Accumulators(code);
    this.#index = f.local("i32");
    this.#rest = f.local("i32");
    this.#count = f.local("i32");
    this.#walker = new Walker(code, [...body.moving, ...stores.map((store) => store.access)], this.#rest);
    this.#registers = reductions.map(() => Array.from({ length: this.#grouped ? 4 : 0 }, () => f.local("v128")));
    this.#nan = reductions.map((reduction) => (watchesNaN(reduction) ? f.local("v128") : undefined));
  }

  /** Vectors per round of the first loop; 1: there is none. */
  get #group(): number {
    const { size } = this.#body;
    if (this.#body.moving.some((access) => this.#code.accesses[access]!.walk === "gather")) return 1;
    if (this.#reductions.length > 0) return this.#grouped ? 4 : 1;
    return size <= 8 ? 4 : size <= 64 ? 2 : 1;
  }

  /** Reductions keep four registers each if their body is small. */
  get #grouped(): boolean {
    const { length } = this.#reductions;
    return (
      length > 0 &&
      length <= 2 &&
      this.#body.size <= LARGE &&
      this.#body.moving.every((access) => this.#code.accesses[access]!.walk !== "gather") &&
      this.#reductions.every((reduction) => this.#accumulators.fills(reduction))
    );
  }

  /** Elements `low` … `low + count − 1` of the row. */
  run(low: Local | undefined, count: Local): void {
    const { f } = this.#code;
    f.get(count).tee(this.#count).set(this.#rest);
    if (low === undefined) f.i32(0);
    else f.get(low);
    f.set(this.#index);
    this.#walker.begin(low);
    this.#reductions.forEach((reduction, r) => {
      const nan = this.#nan[r];
      if (nan !== undefined) f.i32(0).simd("i32x4.splat").set(nan);
      if (!this.#grouped) this.#clear(reduction, r);
    });
    if (this.#group > 1) this.#groups();
    this.#singles();
  }

  /** The results of the reductions, in all lanes. */
  finish(into: readonly Local[]): void {
    this.#reductions.forEach((reduction, r) => {
      this.#accumulators.finish(reduction, this.#code.scratch, r * ACCUMULATOR_BYTES, this.#nan[r], into[r]!);
    });
  }

  #clear(reduction: Reduction, r: number): void {
    const { f, scratch } = this.#code;
    for (let k = 0; k < 4; k++) {
      f.get(scratch);
      this.#accumulators.neutral(reduction);
      f.memory("v128.store", r * ACCUMULATOR_BYTES + 16 * k);
    }
  }

  #groups(): void {
    const { f, scratch, registers } = this.#code;
    const size = this.#group * registers.lanes;
    const group = (): void => {
      for (let u = 0; u < this.#group; u++) {
        this.#body.element({ pointers: this.#walker.pointers, index: this.#index, rest: undefined, vector: u });
        this.#reductions.forEach((reduction, r) => {
          const accumulator = this.#registers[r]![u]!;
          const value = this.#body.value(reduction.value);
          f.get(accumulator).get(value);
          this.#accumulators.combine(reduction);
          f.set(accumulator);
          this.#watch(reduction, r, value, false);
        });
        for (const { value, access } of this.#stores) this.#walker.store(access, this.#body.value(value), u);
        this.#walker.advanceLanes();
      }
      this.#advance(size);
      f.get(this.#rest).i32(size).plain("i32.sub").set(this.#rest);
    };
    this.#reductions.forEach((reduction, r) => {
      this.#accumulators.neutral(reduction);
      f.set(this.#registers[r]![0]!);
      for (const other of this.#registers[r]!.slice(1)) f.get(this.#registers[r]![0]!).set(other);
    });
    f.get(this.#rest)
      .i32(size)
      .plain("i32.ge_s")
      .if(() => {
        f.loop((again) => {
          group();
          f.get(this.#rest).i32(size).plain("i32.ge_s").branchIf(again);
        });
      });
    this.#registers.forEach((locals, r) => {
      locals.forEach((local, k) => {
        f.get(scratch)
          .get(local)
          .memory("v128.store", r * ACCUMULATOR_BYTES + 16 * k);
      });
    });
  }

  #singles(): void {
    const { f, registers } = this.#code;
    const { lanes } = registers;
    f.get(this.#rest)
      .i32(0)
      .plain("i32.gt_s")
      .if(() => {
        f.loop((again) => {
          this.#body.element({ pointers: this.#walker.pointers, index: this.#index, rest: this.#rest, vector: 0 });
          for (const [r, reduction] of this.#reductions.entries()) this.#accumulate(reduction, r);
          if (this.#stores.length > 0) {
            f.get(this.#rest)
              .i32(lanes)
              .plain("i32.ge_s")
              .if(
                () => {
                  for (const { value, access } of this.#stores) this.#walker.store(access, this.#body.value(value), 0);
                },
                () => {
                  for (const { value, access } of this.#stores) this.#walker.storePart(access, this.#body.value(value));
                },
              );
          }
          this.#walker.advanceLanes();
          this.#advance(lanes);
          f.get(this.#rest).i32(lanes).plain("i32.sub").tee(this.#rest).i32(0).plain("i32.gt_s").branchIf(again);
        });
      });
  }

  #advance(elements: number): void {
    this.#walker.advanceVectors(elements);
    this.#code.f.get(this.#index).i32(elements).plain("i32.add").set(this.#index);
  }

  /** Into the accumulators in memory that belong to these positions; lanes past the end keep them. */
  #accumulate(reduction: SweepReduction, r: number): void {
    const { f, scratch, registers, iota } = this.#code;
    const width = this.#accumulators.bytes(reduction);
    const value = this.#body.value(reduction.value);
    const address = f.local("i32");
    const old = f.local("v128");
    const shift = Math.log2(width / registers.lanes);
    f.get(this.#count).get(this.#rest).plain("i32.sub").i32(shift).plain("i32.shl");
    f.i32(ACCUMULATOR_BYTES - 1)
      .plain("i32.and")
      .get(scratch)
      .plain("i32.add")
      .set(address);
    const offset = r * ACCUMULATOR_BYTES;
    f.get(address)
      .memory(width === 16 ? "v128.load" : "v128.load64_zero", offset)
      .set(old);
    f.get(address).get(old).get(value);
    this.#accumulators.combine(reduction);
    f.get(old);
    registers.maskBelow(reduction.dtype, this.#rest, iota);
    f.simd("v128.bitselect");
    if (width === 16) f.memory("v128.store", offset);
    else f.laneMemory("v128.store64_lane", 0, offset);
    this.#watch(reduction, r, value, true);
  }

  #watch(reduction: Reduction, r: number, value: Local, part: boolean): void {
    const nan = this.#nan[r];
    if (nan === undefined) return;
    const { f, registers, iota } = this.#code;
    f.get(value).get(value);
    this.#accumulators.unequal(reduction);
    if (part || !this.#accumulators.fills(reduction)) {
      registers.maskBelow(reduction.dtype, this.#rest, iota);
      f.simd("v128.and");
      if (!this.#accumulators.fills(reduction)) f.i32(0).simd("i32x4.splat").shuffle(LOW);
    }
    f.get(nan).simd("v128.or").set(nan);
  }
}

/** The low half of the first of two vectors, then the low half of the second. */
const LOW = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
