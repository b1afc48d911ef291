// What the code of a kernel reads: the words of its argument block and how each array is walked.
import { bytesOf, type DType } from "../../../program/dtype.ts";
import type { Instruction, Lane } from "../../../program/kernels/body.ts";
import type { Access } from "../../../program/kernels/kernel.ts";
import { WORKSPACE, type Word } from "../emitted.ts";
import type { Operation } from "./operations.ts";

/** Words of an argument block in the order of their making. Code knows them by number. */
export class Words {
  readonly list: Word[] = [];

  i32(value: number): number {
    return this.#add({ kind: "i32", value: value | 0 });
  }
  address(buffer: number, bytes: number): number {
    return this.#add({ kind: "address", buffer, bytes });
  }
  workspace(bytes: number): number {
    return this.address(WORKSPACE, bytes);
  }
  constant(dtype: Lane, value: number | bigint): number {
    switch (dtype) {
      case "f32":
      case "f64":
        return this.#add({ kind: dtype, value: Number(value) });
      case "i64":
        return this.#add({ kind: "i64", value: BigInt(value) });
      case "i32":
        return this.i32(Number(value));
      case "bool":
        return this.i32(Number(value) === 0 ? 0 : -1);
    }
  }
  #add(word: Word): number {
    return this.list.push(word) - 1;
  }
}

/** How an array is walked along the inner axis. */
export type Walk =
  | "still" // one element for the row
  | "vector" // elements side by side
  | "lanes" // any other stride
  | "gather"; // every element picked by its own id

/** Numbers are words, except where said. */
export interface AccessPlan {
  readonly dtype: DType;
  readonly walk: Walk;
  readonly base: number;
  /** Bytes per step along each outer axis; `undefined` if the array stays where it is. */
  readonly strides: readonly number[] | undefined;
  /** Bytes from the last position of the axes behind to the next one of this axis. */
  readonly jumps: readonly number[];
  /** Bytes per element along the inner axis. */
  readonly inner: number;
  /** `ids` is the number of an access. */
  readonly picked: { readonly ids: number; readonly stride: number; readonly extent: number } | undefined;
}

export interface RowSpace {
  readonly outer: readonly number[];
  readonly inner: number;
  readonly strides: readonly (readonly number[])[];
}

export function planAccesses(accesses: readonly Access[], space: RowSpace, words: Words): AccessPlan[] {
  const { outer, inner, strides } = space;
  const rank = outer.length;
  return accesses.map((access, a) => {
    const size = bytesOf(access.dtype);
    const steps = strides[a]!.map((stride) => stride * size);
    const along = steps[rank]!;
    const { picked } = access;
    const idsMove = picked !== undefined && strides[picked.ids]![rank] !== 0;
    const moves = steps.slice(0, rank).some((step) => step !== 0);
    return {
      dtype: access.dtype,
      walk: idsMove && inner > 1 ? "gather" : walkOf(along, size, inner),
      base: words.address(access.buffer, access.offset * size),
      strides: moves ? steps.slice(0, rank).map((step) => words.i32(step)) : undefined,
      jumps: moves
        ? steps.slice(0, rank).map((step, d) => words.i32(step - (d + 1 < rank ? outer[d + 1]! * steps[d + 1]! : 0)))
        : [],
      inner: words.i32(along),
      picked: picked && {
        ids: picked.ids,
        stride: words.i32(picked.stride * size),
        extent: words.i32(picked.extent),
      },
    };
  });
}

function walkOf(step: number, size: number, inner: number): Walk {
  if (step === 0) return "still";
  return step === size || inner <= 1 ? "vector" : "lanes";
}

/** A word for every constant that operations use. */
export function planConstants(
  instructions: readonly Instruction[],
  operations: readonly (Operation | undefined)[],
  words: Words,
): (number | undefined)[] {
  return operations.map((operation, id) => {
    const instruction = instructions[id]!;
    if (operation === undefined || instruction.op !== "constant") return undefined;
    return words.constant(instruction.dtype, instruction.value);
  });
}

export function accessKey({ dtype, walk, strides, picked }: AccessPlan): string {
  return [dtype, walk, strides === undefined ? "fixed" : "moves", picked === undefined ? "" : picked.ids].join(" ");
}
