// Derivatives of array functions along directions, forwards and backwards.
import { type AnyArray, type ArrayLike, array, flatTree, type NDArray } from "../array/index.ts";
import { formatShape, ShapeError } from "../errors/index.ts";
import { isArray, sameShape, traceProgram } from "../program/index.ts";
import { checkArray, checkFloats } from "./checks.ts";
import { linearizeFlat, pushForward, runBackward, runForward } from "./linearize.ts";

type ArrayFunction = (x: NDArray) => NDArray;

/**
 * The value of f at x and its derivative along v, in one forward pass.
 *
 *     (f(x), J(x)·v)
 *
 * @throws ShapeError when v has not the shape of x.
 *
 * @example
 * ```ts
 * import { jvp } from "steepest";
 * console.log(jvp((x) => x.square(), [1, 2], [1, 0]).tangent.toArray()); // [2, 0]
 * ```
 */
export function jvp(f: ArrayFunction, x: ArrayLike, v: ArrayLike): { value: NDArray; tangent: NDArray } {
  const point = floatArray("jvp", x);
  const direction = sameSpace("jvp", "v", v, point);
  const program = traceProgram(single("jvp", f), [point], { eager: true });
  const value = program.trace.lower(program.outputs[0]!) as NDArray;
  const [tangent] = pushForward(program, [direction]);
  return { value, tangent: tangent ?? value.zerosLike() };
}

/**
 * The value of f at x, and the map from adjoints of the value to adjoints of x.
 *
 *     (f(x), w ↦ J(x)ᵀ·w)
 *
 * @example
 * ```ts
 * import { vjp } from "steepest";
 * const { pullback } = vjp((x) => x.square(), [1, 2]);
 * console.log(pullback([1, 10]).toArray()); // [2, 40]
 * ```
 */
export function vjp(f: ArrayFunction, x: ArrayLike): { value: NDArray; pullback: (w: ArrayLike) => NDArray } {
  const linearized = linearizeFlat(single("vjp", f), [floatArray("vjp", x)]);
  const value = linearized.values[0] as NDArray;
  return { value, pullback: (w) => runBackward(linearized, [sameSpace("vjp", "w", w, value)])[0]! };
}

/**
 * The value of f at x, and the derivative there as a function of directions: one evaluation, then as many J·v as wanted.
 *
 * @example
 * ```ts
 * import { linearize } from "steepest";
 * const { tangent } = linearize((x) => x.exp(), [0, 0]);
 * console.log(tangent([1, 2]).toArray()); // [1, 2]
 * ```
 */
export function linearize(f: ArrayFunction, x: ArrayLike): { value: NDArray; tangent: (v: ArrayLike) => NDArray } {
  const point = floatArray("linearize", x);
  const linearized = linearizeFlat(single("linearize", f), [point]);
  return {
    value: linearized.values[0] as NDArray,
    tangent: (v) => runForward(linearized, [sameSpace("linearize", "v", v, point)])[0]!,
  };
}

/** f on lists of one array. */
export function single(operation: string, f: ArrayFunction): (inputs: readonly AnyArray[]) => readonly AnyArray[] {
  return ([x]) => [checkArray(operation, f(x as NDArray))];
}

/** @throws ShapeError unless it is a float array. */
export function floatArray(operation: string, x: ArrayLike): NDArray {
  const tree = flatTree(operation, isArray(x) ? x : array(x));
  checkFloats(operation, tree);
  return tree.arrays[0] as NDArray;
}

/** @throws ShapeError unless `v` has the shape of `like`. */
export function sameSpace(operation: string, name: string, v: ArrayLike, like: NDArray): NDArray {
  const direction = isArray(v) ? (v as NDArray) : (array(v).astype(like.dtype) as NDArray);
  if (sameShape(direction.shape, like.shape)) return direction;
  throw new ShapeError(
    `${operation}: ${name} has shape ${formatShape(direction.shape)}, but it must match ${formatShape(like.shape)}.`,
    { code: "shapes-differ", operation, shapes: [direction.shape, like.shape] },
  );
}
