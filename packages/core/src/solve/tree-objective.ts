// Functions of trees as functions of one vector, which is what solvers work on.
import { type AnyArray, fromTyped, type InputOf, type Params, type Scalar, toTree } from "../array/index.ts";
import { hvp, valueAndGrad } from "../autodiff/index.ts";
import { InternalError, ShapeError } from "../errors/index.ts";
import { kindOf, readTensor } from "../program/index.ts";
import { flattenTree, mapTree } from "../tree/index.ts";
import type { Objective } from "./solver.ts";

/** The vectors that stand for trees of one structure. Leaves are f64: solvers work in full width. */
export interface VectorSpace<X> {
  readonly start: Float64Array;
  restore(x: Float64Array): X;
  flatten(tree: X): Float64Array;
}

/** @throws ShapeError naming a leaf that is no float array, or when there is nothing to vary. */
export function vectorSpace<X>(operation: string, input: unknown): VectorSpace<X> {
  const tree = toTree(operation, input);
  const leaves = flattenTree(tree).map(({ path, value }) => ({ path, array: value as AnyArray }));
  for (const { path, array } of leaves) {
    if (kindOf(array.dtype) !== "float") throw notAFloat(operation, path, array);
  }
  const size = leaves.reduce((sum, { array }) => sum + array.size, 0);
  if (size === 0) {
    throw new ShapeError(`${operation}: the start holds no numbers; there is nothing to minimize over.`, {
      code: "empty",
      operation,
    });
  }
  const flatten = (values: unknown): Float64Array => {
    const to = new Float64Array(size);
    let next = 0;
    for (const { value } of flattenTree(values)) {
      const tensor = readTensor(value as AnyArray);
      if (tensor === undefined) throw new InternalError(`${operation}: a leaf has no value.`);
      to.set(tensor.data, next);
      next += tensor.data.length;
    }
    return to;
  };
  const restore = (x: Float64Array): X => {
    let next = 0;
    return mapTree(tree, (leaf) => {
      const { shape, size: count } = leaf as AnyArray;
      const array = fromTyped(shape, x.slice(next, next + count));
      next += count;
      return array;
    }) as X; // the structure of the input, whose type X is
  };
  return { start: flatten(tree), restore, flatten };
}

export function objectiveOf<X extends Params<X>>(f: (x: X) => Scalar, space: VectorSpace<X>): Objective {
  const differentiate = valueAndGrad(f);
  const curve = hvp(f);
  const at = (x: Float64Array) => space.restore(x) as InputOf<X>; // a tree is one way to write itself
  return {
    value: (x) => f(space.restore(x)).item(),
    valueAndGradient(x) {
      const { value, grad } = differentiate(at(x));
      return { value: value.item(), gradient: space.flatten(grad) };
    },
    hessianProduct: (x, v) => space.flatten(curve(at(x), at(v))),
  };
}

function notAFloat(operation: string, path: string, array: AnyArray): ShapeError {
  const name = path === "" ? "the start" : `"${path}"`;
  return new ShapeError(
    `${operation}: ${name} is ${array.dtype}; only floats can be varied. Convert it with astype("f64").`,
    { code: "not-a-float", operation, path },
  );
}
