// Functions of trees as functions of lists of arrays, and back.
import { type AnyArray, type NDArray, toTree } from "../array/index.ts";
import { ShapeError } from "../errors/index.ts";
import { isArray, kindOf } from "../program/index.ts";
import { flattenTree, mapTree } from "../tree/index.ts";

export interface FlatTree {
  readonly arrays: readonly AnyArray[];
  readonly paths: readonly string[];
  /** The same structure around other arrays, in the same order. */
  rebuild(arrays: readonly AnyArray[]): unknown;
}

/** The leaves of what a caller wrote: numbers and lists become arrays. @throws ShapeError naming a leaf that is none. */
export function flatTree(operation: string, input: unknown): FlatTree {
  const tree = toTree(operation, input);
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

/** @throws ShapeError naming the first leaf that is no float: there is no gradient with respect to integers and booleans. */
export function checkFloats(operation: string, { arrays, paths }: FlatTree): void {
  const wrong = arrays.findIndex((x) => kindOf(x.dtype) !== "float");
  if (wrong === -1) return;
  const name = paths[wrong] === "" ? "the parameter" : `the parameter "${paths[wrong]}"`;
  throw new ShapeError(
    `${operation}: ${name} is ${arrays[wrong]!.dtype}; derivatives exist with respect to floats only. Pass it as a further argument, or convert it with astype("f64").`,
    { code: "not-a-float", operation, path: paths[wrong]! },
  );
}

/** The further arguments of a differentiated function: numbers and lists become arrays, everything else passes. */
export function convertArguments(operation: string, args: readonly unknown[]): unknown[] {
  return args.map((arg) =>
    typeof arg === "number" || Array.isArray(arg) || ArrayBuffer.isView(arg) ? toTree(operation, arg) : arg,
  );
}

/** @throws ShapeError unless `x` is an array. */
export function checkArray(operation: string, x: unknown): NDArray {
  if (isArray(x)) return x as NDArray;
  throw new ShapeError(`${operation}: the function returned ${x === null ? "null" : typeof x}, not an array.`, {
    code: "not-an-array",
    operation,
  });
}

/** @throws ShapeError unless `x` is a float array of rank 0. */
export function checkScalar(operation: string, x: unknown): NDArray {
  const result = checkArray(operation, x);
  if (result.shape.length === 0 && kindOf(result.dtype) === "float") return result;
  throw new ShapeError(
    `${operation}: the function returned ${result.dtype}[${result.shape.join(", ")}]; a gradient needs a float scalar. Reduce it with sum() or mean(), or use jacobian.`,
    { code: "not-a-scalar", operation, shapes: [result.shape] },
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
