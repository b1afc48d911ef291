// From a function of one example to a function of many.
import {
  type AnyArray,
  type FlatTree,
  flatAny,
  flatTree,
  type NDArray,
  type TraceableArgs,
  type WrittenArgs,
} from "../array/index.ts";
import { formatShape, OptionChecker, OptionError, ShapeError, TraceError } from "../errors/index.ts";
import { transpose } from "../ops/index.ts";
import { apply, contentOf, type Node, normalizeAxis, traceProgram } from "../program/index.ts";
import { checkArray } from "./checks.ts";

export interface VmapOptions {
  /** The axis of each argument along which the examples lie; `null` shares an argument. Default: 0 for all. */
  inAxes?: readonly (number | null)[];
  /** Where the examples lie in the result. Default 0. */
  outAxis?: number;
}

/** The function of many examples. */
export type Mapped<A extends readonly unknown[], R> = (...args: WrittenArgs<A>) => R;

/**
 * Maps a function of one example over an axis of its arguments: one pass over arrays with one more axis, not a loop.
 *
 *     vmap(f)(X)[i] = f(X[i])
 *
 * Arguments and results may be trees: every array of them has the examples along the same axis.
 * Nests with every other transform: `vmap(grad(f))` gives the gradient of each example.
 * The function sees one example without values; branch with `where`, not with `item()`.
 * @throws ShapeError when the mapped axes differ in length. @throws OptionError when `inAxes` names none.
 *
 * @example
 * ```ts
 * import { grad, type NDArray, vmap } from "steepest";
 * const perExample = vmap(grad((x: NDArray) => x.square().sum()));
 * console.log(perExample([[1, 2], [3, 4]]).toNested()); // [[2, 4], [6, 8]]
 * ```
 */
export function vmap<A extends readonly unknown[] & TraceableArgs<A>, R>(
  f: (...args: A) => R,
  options: VmapOptions = {},
): Mapped<A, R> {
  new OptionChecker("vmap", options, ["inAxes", "outAxis"]).integer("outAxis").done();
  const mapped = (...args: readonly unknown[]): R => {
    const trees = args.map((arg) => flatTree("vmap", arg));
    const inputs = trees.flatMap(({ arrays }) => arrays);
    const axes = axesOf(trees, options.inAxes);
    const size = sizeOf(inputs, axes);
    const fronted = inputs.map((x, i) => moveToFront(x, axes[i]!));
    let rebuild: ((arrays: readonly AnyArray[]) => unknown) | undefined;
    const call = (examples: readonly AnyArray[]): readonly AnyArray[] => {
      let start = 0;
      const example = trees.map((tree) => {
        start += tree.arrays.length;
        return tree.rebuild(examples.slice(start - tree.arrays.length, start));
      });
      const result = flatAny(f(...(example as unknown as A)));
      if (result.arrays.length === 0) checkArray("vmap", result.rebuild([]));
      rebuild = result.rebuild;
      return result.arrays;
    };
    const batched = axes.map((axis) => axis !== null);
    const results = runBatched(call, fronted, batched, size).map((x) => moveFromFront(x, options.outAxis ?? 0));
    return rebuild!(results) as R; // the structure of f's result
  };
  return mapped as Mapped<A, R>;
}

/** Runs a function of one example on all of them, by the batching rule of each node. Every result has the examples in front. */
export function runBatched(
  f: (inputs: readonly AnyArray[]) => readonly AnyArray[],
  inputs: readonly AnyArray[],
  batched: readonly boolean[],
  size: number,
): AnyArray[] {
  const specs = inputs.map((x, i) => {
    const { shape, dtype, weak } = contentOf(x);
    return batched[i] === true ? { shape: shape.slice(1), dtype, weak: false } : { shape, dtype, weak };
  });
  const program = traceProgram(f, inputs, { eager: false, specs });
  const results = new Map<Node, { array: AnyArray; batched: boolean }>();
  program.inputs.forEach((node, i) => {
    results.set(node, { array: inputs[i]!, batched: batched[i]! });
  });
  const resolve = (x: AnyArray): { array: AnyArray; batched: boolean } => {
    const node = program.trace.nodeOf(x);
    return node === undefined ? { array: x, batched: false } : results.get(node)!;
  };
  for (const node of program.nodes) {
    const { primitive, params } = node;
    if (primitive === undefined) continue;
    const given = node.inputs.map(resolve);
    const arrays = given.map(({ array }) => array);
    if (given.every((x) => !x.batched)) {
      results.set(node, { array: apply(primitive, arrays, params), batched: false });
      continue;
    }
    if (primitive.batch === undefined) {
      throw new TraceError(
        `vmap: the operation "${primitive.name}" has no batching rule. Call it outside of the mapped function, or loop.`,
        {
          code: "no-batching-rule",
          ...(node.site === undefined ? {} : { at: node.site }),
        },
      );
    }
    const context = { inputs: arrays as NDArray[], batched: given.map((x) => x.batched), size, params };
    results.set(node, { array: primitive.batch(context), batched: true });
  }
  return program.outputs
    .map(resolve)
    .map(({ array, batched }) =>
      batched ? array : (array as NDArray).expandDims(0).broadcastTo([size, ...array.shape]),
    );
}

/** The mapped axis of every array, counted from 0; `null` where it is shared. */
function axesOf(trees: readonly FlatTree[], inAxes: readonly (number | null)[] | undefined): (number | null)[] {
  if (inAxes !== undefined && inAxes.length !== trees.length) {
    throw new OptionError(
      `vmap: inAxes has ${inAxes.length} entries for ${trees.length} arguments; give one per argument, null to share it.`,
      { code: "invalid-option", option: "inAxes" },
    );
  }
  const axes = trees.flatMap(({ arrays }, i) => {
    const axis = inAxes === undefined ? 0 : inAxes[i]!;
    return arrays.map((x) => (axis === null ? null : normalizeAxis("vmap", axis, x.shape.length)));
  });
  if (axes.some((axis) => axis !== null)) return axes;
  throw new OptionError("vmap: inAxes shares every argument, so there is nothing to map over.", {
    code: "invalid-option",
    option: "inAxes",
  });
}

function sizeOf(inputs: readonly AnyArray[], axes: readonly (number | null)[]): number {
  const sizes = inputs.flatMap((x, i) => (axes[i] === null ? [] : [x.shape[axes[i]!]!]));
  const [size] = sizes;
  if (sizes.every((other) => other === size)) return size!;
  throw new ShapeError(
    `vmap: the mapped axes have ${sizes.join(", ")} examples (shapes ${inputs.map((x) => formatShape(x.shape)).join(", ")}); they must agree. Share an argument with null in inAxes.`,
    { code: "sizes-differ", operation: "vmap", shapes: inputs.map((x) => x.shape) },
  );
}

function moveToFront(x: AnyArray, axis: number | null): AnyArray {
  if (axis === null || axis === 0) return x;
  return transpose(x, [axis, ...x.shape.flatMap((_, i) => (i === axis ? [] : [i]))]);
}

function moveFromFront(x: AnyArray, axis: number): AnyArray {
  const target = normalizeAxis("vmap", axis, x.shape.length);
  if (target === 0) return x;
  const order = Array.from({ length: x.shape.length - 1 }, (_, i) => i + 1);
  order.splice(target, 0, 0);
  return transpose(x, order);
}
