// Trees: plain objects and lists whose leaves carry a mark. Knows nothing of arrays.
import { ShapeError } from "../errors/index.ts";

/** The mark of a leaf: arrays carry it. */
export const LEAF: unique symbol = Symbol.for("steepest.leaf");

export function isLeaf(x: unknown): boolean {
  return typeof x === "object" && x !== null && LEAF in x;
}

export interface TreeLeaf {
  /** Dotted path from the root; the empty string for a tree that is one leaf. */
  readonly path: string;
  readonly value: unknown;
}

/** Leaves in a fixed order: keys as written, lists by index. `undefined` entries are no leaves. */
export function flattenTree(tree: unknown, path = ""): TreeLeaf[] {
  if (isLeaf(tree)) return [{ path, value: tree }];
  return childrenOf(tree).flatMap(([name, child]) => flattenTree(child, joinPath(path, name)));
}

/** The same structure with every leaf replaced. */
export function mapTree(tree: unknown, fn: (leaf: unknown, path: string) => unknown, path = ""): unknown {
  if (isLeaf(tree)) return fn(tree, path);
  if (Array.isArray(tree)) return tree.map((child, i) => mapTree(child, fn, joinPath(path, String(i))));
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(childrenOf(tree).map(([name, child]) => [name, mapTree(child, fn, joinPath(path, name))]));
}

/** Leaves of two trees of one structure, pairwise. @throws ShapeError naming the first path at which they differ. */
export function zipTree(
  operation: string,
  a: unknown,
  b: unknown,
  fn: (a: unknown, b: unknown, path: string) => unknown,
): unknown {
  const others = new Map(flattenTree(b).map(({ path, value }) => [path, value]));
  const result = mapTree(a, (leaf, path) => {
    if (!others.has(path)) throw missing(operation, path, "first", "second");
    const other = others.get(path);
    others.delete(path);
    return fn(leaf, other, path);
  });
  const [left] = others.keys();
  if (left !== undefined) throw missing(operation, left, "second", "first");
  return result;
}

function missing(operation: string, path: string, where: string, notWhere: string): ShapeError {
  return new ShapeError(
    `${operation}: the leaf "${path}" is in the ${where} tree and not in the ${notWhere} one. Both must come from the same model.`,
    {
      code: "trees-differ",
      operation,
      path,
    },
  );
}

function childrenOf(tree: unknown): [string, unknown][] {
  return typeof tree === "object" && tree !== null ? Object.entries(tree) : [];
}

/** `block1.weight` */
export function joinPath(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
