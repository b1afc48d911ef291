// Where a row starts in every array: pointers that an odometer moves, so that no element costs a division.
import type { FunctionBuilder, Local } from "../assembler.ts";
import { STATUS_ADDRESS, STATUS_INDEX_OUT_OF_RANGE } from "../emitted.ts";
import type { AccessPlan } from "./plan.ts";

/** The argument block as code reads it. */
export interface Arguments {
  /** Puts an i32 word on the stack. */
  push(word: number): void;
}

export class Rows {
  /** The start of the row in each array. */
  readonly starts: readonly Local[];
  /** Positions along the outer axes. */
  readonly positions: readonly Local[];
  readonly #pointers: readonly Local[];
  readonly #f: FunctionBuilder;
  readonly #args: Arguments;
  readonly #accesses: readonly AccessPlan[];
  readonly #extents: readonly number[];

  /** `extents` are words. */
  constructor(f: FunctionBuilder, args: Arguments, accesses: readonly AccessPlan[], extents: readonly number[]) {
    this.#f = f;
    this.#args = args;
    this.#accesses = accesses;
    this.#extents = extents;
    this.#pointers = accesses.map(() => f.local("i32"));
    this.starts = accesses.map(({ picked, walk }, a) =>
      picked === undefined || walk === "gather" ? this.#pointers[a]! : f.local("i32"),
    );
    this.positions = extents.map(() => f.local("i32"));
  }

  /** Goes to the row with this number. Overwrites the local. */
  start(row: Local): void {
    const f = this.#f;
    for (let d = this.#extents.length - 1; d >= 0; d--) {
      const position = this.positions[d]!;
      f.get(row);
      if (d === 0) {
        f.set(position);
        break;
      }
      this.#args.push(this.#extents[d]!);
      f.plain("i32.rem_u").set(position).get(row);
      this.#args.push(this.#extents[d]!);
      f.plain("i32.div_u").set(row);
    }
    this.#accesses.forEach(({ base, strides = [] }, a) => {
      this.#args.push(base);
      strides.forEach((stride, d) => {
        f.get(this.positions[d]!);
        this.#args.push(stride);
        f.plain("i32.mul").plain("i32.add");
      });
      f.set(this.#pointers[a]!);
    });
    this.#pick();
  }

  /** Goes to the next row. */
  next(): void {
    const last = this.#extents.length - 1;
    if (last < 0) return;
    this.#step(last);
    this.#pick();
  }

  #step(d: number): void {
    const f = this.#f;
    this.#accesses.forEach(({ jumps }, a) => {
      if (jumps.length === 0) return;
      f.get(this.#pointers[a]!);
      this.#args.push(jumps[d]!);
      f.plain("i32.add").set(this.#pointers[a]!);
    });
    const position = this.positions[d]!;
    f.get(position).i32(1).plain("i32.add").set(position);
    if (d === 0) return;
    f.get(position);
    this.#args.push(this.#extents[d]!);
    f.plain("i32.eq").if(() => {
      f.i32(0).set(position);
      this.#step(d - 1);
    });
  }

  #pick(): void {
    const f = this.#f;
    this.#accesses.forEach(({ picked, walk }, a) => {
      if (picked === undefined || walk === "gather") return;
      f.get(this.#pointers[a]!);
      f.get(this.#pointers[picked.ids]!).memory("i32.load");
      this.offsetOf(picked);
      f.plain("i32.add").set(this.starts[a]!);
    });
  }

  /** id → bytes. An id outside of the table is reported and taken as 0. */
  offsetOf({ stride, extent }: NonNullable<AccessPlan["picked"]>): void {
    const f = this.#f;
    const id = f.local("i32");
    f.set(id).get(id);
    this.#args.push(extent);
    f.get(id).i32(31).plain("i32.shr_s").plain("i32.and").plain("i32.add").set(id).get(id);
    this.#args.push(extent);
    f.plain("i32.ge_u").if(() => {
      f.i32(STATUS_ADDRESS).i32(STATUS_INDEX_OUT_OF_RANGE).memory("i32.store");
      f.i32(0).set(id);
    });
    f.get(id);
    this.#args.push(stride);
    f.plain("i32.mul");
  }
}
