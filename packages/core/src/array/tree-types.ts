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

/**
 * What transforms take as arguments: trees of arrays. Unions that hold an array (`Scalar | number`, as the results of `grad`
 * take) stand for that array; numbers, strings and flags alone are refused.
 */
export type Traceable<T> = NDArray extends T
  ? T
  : Scalar extends T
    ? T
    : NDArray<"int"> extends T
      ? T
      : T extends AnyArray | undefined
        ? T
        : T extends object
          ? { readonly [K in keyof T]: Traceable<T[K]> }
          : never;

/** What callers may write for such an argument. */
export type Written<T> = NDArray extends T
  ? ArrayLike
  : Scalar extends T
    ? Scalar | number
    : NDArray<"int"> extends T
      ? NDArray<"int"> | Int32Array
      : T extends AnyArray | undefined
        ? T
        : T extends object
          ? { [K in keyof T]: Written<T[K]> }
          : never;

/** `Traceable` and `Written` for lists of arguments. */
export type TraceableArgs<A> = { readonly [K in keyof A]: Traceable<A[K]> };
export type WrittenArgs<A extends readonly unknown[]> = { [K in keyof A]: Written<A[K]> };
