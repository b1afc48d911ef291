// Gathering by positions, and its transpose: adding at positions.
import type { NDArray } from "../array/types.ts";
import { formatShape, ShapeError, TraceError } from "../errors/index.ts";
import {
  apply,
  callSite,
  type Kind,
  normalizeAxis,
  type Primitive,
  sameShape,
  sizeOf,
  type Tensor,
  tensor,
  type Value,
  wrap,
} from "../program/index.ts";
import { add } from "./add.ts";
import { argmax } from "./arg-extremum.ts";
import { batchElementwise, stackedInputs } from "./batching.ts";
import { type Op, op } from "./card.ts";
import { cast } from "./cast.ts";
import { moveAxes } from "./move-axes.ts";
import { reshape } from "./reshape.ts";

interface Along {
  readonly axis: number;
}

/** Visits pairs of blocks: `inner` contiguous elements of the source for each outer index and each position. */
function eachBlock(
  shape: readonly number[],
  axis: number,
  positions: Tensor,
  visit: (source: number, block: number, inner: number) => void,
): void {
  const inner = sizeOf(shape.slice(axis + 1));
  const extent = shape[axis]!;
  const outer = sizeOf(shape.slice(0, axis));
  let block = 0;
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < positions.data.length; k++) {
      visit((o * extent + positions.data[k]!) * inner, block, inner);
      block += inner;
    }
  }
}

/** All examples behind one another along one axis, in front: what positions of their own are taken from. */
function mergeExamples(x: NDArray, axis: number): NDArray {
  const front = moveAxes(x, axis + 1, 1, 1);
  return reshape(front, [front.shape[0]! * front.shape[1]!, ...front.shape.slice(2)]);
}

/** Positions within the examples as positions in the merged axis. */
function inMerged(indices: NDArray, size: number, extent: number): NDArray {
  const starts = Int32Array.from({ length: size }, (_, i) => i * extent);
  return add(indices, wrap(indices, tensor([size, ...indices.shape.slice(1).map(() => 1)], starts)));
}

const takePrimitive: Primitive<Along> = {
  name: "take",
  infer: ([x, indices], { axis }) => ({
    shape: [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)],
    dtype: x!.dtype,
    weak: x!.weak,
  }),
  evaluate([x, indices], output, { axis }) {
    eachBlock(x!.shape, axis, indices!, (source, block, inner) => {
      for (let i = 0; i < inner; i++) output.data[block + i] = x!.data[source + i]!;
    });
  },
  jvp: ({ inputs: [, indices], tangents: [dx], params }) => apply(takePrimitive, [dx!, indices!], params) as NDArray,
  transpose({ adjoint, inputs: [, indices], specs: [x], params }) {
    const zeros = adjoint.sum().zerosLike().broadcastTo(x!.shape);
    return [apply(scatterAddPrimitive, [zeros, indices!, adjoint], params) as NDArray, undefined];
  },
  batch({ inputs: [x, indices], batched, size, params: { axis } }) {
    if (batched[1] !== true) return apply(takePrimitive, [x!, indices!], { axis: axis + 1 }) as NDArray;
    if (batched[0] !== true) return moveAxes(apply(takePrimitive, [x!, indices!], { axis }) as NDArray, axis, 1, 0);
    const positions = inMerged(indices!, size, x!.shape[axis + 1]!);
    const taken = apply(takePrimitive, [mergeExamples(x!, axis), positions], { axis: 0 }) as NDArray;
    return moveAxes(taken, 1, indices!.shape.length - 1, axis + 1);
  },
  lower: (build, [x, indices], { axis }) => build.take(x!, indices!, axis),
  formula: ([x, indices]) => `${x}[${indices}]`,
};

