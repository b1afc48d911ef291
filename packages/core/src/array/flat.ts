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
  const rebuild = builderOf(value, arrays);
  return { arrays, rebuild };
}

type Build = (values: readonly AnyArray[]) => unknown;

/** Appends the arrays of a value; what it returns makes the value around others. */
function builderOf(value: unknown, arrays: AnyArray[]): Build {
  if (isArray(value)) {
    const index = arrays.push(value) - 1;
    return (values) => values[index];
  }
  if (Array.isArray(value)) {
    const children = value.map((child) => builderOf(child, arrays));
    return (values) => children.map((child) => child(values));
  }
  if (isPlain(value)) {
    const names = Object.keys(value);
    const children = Object.values(value).map((child) => builderOf(child, arrays));
    if (names.includes("__proto__")) {
      return (values) => Object.fromEntries(names.map((name, i) => [name, children[i]!(values)]));
    }
    return (values) => {
      const made: Record<string, unknown> = {};
      for (let i = 0; i < names.length; i++) made[names[i]!] = children[i]!(values);
      return made;
    };
  }
  return () => value;
}

function isPlain(x: unknown): x is Record<string, unknown> {
  return typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype;
}
