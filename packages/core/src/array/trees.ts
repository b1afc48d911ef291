// Functions on trees of arrays: the typed surface over `tree/`. The types are in `tree-types.ts`.
import { ShapeError } from "../errors/index.ts";
import { concat } from "../ops/index.ts";
import { bytesOf, isArray } from "../program/index.ts";
import { flattenTree, joinPath, mapTree, zipTree } from "../tree/index.ts";
import { array, scalar } from "./create.ts";
import type { Leaf, MapLeaves, Params } from "./tree-types.ts";
import type { ArrayLike, NDArray } from "./types.ts";

/** Leaves in a fixed order: keys as written, arrays by index. */
export function leaves<P extends Params<P>>(tree: P): readonly Leaf[] {
  return flattenTree(tree).map(({ path, value }) => ({ path, value: value as NDArray }));
}

/** The same structure with every leaf replaced. */
export function mapLeaves<P extends Params<P>, L>(tree: P, fn: (leaf: NDArray, path: string) => L): MapLeaves<P, L> {
  return mapTree(tree, (leaf, path) => fn(leaf as NDArray, path)) as MapLeaves<P, L>;
}

/** @throws ShapeError naming the first path at which two trees differ. */
export function zipLeaves<P extends Params<P>>(
  a: P,
  b: NoInfer<P>,
  fn: (a: NDArray, b: NDArray, path: string) => NDArray,
): P {
  return zipTree("zipLeaves", a, b, (x, y, path) => fn(x as NDArray, y as NDArray, path)) as P;
}

/** All leaves as one vector, and the way back. Both directions can be differentiated. */
export function ravel<P extends Params<P>>(tree: P): { vector: NDArray; restore: (vector: NDArray) => P } {
  const all = leaves(tree);
  const parts = all.map(({ value }) => value.flatten());
  const restore = (vector: NDArray): P => {
    const size = all.reduce((sum, { value }) => sum + value.size, 0);
    if (vector.ndim !== 1 || vector.size !== size) {
      throw new ShapeError(
        `ravel: the vector has shape [${vector.shape.join(", ")}], but the tree holds ${size} numbers.`,
        {
          code: "sizes-differ",
          operation: "ravel",
          shapes: [vector.shape],
        },
      );
    }
    let start = 0;
    return mapLeaves(tree, (leaf) => {
      const stop = start + leaf.size;
      const piece = vector.at([start, stop]).reshape(...leaf.shape);
      start = stop;
      return piece;
    }) as unknown as P; // same structure, NDArray leaves
  };
  return { vector: parts.length === 0 ? array([]) : concat(parts), restore };
}

export function sizeOf<P extends Params<P>>(tree: P): { leaves: number; elements: number; bytes: number } {
  const all = leaves(tree);
  return {
    leaves: all.length,
    elements: all.reduce((sum, { value }) => sum + value.size, 0),
    bytes: all.reduce((sum, { value }) => sum + value.size * bytesOf(value.dtype), 0),
  };
}

/**
 * What callers may write, as arrays: numbers become scalars, lists of numbers and typed arrays become arrays,
 * plain objects and lists of anything else are trees. With `gaps`, entries of a tree may be undefined: they are no leaves.
 *
 * @throws ShapeError naming the path of a leaf that is neither.
 */
export function toTree(operation: string, input: unknown, gaps = false, path = ""): unknown {
  if (isArray(input) || (gaps && input === undefined && path !== "")) return input;
  if (typeof input === "number") return scalar(input);
  if (ArrayBuffer.isView(input)) return array(input as Float64Array);
  if (Array.isArray(input)) {
    if (isNumbers(input) || (path === "" && input.length === 0)) return array(input as ArrayLike as number[]);
    return input.map((entry, i) => toTree(operation, entry, gaps, joinPath(path, String(i))));
  }
  if (typeof input === "object" && input !== null && isPlain(input)) {
    const entries = Object.entries(input);
    return Object.fromEntries(
      entries.map(([name, entry]) => [name, toTree(operation, entry, gaps, joinPath(path, name))]),
    );
  }
  throw new ShapeError(
    `${operation}: ${path === "" ? "the argument" : `"${path}"`} is ${kindName(input)}, not an array. Trees are plain objects and lists that hold arrays, numbers and lists of numbers.`,
    { code: "not-an-array", operation, path },
  );
}

function isPlain(x: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
}

function kindName(x: unknown): string {
  if (x === null) return "null";
  return typeof x === "object" ? `a ${x.constructor.name}` : typeof x;
}

/** A list whose innermost entries are numbers all the way is one array; a list of objects or arrays is a tree. */
function isNumbers(list: readonly unknown[]): boolean {
  return (
    list.length > 0 && list.every((entry) => typeof entry === "number" || (Array.isArray(entry) && isNumbers(entry)))
  );
}
