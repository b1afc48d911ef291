// Functions of trees as functions of one vector, which is what solvers work on.
import {
  type AnyArray,
  asScalar,
  eye,
  fromTyped,
  type NDArray,
  type Params,
  type Scalar,
  toTree,
} from "../array/index.ts";
import { grad, hvp, jvp, valueAndGrad, vmap } from "../autodiff/index.ts";
import { InternalError, ShapeError } from "../errors/index.ts";
import { kindOf, readTensor } from "../program/index.ts";
import type { Proximable } from "../prox/index.ts";
import { flattenTree, mapTree } from "../tree/index.ts";
import { onceFor } from "./known-programs.ts";
import { program, rawOf } from "./program.ts";
import type { Objective, PenaltyTerm } from "./solver.ts";

/** The vectors that stand for trees of one structure. Leaves are f64: solvers work in full width. */
export interface VectorSpace<X> {
  readonly start: Float64Array;
  readonly paths: readonly string[];
  restore(x: Float64Array): X;
  /** `restore` of an array, which may be traced. */
  rebuild(x: NDArray): X;
  flatten(tree: X): Float64Array;
  /** What a caller wrote in the structure of the start. @throws ShapeError naming the leaf that differs. */
  flattenInput(what: string, tree: unknown): Float64Array;
  /** One number per constraint. @throws ShapeError when there are more or fewer. */
  counted(what: string, given: readonly number[] | undefined, none: Float64Array): Float64Array;
}

/** @throws ShapeError naming a leaf that is no float array, or when there is nothing to vary. */
export function vectorSpace<X>(operation: string, input: unknown): VectorSpace<X> {
  const tree = toTree(operation, input);
  const leaves = leavesOf(tree);
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
  /** The structure of the input, whose type X is, with leaves from pieces of a vector. */
  const assemble = (piece: (from: number, to: number, shape: readonly number[]) => AnyArray): X => {
    let next = 0;
    return mapTree(tree, (leaf) => {
      const { shape, size: count } = leaf as AnyArray;
      const array = piece(next, next + count, shape);
      next += count;
      return array;
    }) as X;
  };
  return {
    start: flatten(tree),
    paths: leaves.map(({ path }) => path),
    restore: (x) => assemble((from, to, shape) => fromTyped(shape, x.slice(from, to))),
    rebuild: (x) =>
      assemble((from, to, shape) => {
        const part = from === 0 && to === size ? x : x.at([from, to]);
        return shape.length === 1 ? part : part.reshape(...shape);
      }),
    flatten,
    flattenInput(what, given) {
      const other = toTree(operation, given);
      checkStructure(operation, what, leaves, leavesOf(other));
      return flatten(other);
    },
    counted(what, given, none) {
      if (given === undefined) return none;
      if (given.length === none.length) return Float64Array.from(given);
      throw new ShapeError(
        `${operation}: ${given.length} multipliers "${what}" for ${none.length} conditions of that kind. Each entry of a constraint has one.`,
        { code: "sizes-differ", operation, shapes: [[given.length], [none.length]] },
      );
    },
  };
}

/** f and its derivatives as programs that are traced at their first call; those of last time, where f is the same. */
export function objectiveOf<X extends Params<X>>(f: (x: X) => Scalar, space: VectorSpace<X>): Objective {
  const flat = (x: NDArray): Scalar => f(space.rebuild(x));
  return onceFor(f, "objective", flat as (x: NDArray) => NDArray, space.start, () => derived(flat));
}

function derived(flat: (x: NDArray) => Scalar): Objective {
  const value = program(flat as (x: NDArray) => NDArray);
  const both = program((x: NDArray) => {
    const { value, grad } = valueAndGrad(flat)(x);
    return [value as NDArray, grad] as const;
  });
  const curve = program((x: NDArray, v: NDArray) => hvp(flat)(x, v));
  const whole = program((x: NDArray) => vmap((v: NDArray) => jvp((p) => grad(flat)(p), x, v).tangent)(eye(x.size)));
  return {
    value: (x) => asScalar(value(x)).item(),
    valueAndGradient(x) {
      const [at, gradient] = both(x);
      return { value: asScalar(at!).item(), gradient: rawOf(gradient!) };
    },
    hessianProduct: (x, v) => rawOf(curve(x, v)),
    hessian: (x) => rawOf(whole(x)),
  };
}

/** A penalty on the leaves that `on` accepts, each leaf for itself, as one on vectors. */
export function penaltyOf<X>(
  term: Proximable | undefined,
  on: ((path: string) => boolean) | undefined,
  space: VectorSpace<X>,
): PenaltyTerm | undefined {
  if (term === undefined) return undefined;
  const accepts = on ?? (() => true);
  return {
    value: (x) =>
      flattenTree(space.restore(x)).reduce(
        (sum, { path, value }) => (accepts(path) ? sum + term.value(value as NDArray) : sum),
        0,
      ),
    prox: (v, t) =>
      space.flatten(
        mapTree(space.restore(v), (leaf, path) => (accepts(path) ? term.prox(leaf as NDArray, t) : leaf)) as X,
      ),
  };
}

interface TreeLeaf {
  readonly path: string;
  readonly array: AnyArray;
}

function leavesOf(tree: unknown): readonly TreeLeaf[] {
  return flattenTree(tree).map(({ path, value }) => ({ path, array: value as AnyArray }));
}

function checkStructure(
  operation: string,
  what: string,
  expected: readonly TreeLeaf[],
  given: readonly TreeLeaf[],
): void {
  const fail = (text: string, path: string) => {
    throw new ShapeError(`${operation}: ${what} ${text}. It needs the structure of the start.`, {
      code: "structures-differ",
      operation,
      path,
    });
  };
  if (given.length !== expected.length) fail(`has ${given.length} leaves, the start ${expected.length}`, "");
  expected.forEach(({ path, array }, i) => {
    const other = given[i]!;
    const name = path === "" ? "" : ` at "${path}"`;
    if (other.path !== path) fail(`has the leaf "${other.path}" where the start has "${path}"`, path);
    const same =
      other.array.shape.length === array.shape.length && other.array.shape.every((e, k) => e === array.shape[k]);
    if (!same) fail(`has shape [${other.array.shape.join(", ")}]${name}, the start [${array.shape.join(", ")}]`, path);
  });
}

function notAFloat(operation: string, path: string, array: AnyArray): ShapeError {
  const name = path === "" ? "the start" : `"${path}"`;
  return new ShapeError(
    `${operation}: ${name} is ${array.dtype}; only floats can be varied. Convert it with astype("f64").`,
    { code: "not-a-float", operation, path },
  );
}
