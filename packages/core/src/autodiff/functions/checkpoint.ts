// Less memory for a gradient: the inside of a function is computed again on the way back.
import { type AnyArray, convertArguments, flatAny, type NDArray } from "../../array/index.ts";
import { type ArraySpec, apply, type Primitive, readTensor, wrap } from "../../program/index.ts";
import { linearizeFlat, runBackward } from "../linearize.ts";
import { runBatched } from "../vmap.ts";
import { type Closed, call, close, type Flat, inlineClosed, tangentsOf } from "./closed.ts";
import { stackPacked } from "./cond.ts";
import { pack, packedSpec, packOperands, unpack } from "./pack.ts";

interface CheckpointParams {
  readonly closed: Closed;
}

/** Inputs are [arguments…, captured…]. */
const checkpointPrimitive: Primitive<CheckpointParams> = {
  name: "checkpoint",
  infer: (_inputs, { closed }) => packedSpec(closed.outputs),
  evaluate(inputs, output, { closed }) {
    const like = closed.program.outputs[0]!;
    const results = functionOf(closed)(inputs.map((tensor) => wrap(like, tensor)));
    output.data.set(readTensor(pack(results, closed.outputs))!.data);
  },
  jvp({ inputs, tangents, params: { closed } }) {
    const given = tangents.filter((t) => t !== undefined);
    const moving = tangents.map((t) => t !== undefined);
    return apply(tangentPrimitive, [...given, ...inputs], { closed, moving }) as NDArray;
  },
  lower(build, inputs, { closed }) {
    const count = closed.program.inputs.length;
    const [given, captured] = [inputs.slice(0, count), inputs.slice(count)];
    const results = build.apart(() => inlineClosed(build, closed, given, captured));
    return packOperands(build, results, closed.outputs);
  },
  batch: ({ inputs, batched, size, params: { closed } }) =>
    stackPacked(runBatched(functionOf(closed), inputs, batched, size), closed.outputs, size),
};

interface TangentParams extends CheckpointParams {
  /** Which inputs have a tangent. */
  readonly moving: readonly boolean[];
}

/** The derivative of a checkpointed function, as one linear node that keeps its inputs and nothing of the inside. */
const tangentPrimitive: Primitive<TangentParams> = {
  name: "checkpointTangent",
  infer: (_inputs, { closed }) => packedSpec(closed.outputs),
  evaluate(inputs, output, params) {
    const like = params.closed.program.outputs[0]!;
    const tangents = alongOf(params)(inputs.map((tensor) => wrap(like, tensor)));
    output.data.set(readTensor(pack(tangents, params.closed.outputs))!.data);
  },
  jvp: ({ inputs, tangents, params }) => pack(tangentsOf(alongOf(params), inputs, tangents), params.closed.outputs),
  transpose({ adjoint, inputs, params: { closed, moving } }) {
    const count = moving.filter((moves) => moves).length;
    const primals = inputs.slice(count) as NDArray[];
    const linearized = linearizeFlat(functionOf(closed), primals); // the forward pass, once more
    const all = runBackward(linearized, unpack(adjoint, closed.outputs) as NDArray[]);
    const floats = primals.flatMap((x, i) => (x.dtype === "f32" || x.dtype === "f64" ? [i] : []));
    const adjoints = moving.flatMap((moves, i) => (moves ? [all[floats.indexOf(i)]!] : []));
    return [...adjoints, ...primals.map(() => undefined)];
  },
  lower(build, inputs, params) {
    const tangents = build.call(alongOf(params), inputs);
    return tangents === undefined ? undefined : packOperands(build, tangents, params.closed.outputs);
  },
  batch: ({ inputs, batched, size, params }) =>
    stackPacked(runBatched(alongOf(params), inputs, batched, size), params.closed.outputs, size),
};

function functionOf(closed: Closed): Flat {
  const count = closed.program.inputs.length;
  return (all) => call(closed, all.slice(0, count), all.slice(count));
}

/** [tangents…, inputs…] to the tangents of the results. */
function alongOf({ closed, moving }: TangentParams): Flat {
  return (all) => {
    let next = 0;
    const seeds = moving.map((moves) => (moves ? (all[next++] as NDArray) : undefined));
    return tangentsOf(functionOf(closed), all.slice(next), seeds);
  };
}

/**
 * The same function, whose inside is computed again in the backward pass instead of kept: less memory, one more forward pass.
 *
 * Gradients are equal bit for bit. The function is traced: it sees shapes and no values.
 *
 * @example
 * ```ts
 * import { array, checkpoint, grad, type NDArray } from "steepest";
 * const block = checkpoint((x: NDArray) => x.sin().exp().square());
 * console.log(grad((x: NDArray) => block(x).sum())(array([0, 1])).toArray()); // [2, 5.8151…]
 * ```
 */
export function checkpoint<A extends readonly unknown[], R>(f: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    const given = flatAny(convertArguments("checkpoint", args));
    let rebuild: ((arrays: readonly AnyArray[]) => unknown) | undefined;
    const flat: Flat = (inputs) => {
      const result = flatAny(f(...(given.rebuild(inputs) as A)));
      rebuild = result.rebuild;
      return result.arrays;
    };
    const closed = close(flat, given.arrays);
    const specs: readonly ArraySpec[] = closed.outputs;
    if (specs.length === 0) return rebuild!([]) as R;
    const packed = apply(checkpointPrimitive, [...given.arrays, ...closed.captured], { closed }) as NDArray;
    return rebuild!(unpack(packed, specs)) as R; // the structure that f returned
  };
}
