// Trees of arrays as text and back, every bit of them: what a file would hold, and what can be compared.
import { array, type NDArray } from "../array/index.ts";
import type { DType } from "../program/index.ts";
import { isLeaf } from "../tree/index.ts";

interface Saved {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

export function treeText(tree: unknown): string {
  return JSON.stringify(tree, function (this: Record<string, unknown>, key, value: unknown) {
    const held = key === "" ? tree : this[key]; // before toJSON of the array, if it has one
    if (!isLeaf(held)) return value;
    const leaf = held as NDArray;
    return { dtype: leaf.dtype, shape: leaf.shape, data: leaf.toArray().map(exact) };
  });
}

export function loadTree(text: string): unknown {
  return JSON.parse(text, (_key, value: Saved | null) =>
    typeof value === "object" && value !== null && "dtype" in value
      ? array(value.data.map(Number), { dtype: value.dtype }).reshape(...value.shape)
      : value,
  );
}

/** JSON has no NaN, no ∞ and no −0. */
function exact(x: number): number | string {
  return Number.isFinite(x) && !Object.is(x, -0) ? x : Object.is(x, -0) ? "-0" : String(x);
}
