// Pointers into arrays along the inner axis: where they start, how they move, and stores through them.
import { bytesOf } from "../../../program/dtype.ts";
import type { Local } from "../assembler.ts";
import type { KernelCode } from "./kernel-code.ts";

export class Walker {
  readonly pointers: ReadonlyMap<number, Local>;
  readonly #code: KernelCode;
  readonly #rest: Local;

  /** `rest` holds how many elements are left in the row where parts of vectors are stored. */
  constructor(code: KernelCode, accesses: readonly number[], rest: Local) {
    const { f } = code;
    this.#code = code;
    this.#rest = rest;
    const ids = accesses.flatMap((access) => {
      const { walk, picked } = code.accesses[access]!;
      return walk === "gather" ? [picked!.ids] : [];
    });
    this.pointers = new Map([...new Set([...accesses, ...ids])].map((access) => [access, f.local("i32")]));
  }

  /** Points to element `low` of the row. */
  begin(low: Local | undefined): void {
    const { f, rows, accesses, args } = this.#code;
    for (const [access, pointer] of this.pointers) {
      f.get(rows.starts[access]!);
      if (low !== undefined) {
        f.get(low);
        args.push(accesses[access]!.inner);
        f.plain("i32.mul").plain("i32.add");
      }
      f.set(pointer);
    }
  }

  /** All lanes of a vector, `vector` vectors after the pointers. */
  store(access: number, value: Local, vector: number): void {
    const { f, registers, accesses } = this.#code;
    const { dtype, walk } = accesses[access]!;
    const pointer = this.pointers.get(access)!;
    if (walk === "lanes") {
      this.#storeLanes(access, value, false);
      return;
    }
    f.get(pointer);
    registers.store(dtype, value, vector * registers.lanes * bytesOf(dtype));
  }

  /** The lanes that are in the row. */
  storePart(access: number, value: Local): void {
    const { f, registers, accesses } = this.#code;
    const { dtype, walk } = accesses[access]!;
    if (walk === "lanes") {
      this.#storeLanes(access, value, true);
      return;
    }
    const pointer = this.pointers.get(access)!;
    this.#eachLane(true, (j) => {
      f.get(pointer);
      registers.storeLane(dtype, value, j, j * bytesOf(dtype));
    });
  }

  #storeLanes(access: number, value: Local, part: boolean): void {
    const { f, registers, accesses, args } = this.#code;
    const { dtype, inner } = accesses[access]!;
    const at = f.local("i32");
    f.get(this.pointers.get(access)!).set(at);
    this.#eachLane(part, (j) => {
      if (j > 0) {
        f.get(at);
        args.push(inner);
        f.plain("i32.add").set(at);
      }
      f.get(at);
      registers.storeLane(dtype, value, j);
    });
  }

  /** Lane 0 always, the others if they are in the row. */
  #eachLane(part: boolean, store: (lane: number) => void): void {
    const { f, registers } = this.#code;
    const from = (j: number): void => {
      if (j === registers.lanes) return;
      const these = (): void => {
        store(j);
        from(j + 1);
      };
      if (part && j > 0) f.get(this.#rest).i32(j).plain("i32.gt_s").if(these);
      else these();
    };
    from(0);
  }

  /** After each vector: arrays whose lanes are walked one by one. */
  advanceLanes(): void {
    const { f, registers, accesses, args } = this.#code;
    for (const [access, pointer] of this.pointers) {
      const { walk, inner } = accesses[access]!;
      if (walk === "vector") continue;
      f.get(pointer);
      args.push(inner);
      f.i32(registers.lanes).plain("i32.mul").plain("i32.add").set(pointer);
    }
  }

  /** After some vectors: the other arrays. */
  advanceVectors(elements: number): void {
    const { f, accesses } = this.#code;
    for (const [access, pointer] of this.pointers) {
      const { walk, dtype } = accesses[access]!;
      if (walk !== "vector") continue;
      f.get(pointer)
        .i32(elements * bytesOf(dtype))
        .plain("i32.add")
        .set(pointer);
    }
  }
}
