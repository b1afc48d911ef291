// Integer code around the vectors: expressions of addresses and counts, counted loops, words of the argument block.
import type { FunctionBuilder, Label, Local } from "../assembler.ts";

/** Something that can be pushed on the stack as an i32, any number of times. */
export type Operand = Local | number | (() => void);

/** Writes i32 expressions into a function. Expressions are pushed where they are used, so they must not depend on changes between. */
export class Integers {
  readonly #f: FunctionBuilder;

  constructor(f: FunctionBuilder) {
    this.#f = f;
  }

  push(...operands: readonly Operand[]): void {
    for (const x of operands) {
      if (typeof x === "number") this.#f.i32(x);
      else if (typeof x === "function") x();
      else this.#f.get(x);
    }
  }
  set(local: Local, value: Operand): void {
    this.push(value);
    this.#f.set(local);
  }
  /** A new local that holds the value. */
  local(value: Operand): Local {
    const local = this.#f.local("i32");
    this.set(local, value);
    return local;
  }
  /** Word `index` of an argument block of four-byte words. */
  word(block: Local, index: number): Operand {
    return () => this.#f.get(block).memory("i32.load", 4 * index);
  }

  add(...terms: readonly Operand[]): Operand {
    return () => {
      for (const [i, term] of terms.entries()) {
        this.push(term);
        if (i > 0) this.#f.plain("i32.add");
      }
    };
  }
  sub(x: Operand, y: Operand): Operand {
    return this.#binary("i32.sub", x, y);
  }
  mul(x: Operand, y: Operand): Operand {
    return this.#binary("i32.mul", x, y);
  }
  div(x: Operand, y: Operand): Operand {
    return this.#binary("i32.div_s", x, y);
  }
  rem(x: Operand, y: Operand): Operand {
    return this.#binary("i32.rem_s", x, y);
  }
  equal(x: Operand, y: Operand): Operand {
    return this.#binary("i32.eq", x, y);
  }
  /** Of counts. Addresses are unsigned: see `below`. */
  less(x: Operand, y: Operand): Operand {
    return this.#binary("i32.lt_s", x, y);
  }
  /** Of addresses. */
  below(x: Operand, y: Operand): Operand {
    return this.#binary("i32.lt_u", x, y);
  }
  and(x: Operand, y: Operand): Operand {
    return this.#binary("i32.and", x, y);
  }
  min(x: Operand, y: Operand): Operand {
    return () => {
      this.push(x, y, this.less(x, y));
      this.#f.plain("select");
    };
  }

  if(condition: Operand, then: () => void, otherwise?: () => void): void {
    this.push(condition);
    this.#f.if(then, otherwise);
  }
  /** for (index = from; index < to; index += step); `to` and `step` may not change inside. */
  for(index: Local, from: Operand, to: Operand, step: Operand, body: () => void): void {
    this.set(index, from);
    this.while(this.less(index, to), () => {
      body();
      this.set(index, this.add(index, step));
    });
  }
  while(condition: Operand, body: () => void): void {
    this.#f.block((end: Label) => {
      this.#f.loop((again: Label) => {
        this.push(condition);
        this.#f.plain("i32.eqz").branchIf(end);
        body();
        this.#f.branch(again);
      });
    });
  }
  /** Calls a helper function with these arguments. */
  call(callee: FunctionBuilder, ...args: readonly Operand[]): void {
    this.push(...args);
    this.#f.callFunction(callee);
  }

  #binary(
    op: "i32.sub" | "i32.mul" | "i32.div_s" | "i32.rem_s" | "i32.eq" | "i32.lt_s" | "i32.lt_u" | "i32.and",
    x: Operand,
    y: Operand,
  ): Operand {
    return () => {
      this.push(x, y);
      this.#f.plain(op);
    };
  }
}
