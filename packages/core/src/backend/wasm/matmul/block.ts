// Argument blocks by name: the words that a call brings, and the code that reads them.
import type { FunctionBuilder, Local } from "../assembler.ts";
import type { Word } from "../emitted.ts";
import { Integers, type Operand } from "./integers.ts";

/** Four-byte words: one per name, then one per batch axis for each name of `axes`. */
export class BlockLayout<Name extends string, Axis extends string> {
  readonly #names: readonly Name[];
  readonly #axes: readonly Axis[];
  readonly rank: number;

  constructor(names: readonly Name[], axes: readonly Axis[], rank: number) {
    this.#names = names;
    this.#axes = axes;
    this.rank = rank;
  }

  words(values: Readonly<Record<Name, Word | number>>, perAxis: Readonly<Record<Axis, readonly number[]>>): Word[] {
    const list: (Word | number)[] = [
      ...this.#names.map((name) => values[name]),
      ...this.#axes.flatMap((name) => perAxis[name]),
    ];
    return list.map((value) => (typeof value === "number" ? { kind: "i32", value } : value));
  }

  reader(f: FunctionBuilder, args: Local): BlockReader<Name, Axis> {
    const i = new Integers(f);
    const word = (name: Name) => i.word(args, this.#names.indexOf(name));
    const ofAxis = (name: Axis, axis: number) =>
      i.word(args, this.#names.length + this.#axes.indexOf(name) * this.rank + axis);
    return {
      word,
      eachAxis: (index, extents, body) => {
        const rest = i.local(index);
        const at = f.local("i32");
        for (let axis = this.rank - 1; axis >= 0; axis--) {
          i.set(at, i.rem(rest, ofAxis(extents, axis)));
          i.set(rest, i.div(rest, ofAxis(extents, axis)));
          body(at, (name) => ofAxis(name, axis));
        }
      },
    };
  }
}

export interface BlockReader<Name extends string, Axis extends string> {
  word(name: Name): Operand;
  /** Takes a row-major index of the batch apart: `body` writes code for each axis, given the position along it and its words. */
  eachAxis(index: Operand, extents: Axis, body: (at: Local, word: (name: Axis) => Operand) => void): void;
}
