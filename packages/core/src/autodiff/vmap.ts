// From a function of one example to a function of many.
import { type AnyArray, flatTree, type InputOf, type NDArray } from "../array/index.ts";
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

/**
 * Maps a function of one example over an axis of its arguments: one pass over arrays with one more axis, not a loop.
 *
 *     vmap(f)(X)[i] = f(X[i])
 *
 * Nests with every other transform: `vmap(grad(f))` gives the gradient of each example.
 * The function sees one example without values; branch with `where`, not with `item()`.
 * @throws ShapeError when the mapped axes differ in length. @throws OptionError when `inAxes` names none.
 *
 * @example
 * ```ts
 * import { array, grad, type NDArray, vmap } from "steepest";
 * const perExample = vmap(grad((x: NDArray) => x.square().sum()));
 * console.log(perExample(array([[1, 2], [3, 4]])).toNested()); // [[2, 4], [6, 8]]
 * ```
 */
export function vmap<A extends readonly AnyArray[], R extends AnyArray>(
  f: (...args: A) => R,
  options: VmapOptions = {},
): (...args: { [K in keyof A]: InputOf<A[K]> }) => R {
  new OptionChecker("vmap", options, ["inAxes", "outAxis"]).integer("outAxis").done();
  return (...args) => {
    const inputs = args.map((arg) => flatTree("vmap", arg).arrays[0]!);
    const axes = axesOf(inputs, options.inAxes);
    const size = sizeOf(inputs, axes);
    const fronted = inputs.map((x, i) => moveToFront(x, axes[i]!));
    const call = (examples: readonly AnyArray[]) => [checkArray("vmap", f(...(examples as unknown as A)))];
    const [result] = runBatched(
      call,
      fronted,
      axes.map((axis) => axis !== null),
      size,
    );
    return moveFromFront(result!, options.outAxis ?? 0) as R; // the kind is that of f's result
  };
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

function axesOf(inputs: readonly AnyArray[], inAxes: readonly (number | null)[] | undefined): (number | null)[] {
  if (inAxes !== undefined && inAxes.length !== inputs.length) {
    throw new OptionError(
      `vmap: inAxes has ${inAxes.length} entries for ${inputs.length} arguments; give one per argument, null to share it.`,
      {
        code: "invalid-option",
        option: "inAxes",
      },
    );
  }
  const axes = inputs.map((x, i) => {
    const axis = inAxes === undefined ? 0 : inAxes[i]!;
    return axis === null ? null : normalizeAxis("vmap", axis, x.shape.length);
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
