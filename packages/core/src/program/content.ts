// What stands behind an array: a tensor, or a node of a trace. The hooks by which lower layers see and make arrays
// without knowing their class.
import type { AnyArray } from "../array/types.ts";
import type { Tensor } from "./tensor.ts";
import type { Node } from "./trace.ts";

export type Content = Tensor | Node;

/** Keys of the two internal members of every array. */
export const CONTENT: unique symbol = Symbol("steepest.content");
export const SIBLING: unique symbol = Symbol("steepest.sibling");

export interface WithContent {
  readonly [CONTENT]: Content;
  /** An array of the same class around other content. */
  [SIBLING](content: Content): AnyArray;
}

export function contentOf(x: AnyArray): Content {
  return (x as AnyArray & WithContent)[CONTENT]; // every array carries it; only its class knows
}

/** An array around `content`, of the class of `like`: this is how operations make arrays without importing their class. */
export function wrap(like: AnyArray, content: Content): AnyArray {
  return (like as AnyArray & WithContent)[SIBLING](content);
}

export function isArray(x: unknown): x is AnyArray {
  return typeof x === "object" && x !== null && CONTENT in x;
}

export function isTraced(content: Content): content is Node {
  return "trace" in content;
}

/** Takes the content out of an array that was given away: `stale` stands in for it, and says so when it is read. */
export function replaceContent(x: AnyArray, stale: Content): void {
  (x as AnyArray & { [CONTENT]: Content })[CONTENT] = stale;
}