const scatterAddPrimitive: Primitive<Along> = {
  name: "scatterAdd",
  infer: ([target]) => target!,
  evaluate([target, indices, updates], output, { axis }) {
    output.data.set(target!.data);
    eachBlock(target!.shape, axis, indices!, (source, block, inner) => {
      for (let i = 0; i < inner; i++) output.data[source + i] = output.data[source + i]! + updates!.data[block + i]!;
    });
  },
  jvp({ inputs: [target, indices, updates], tangents: [dTarget, , dUpdates], params }) {
    const inputs = [dTarget ?? target!.zerosLike(), indices!, dUpdates ?? updates!.zerosLike()];
    return apply(scatterAddPrimitive, inputs, params) as NDArray;
  },
  transpose: ({ adjoint, inputs: [target, indices, updates], params }) => [
    target === undefined ? adjoint : undefined,
    undefined,
    updates === undefined ? (apply(takePrimitive, [adjoint, indices!], params) as NDArray) : undefined,
  ],
  batch(context) {
    const { axis } = context.params;
    const [target, indices, updates] = stackedInputs(context) as [NDArray, NDArray, NDArray];
    if (context.batched[1] !== true) {
      return apply(scatterAddPrimitive, [target, context.inputs[1]!, updates], { axis: axis + 1 }) as NDArray;
    }
    const merged = mergeExamples(target, axis);
    const extent = target.shape[axis + 1]!;
    const blocks = moveAxes(updates, axis + 1, indices.shape.length - 1, 1);
    const inputs = [merged, inMerged(indices, context.size, extent), blocks];
    const sums = apply(scatterAddPrimitive, inputs, { axis: 0 }) as NDArray;
    return moveAxes(reshape(sums, [context.size, extent, ...sums.shape.slice(1)]), 1, 1, axis + 1);
  },
  lower: (build, [target, indices, updates], { axis }) =>
    axis === 0 ? build.scatterAdd(target!, indices!, updates!) : undefined,
};

interface Positions {
  readonly operation: string;
  readonly extent: number;
}

/** Positions counted from 0, checked when their numbers are there: in a compiled function that is at every call. */
const positionsPrimitive: Primitive<Positions> = {
  name: "positions",
  infer: ([indices]) => indices!,
  evaluate([indices], output, { operation, extent }) {
    const from = indices!.data;
    for (let i = 0; i < from.length; i++) output.data[i] = positionIn(operation, from[i]!, i, extent);
  },
  batch: (context) => batchElementwise(positionsPrimitive, context),
  // A position outside becomes one that is outside of every axis, which stops the program where it is used.
  lower: (build, [indices], { extent }) =>
    build.map([indices!], (b, [at]) => {
      const whole = (value: number): Value => b.constant(value, "i32");
      const fromFront = b.select(b.compare("less", at!, whole(0)), b.add(at!, whole(extent)), at!);
      const below = b.compare("less", at!, whole(-extent));
      const outside = b.binary("or", below, b.compare("greaterEqual", at!, whole(extent)));
      return b.select(outside, whole(-(2 ** 31)), fromFront);
    }),
};

/** @throws ShapeError on a position outside of the axis. */
function positionIn(operation: string, at: number, entry: number, extent: number): number {
  if (Number.isInteger(at) && at < extent && at >= -extent) return at < 0 ? at + extent : at;
  throw new ShapeError(
    `${operation}: position ${at} (entry ${entry} of the indices) is outside of an axis with ${extent} entries.`,
    { code: "index-outside", operation },
  );
}

/** Positions counted from 0. @throws TraceError "dynamic-shape" for a mask, whose result would have a shape that depends on values. */
export function positionsOf(
  operation: string,
  like: NDArray<Kind>,
  indices: NDArray<"int"> | readonly number[],
  extent: number,
): NDArray<"int"> {
  if (Array.isArray(indices)) {
    const known = Int32Array.from(indices, (at, i) => positionIn(operation, at, i, extent));
    return wrap(like, tensor([indices.length], known)) as NDArray<"int">;
  }
  const { dtype } = indices as NDArray<Kind>;
  if (dtype === "i32")
    return apply(positionsPrimitive, [indices as NDArray<"int">], { operation, extent }) as NDArray<"int">;
  const at = callSite();
  throw new TraceError(
    dtype === "bool"
      ? `${operation}: the positions are a mask, so the shape of the result would depend on its values. Keep the shape and choose with where(mask, x, neutral), or take a fixed number with topK.`
      : `${operation}: positions are integers, got ${dtype}. Convert them with astype("i32").`,
    { code: dtype === "bool" ? "dynamic-shape" : "not-integers", ...(at === undefined ? {} : { at }) },
  );
}

/**
 * The slices at the positions along an axis; negative positions count from the end, repeated ones are allowed.
 * Shape: the axis is replaced by the shape of the positions. @throws ShapeError on a position outside of the axis.
 */
