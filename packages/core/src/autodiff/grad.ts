// Gradients of scalar functions of trees.
import {
  type AnyArray,
  convertArguments,
  flatAny,
  flatTree,
  type InputOf,
  type NDArray,
  type Params,
  type Scalar,
} from "../array/index.ts";
import { isArray } from "../program/index.ts";
import { checkFloats, checkScalar } from "./checks.ts";
import { linearizeFlat, runBackward } from "./linearize.ts";

/** What callers may write for further arguments: numbers and lists for arrays; what is no array passes as it is. */
export type InputArgs<A extends readonly unknown[]> = { [K in keyof A]: A[K] extends object ? InputOf<A[K]> : A[K] };

/**
 * The value of a scalar function and its gradient with respect to the first argument, in one pass forward and one back.
 *
 * A function that returns `{ loss, aux }` instead of a scalar also hands out `aux`.
 * Cost and conventions: see `grad`.
 * @throws ShapeError when the result is not a scalar, or a parameter is not a float.
 *
 * @example
 * ```ts
 * import { valueAndGrad, type Scalar } from "steepest";
 * const f = ({ w, b }: { w: Scalar; b: Scalar }) => w.mul(3).add(b).square();
 * const { value, grad } = valueAndGrad(f)({ w: 1, b: -1 });
 * console.log(value.item(), grad.w.item(), grad.b.item()); // 4 12 4
 * ```
 */
export function valueAndGrad<P extends Params<P>, A extends readonly unknown[]>(
  f: (params: P, ...args: A) => Scalar,
): (params: InputOf<P>, ...args: InputArgs<A>) => { value: Scalar; grad: P };
export function valueAndGrad<P extends Params<P>, A extends readonly unknown[], X>(
  f: (params: P, ...args: A) => { loss: Scalar; aux: X },
): (params: InputOf<P>, ...args: InputArgs<A>) => { value: Scalar; grad: P; aux: X };
export function valueAndGrad(
  f: (params: never, ...args: never[]) => unknown,
): (params: unknown, ...args: unknown[]) => { value: Scalar; grad: unknown; aux?: unknown } {
  return (params, ...args) => differentiate("valueAndGrad", f, params, args);
}

/**
 * The gradient of a scalar function with respect to its first argument, in the shape of that argument.
 *
 *     ∇f = (∂f/∂x₁, …, ∂f/∂xₙ)
 *
 * The argument may be a scalar, an array, or a tree of them; numbers and lists stand for arrays. Further arguments are constants.
 * While the function runs, its arrays carry values, so `if` and `for` on `item()` work.
 * Cost: about three forward passes. Kinks: |x| and relu have slope 0 at 0, ties in max share, norm has gradient 0 at 0.
 * @throws ShapeError when the result is not a scalar, or a parameter is not a float.
 *
 * @example
 * ```ts
 * import { grad, type Scalar } from "steepest";
 * const f = ({ x, y }: { x: Scalar; y: Scalar }) => x.square().add(x.mul(y)).add(y.square());
 * const g = grad(f)({ x: 1, y: 2 });
 * console.log(g.x.item(), g.y.item()); // 4 5
 * ```
 */
export function grad<P extends Params<P>, A extends readonly unknown[]>(
  f: (params: P, ...args: A) => Scalar,
): (params: InputOf<P>, ...args: InputArgs<A>) => P {
  return (params, ...args) => differentiate("grad", f as (...all: never[]) => unknown, params, args).grad as P; // same structure
}

function differentiate(
  operation: string,
  f: (params: never, ...args: never[]) => unknown,
  params: unknown,
  args: readonly unknown[],
): { value: Scalar; grad: unknown; aux?: unknown } {
  const tree = flatTree(operation, params);
  checkFloats(operation, tree);
  const rest = convertArguments(operation, args);
  let aux: { tree: ReturnType<typeof flatAny> } | undefined;
  const flat = (inputs: readonly AnyArray[]): readonly AnyArray[] => {
    const result = f(tree.rebuild(inputs) as never, ...(rest as never[]));
    if (isArray(result) || typeof result !== "object" || result === null || !("loss" in result)) {
      return [checkScalar(operation, result)];
    }
    aux = { tree: flatAny((result as { aux?: unknown }).aux) };
    return [checkScalar(operation, result.loss), ...aux.tree.arrays];
  };
  const linearized = linearizeFlat(flat, tree.arrays);
  const [value, ...kept] = linearized.values;
  const grads = runBackward(linearized, [(value as NDArray).onesLike()]); // nothing flows back from aux
  return {
    value: value as Scalar,
    grad: tree.rebuild(grads),
    ...(aux === undefined ? {} : { aux: aux.tree.rebuild(kept) }),
  };
}
