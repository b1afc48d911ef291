// Products with second derivatives, without forming them.
import { type AnyArray, flatTree, type InputOf, type NDArray, type Params, type Scalar } from "../array/index.ts";
import { traceProgram } from "../program/index.ts";
import { checkFloats } from "./checks.ts";
import { grad } from "./grad.ts";
import { checkSameShape } from "./jacobian.ts";
import { pushForward } from "./linearize.ts";

/**
 * The Hessian of a scalar function of a tree, applied to a direction: H(x)·v, at the cost of about two gradients.
 *
 * @throws ShapeError when v has not the structure and shapes of x.
 *
 * @example
 * ```ts
 * import { hvp, type NDArray } from "steepest";
 * const f = (p: NDArray) => p.square().sum().add(p.at(0).dot(p.at(1)));
 * console.log(hvp(f)([1, 2], [1, 0]).toArray()); // [2, 1]
 * ```
 */
export function hvp<P extends Params<P>>(f: (x: P) => Scalar): (x: InputOf<P>, v: InputOf<P>) => P {
  return (x, v) => {
    const point = flatTree("hvp", x);
    checkFloats("hvp", point);
    const direction = flatTree("hvp", v);
    point.arrays.forEach((array, i) => {
      checkSameShape("hvp", array as NDArray, (direction.arrays[i] ?? array) as NDArray, point.paths[i]!);
    });
    const gradient = (inputs: readonly AnyArray[]): readonly AnyArray[] =>
      flatTree("hvp", grad(f)(point.rebuild(inputs) as InputOf<P>)).arrays;
    const program = traceProgram(gradient, point.arrays, { eager: true });
    const tangents = pushForward(program, direction.arrays as NDArray[]);
    const filled = point.arrays.map((array, i) => tangents[i] ?? (array as NDArray).zerosLike());
    return point.rebuild(filled) as P; // the structure of x
  };
}
