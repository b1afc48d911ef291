// Types of trees: plain objects, lists and tuples whose leaves are arrays. The functions are in `trees.ts`.
import type { Kind } from "../program/index.ts";
import type { AnyArray, ArrayLike, NDArray, Scalar } from "./types.ts";

/** A tree of float arrays. Interfaces and type aliases both fit (the constraint is homomorphic). */
export type Params<T> =
  | NDArray
  | { readonly [K in keyof T]: T[K] extends NDArray ? T[K] : T[K] extends object ? Params<T[K]> : never };

/** A tree of arrays of any kind; the shape of everything that enters or leaves a compiled function. */
export type ArrayTree<T> =
  | AnyArray
  | {
      readonly [K in keyof T]: T[K] extends AnyArray | undefined ? T[K] : T[K] extends object ? ArrayTree<T[K]> : never;
    };

/** Same structure, every leaf replaced by `L`. */
export type MapLeaves<T, L> = T extends NDArray<Kind> ? L : { [K in keyof T]: MapLeaves<T[K], L> };

/** What callers may write where `T` is expected: numbers for scalars, lists for arrays, integers stay integers. */
export type InputOf<T> = T extends Scalar
  ? Scalar | number
  : T extends NDArray<"float">
    ? ArrayLike
    : T extends NDArray<"int">
      ? NDArray<"int"> | Int32Array
      : T extends AnyArray | undefined
        ? T
        : T extends object
          ? { [K in keyof T]: InputOf<T[K]> }
          : never;

/** What a leaf is, said by the layer that makes it: routes optimizers, decay and names in figures. */
export type LeafRole = "matrix" | "embedding" | "head" | "bias" | "norm" | "other";

/** One leaf of a tree. */
export interface Leaf<A extends AnyArray = NDArray> {
  /** Dotted path from the root: `"block1.weight"`. The empty string for a tree that is one array. */
  readonly path: string;
  readonly value: A;
}
