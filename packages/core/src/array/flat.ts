// Functions of trees as functions of lists of arrays, and back.
import { isArray } from "../program/index.ts";
import { flattenTree, mapTree } from "../tree/index.ts";
import { toTree } from "./trees.ts";
import type { AnyArray } from "./types.ts";

export interface FlatTree {
  readonly arrays: readonly AnyArray[];
  readonly paths: readonly string[];
  /** The same structure around other arrays, in the same order. */
  rebuild(arrays: readonly AnyArray[]): unknown;
}

/**
 * The leaves of what a caller wrote: numbers and lists become arrays. With `gaps`, entries may be undefined.
 * @throws ShapeError naming a leaf that is none.
 */
export function flatTree(operation: string, input: unknown, gaps = false): FlatTree {
  const tree = toTree(operation, input, gaps);
  const leaves = flattenTree(tree);
  return {
    arrays: leaves.map(({ value }) => value as AnyArray),
    paths: leaves.map(({ path }) => path),
    rebuild(arrays) {
      let next = 0;
      return mapTree(tree, () => arrays[next++]);
    },
  };
}

/** The further arguments of a transformed function: numbers and lists become arrays, everything else passes. */
export function convertArguments(operation: string, args: readonly unknown[]): unknown[] {
  return args.map((arg) =>
    typeof arg === "number" || Array.isArray(arg) || ArrayBuffer.isView(arg) ? toTree(operation, arg) : arg,
  );
}

/** The arrays in any value of plain objects and lists, and the same value around other arrays; everything else passes. */
export function flatAny(value: unknown): { arrays: AnyArray[]; rebuild(arrays: readonly AnyArray[]): unknown } {
  const arrays: AnyArray[] = [];
  const collect = (x: unknown): unknown => {
    if (isArray(x)) return new Slot(arrays.push(x) - 1);
    if (Array.isArray(x)) return x.map(collect);
    if (isPlain(x)) return Object.fromEntries(Object.entries(x).map(([name, child]) => [name, collect(child)]));
    return x;
  };
  const shape = collect(value);
  const fill = (x: unknown, values: readonly AnyArray[]): unknown => {
    if (x instanceof Slot) return values[x.index];
    if (Array.isArray(x)) return x.map((child) => fill(child, values));
    if (isPlain(x)) return Object.fromEntries(Object.entries(x).map(([name, child]) => [name, fill(child, values)]));
    return x;
  };
  return { arrays, rebuild: (values) => fill(shape, values) };
}

class Slot {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

function isPlain(x: unknown): x is Record<string, unknown> {
  return typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype;
}
