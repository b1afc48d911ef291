// Primitives: the few operations that programs are made of. Each brings its rules; nothing else knows it by name.
import type { NDArray } from "../array/types.ts";
import type { Lowering } from "./lowering.ts";
import type { ArraySpec, Tensor } from "./tensor.ts";

/** One application, seen by its forward rule. Arrays may themselves be traced, so rules are made of array operations. */
export interface JvpContext<P> {
  readonly inputs: readonly NDArray[];
  readonly output: NDArray;
  /** `undefined` stands for zero: that input does not depend on what is differentiated. At least one is defined. */
  readonly tangents: readonly (NDArray | undefined)[];
  readonly params: P;
}

/** One linear application, seen backwards. */
export interface TransposeContext<P> {
  /** ∂L/∂output */
  readonly adjoint: NDArray;
  /** The coefficients; `undefined` at the inputs in which the application is linear. */
  readonly inputs: readonly (NDArray | undefined)[];
  /** Shape and width of every input, also of the linear ones. */
  readonly specs: readonly ArraySpec[];
  readonly params: P;
}

/** One application on a stack of examples. */
export interface BatchContext<P> {
  /** Batched inputs have the examples along a leading axis; the others are shared by all. */
  readonly inputs: readonly NDArray[];
  readonly batched: readonly boolean[];
  /** How many examples there are. */
  readonly size: number;
  readonly params: P;
}

/**
 * An operation with its rules. One derivative rule serves both modes: reverse mode linearizes with `jvp`
 * and runs the linear program backwards with `transpose`. Because rules are made of array operations,
 * they can be differentiated again.
 */
export interface Primitive<P = undefined> {
  readonly name: string;
  /** Shape and width of the result. @throws ShapeError when the inputs do not fit together. */
  infer(inputs: readonly ArraySpec[], params: P): ArraySpec;
  /** The definition of truth, in plain JS: writes the result, computed in f64 and rounded once when it is stored. */
  evaluate(inputs: readonly Tensor[], output: Tensor, params: P): void;
  /** The tangent of the result, linear in the tangents. Left out: the derivative is 0 everywhere. */
  jvp?(context: JvpContext<P>): NDArray | undefined;
  /** Adjoints of the inputs in which the application is linear, `undefined` for the others. Only for what occurs in linear programs. */
  transpose?(context: TransposeContext<P>): readonly (NDArray | undefined)[];
  /** All examples at once; the result has them along a leading axis. At least one input is batched. */
  batch?(context: BatchContext<P>): NDArray;
  /** How it becomes kernels. Left out: compiled programs call `evaluate`, which is slow and always right. */
  lower?: Lowering<P>;
  /** Runs for what it does besides its result: programs keep it, used or not. Default false. */
  readonly effect?: true;
  /** The application as people write it: `w·x`. Default `name(inputs)`. */
  formula?(names: readonly string[], params: P): string;
}

export function formulaOf<P>(primitive: Primitive<P>, names: readonly string[], params: P): string {
  return primitive.formula?.(names, params) ?? `${primitive.name}(${names.join(", ")})`;
}
