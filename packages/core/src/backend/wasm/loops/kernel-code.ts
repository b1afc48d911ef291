// One function under construction and what all parts of its code share.
import { FunctionBuilder, type Local } from "../assembler.ts";
import { type EmitOptions, KERNEL_SIGNATURE, layoutOf, type Word } from "../emitted.ts";
import type { AccessPlan } from "./plan.ts";
import { type Lanes, Registers } from "./registers.ts";
import { type Arguments, Rows } from "./rows.ts";

export interface CodePlan {
  readonly lanes: Lanes;
  readonly words: readonly Word[];
  readonly accesses: readonly AccessPlan[];
  /** Words with the extents of the outer axes. */
  readonly extents: readonly number[];
  readonly slots: number;
}

export class KernelCode {
  readonly f: FunctionBuilder;
  readonly args: Arguments;
  readonly from: Local;
  readonly to: Local;
  readonly scratch: Local;
  readonly options: EmitOptions;
  readonly registers: Registers;
  readonly accesses: readonly AccessPlan[];
  readonly rows: Rows;
  /** One number of the row in all lanes. */
  readonly slots: readonly Local[];
  /** 0, 1, 2, 3 */
  readonly iota: Local;
  readonly #offsets: readonly number[];
  readonly #words: readonly Word[];
  readonly #block: Local;

  constructor(plan: CodePlan, options: EmitOptions) {
    const f = new FunctionBuilder(KERNEL_SIGNATURE);
    this.f = f;
    const [block, from, to, scratch] = f.params as readonly [Local, Local, Local, Local];
    this.#block = block;
    this.from = from;
    this.to = to;
    this.scratch = scratch;
    this.options = options;
    this.#words = plan.words;
    this.#offsets = layoutOf(plan.words).offsets;
    this.args = { push: (word) => void f.get(block).memory("i32.load", this.#offsets[word]!) };
    this.registers = new Registers(f, plan.lanes);
    this.accesses = plan.accesses;
    this.rows = new Rows(f, this.args, plan.accesses, plan.extents);
    this.slots = Array.from({ length: plan.slots }, () => f.local("v128"));
    this.iota = f.local("v128");
    this.registers.iota(this.iota);
  }

  /** Loads constants into locals: in hot loops a constant of the code is slower. */
  constants(words: readonly (number | undefined)[]): (Local | undefined)[] {
    const { f } = this;
    return words.map((word) => {
      if (word === undefined) return undefined;
      const { kind } = this.#words[word]!;
      const local = f.local("v128");
      f.get(this.#block).memory(
        kind === "f64" || kind === "i64" ? "v128.load64_splat" : "v128.load32_splat",
        this.#offsets[word]!,
      );
      f.set(local);
      return local;
    });
  }

  /** A word in a local. */
  word(word: number): Local {
    const local = this.f.local("i32");
    this.args.push(word);
    this.f.set(local);
    return local;
  }

  /** Runs `body` for every unit from `from` to `to`; the local is a copy that the body may overwrite. */
  units(body: (unit: Local) => void): void {
    const { f, from, to } = this;
    const unit = f.local("i32");
    f.block((end) => {
      f.loop((again) => {
        f.get(from).get(to).plain("i32.ge_s").branchIf(end);
        f.get(from).set(unit);
        body(unit);
        f.get(from).i32(1).plain("i32.add").set(from).branch(again);
      });
    });
  }

  /** Rows `from` to `to` in order, by odometer. */
  eachRow(body: () => void): void {
    const { f, from, to, rows } = this;
    const row = f.local("i32");
    f.get(from)
      .get(to)
      .plain("i32.lt_s")
      .if(() => {
        f.get(from).set(row);
        rows.start(row);
        f.block((end) => {
          f.loop((again) => {
            body();
            f.get(from).i32(1).plain("i32.add").tee(from).get(to).plain("i32.ge_s").branchIf(end);
            rows.next();
            f.branch(again);
          });
        });
      });
  }
}