export const take: Op<
  <K extends Kind>(x: NDArray<K>, indices: NDArray<"int"> | readonly number[], axis?: number) => NDArray<K>
> = op(
  {
    name: "take",
    derivative: "both modes",
    samples: [
      {
        label: "rows 1, 0, 1 of [2, 2]",
        inputs: [{ shape: [2, 2], domain: [-3, 3] }],
        call: (x) => take(x!, [1, 0, 1]),
        truth: ([a, b, c, d] = []) => [c!, d!, a!, b!, c!, d!],
      },
      {
        label: "columns 2, -3 of [2, 3]",
        inputs: [{ shape: [2, 3], domain: [-3, 3] }],
        call: (x) => take(x!, [2, -3], 1),
        truth: (x) => [x![2]!, x![0]!, x![5]!, x![3]!],
      },
      {
        label: "columns of [2, 3] at positions that depend on an input",
        inputs: [
          { shape: [2, 3], domain: [-3, 3] },
          { shape: [2, 3], domain: [-3, 3] },
        ],
        call: (x, y) => take(x!, argmax(y!, 1), 1),
        truth: (x, y) => {
          const columns = [y!.slice(0, 3), y!.slice(3)].map((row) => row.indexOf(Math.max(...row)));
          return [0, 3].flatMap((row) => columns.map((column) => x![row + column]!));
        },
        smooth: (_x, y) => y!.every((a, i) => y!.every((b, j) => i === j || Math.abs(a - b) > 1e-3)),
      },
    ],
  },
  <K extends Kind>(x: NDArray<K>, indices: NDArray<"int"> | readonly number[], axis = 0): NDArray<K> => {
    const along = normalizeAxis("take", axis, x.shape.length);
    const positions = positionsOf("take", x, indices, x.shape[along]!);
    return apply(takePrimitive, [x, positions], { axis: along }) as NDArray<K>;
  },
);

/**
 * `target` with `updates` added at the positions along axis 0; repeated positions add up.
 * @throws ShapeError when `updates` has not the shape [positions, …rest of target].
 */
export const scatterAdd: Op<
  (target: NDArray, indices: NDArray<"int"> | readonly number[], updates: NDArray) => NDArray
> = op(
  {
    name: "scatterAdd",
    derivative: "both modes",
    samples: [
      {
        label: "at 1, 1, 0 of [3]",
        inputs: [
          { shape: [3], domain: [-3, 3] },
          { shape: [3], domain: [-3, 3] },
        ],
        call: (x, y) => scatterAdd(x!, [1, 1, 0], y!),
        truth: (x, y) => [x![0]! + y![2]!, x![1]! + y![0]! + y![1]!, x![2]!],
      },
      {
        label: "rows of [2, 2] at positions that depend on an input",
        inputs: [
          { shape: [2, 2], domain: [-3, 3] },
          { shape: [3, 2], domain: [-3, 3] },
          { shape: [3, 2], domain: [-3, 3] },
        ],
        call: (x, y, z) => scatterAdd(x!, argmax(y!, 1), z!),
        truth: (x, y, z) => {
          const sums = [...x!];
          for (const i of [0, 1, 2]) {
            const row = y![2 * i]! >= y![2 * i + 1]! ? 0 : 2;
            for (const j of [0, 1]) sums[row + j] = sums[row + j]! + z![2 * i + j]!;
          }
          return sums;
        },
        smooth: (_x, y) => [0, 2, 4].every((i) => Math.abs(y![i]! - y![i + 1]!) > 1e-3),
      },
    ],
  },
  (target, indices, updates) => {
    const positions = positionsOf("scatterAdd", target, indices, target.shape[0] ?? 0);
    const expected = [...positions.shape, ...target.shape.slice(1)];
    if (!sameShape(expected, updates.shape)) {
      throw new ShapeError(
        `scatterAdd: updates have shape ${formatShape(updates.shape)}, but these positions in a target of ${formatShape(target.shape)} need ${formatShape(expected)}.`,
        { code: "shapes-differ", operation: "scatterAdd", shapes: [target.shape, updates.shape] },
      );
    }
    return apply(scatterAddPrimitive, [target, positions, cast(updates, target.dtype)], { axis: 0 }) as NDArray;
  },
);
