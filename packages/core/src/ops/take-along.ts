// Gathering with positions of its own for every line along an axis, and its transpose.
import type { NDArray } from "../array/types.ts";
import { formatShape, ShapeError } from "../errors/index.ts";
import { apply, type Kind, normalizeAxis, type Primitive, type Shape } from "../program/index.ts";
import { stackedInputs } from "./batching.ts";
import { type Op, op } from "./card.ts";
import { cast } from "./cast.ts";
import { eachLine } from "./lines.ts";
import { positionsOf } from "./take.ts";

interface Along {
  readonly axis: number;
  /** Length of that axis in the array that is read (takeAlong) or made (putAlong). */
  readonly extent: number;
}

/** For each position, its element in the longer array: line by line, in both arrays at once. */
function eachPair(
  positions: { shape: Shape; data: ArrayLike<number> },
  { axis, extent }: Along,
  visit: (position: number, element: number) => void,
): void {
  const count = positions.shape[axis]!;
  eachLine(positions.shape, axis, (start, step) => {
    const inside = start % step;
    const line = ((start - inside) / count) * extent + inside;
    for (let i = 0, k = start; i < count; i++, k += step) visit(k, line + positions.data[k]! * step);
  });
}

const takeAlongPrimitive: Primitive<Along> = {
  name: "takeAlong",
  infer: ([x, indices]) => ({ shape: indices!.shape, dtype: x!.dtype, weak: x!.weak }),
  evaluate([x, indices], output, along) {
    eachPair(indices!, along, (position, element) => {
      output.data[position] = x!.data[element]!;
    });
  },
  jvp: ({ inputs: [, indices], tangents: [dx], params }) =>
    apply(takeAlongPrimitive, [dx!, indices!], params) as NDArray,
  transpose: ({ adjoint, inputs: [, indices], params }) => [
    apply(putAlongPrimitive, [adjoint, indices!], params) as NDArray,
    undefined,
  ],
  lower: (build, [x, indices], { axis }) => build.takeAlong(x!, indices!, axis),
  batch: (context) => apply(takeAlongPrimitive, stackedInputs(context), nextAxis(context.params)) as NDArray,
};

/** Zeros with the updates added at their positions. */
const putAlongPrimitive: Primitive<Along> = {
  name: "putAlong",
  infer: ([updates], { axis, extent }) => ({
    ...updates!,
    shape: updates!.shape.map((length, a) => (a === axis ? extent : length)),
  }),
  evaluate([updates, indices], output, along) {
    eachPair(indices!, along, (position, element) => {
      output.data[element] = output.data[element]! + updates!.data[position]!;
    });
  },
  jvp: ({ inputs: [, indices], tangents: [dx], params }) =>
    apply(putAlongPrimitive, [dx!, indices!], params) as NDArray,
  transpose: ({ adjoint, inputs: [, indices], params }) => [
    apply(takeAlongPrimitive, [adjoint, indices!], params) as NDArray,
    undefined,
  ],
  // One position per line: a choice. Several may repeat, so they are added one by one on the host.
  lower(build, [updates, indices], { axis }, { shape }) {
    if (updates!.shape[axis] !== 1) return undefined;
    const inputs = [build.broadcast(updates!, shape), build.broadcast(indices!, shape), build.iota(shape, axis)];
    return build.map(inputs, (b, [x, at, here]) => {
      const zero = b.constant(0, x!.dtype);
      return b.select(b.compare("equal", at!, here!), b.add(zero, x!), zero);
    });
  },
  batch: (context) => apply(putAlongPrimitive, stackedInputs(context), nextAxis(context.params)) as NDArray,
};

function nextAxis({ axis, extent }: Along): Along {
  return { axis: axis + 1, extent };
}

/** The same for positions that are known to be inside. */
export function gatherAlong<K extends Kind>(x: NDArray<K>, indices: NDArray<"int">, axis: number): NDArray<K> {
  return apply(takeAlongPrimitive, [x, indices], { axis, extent: x.shape[axis]! }) as NDArray<K>;
}

/**
 * One position for every entry of the result: y[…, i, …] = x[…, indices[…, i, …], …]. Negative positions count from the end.
 *
 * `indices` has the shape of the result, which differs from that of x along the axis only (default the last).
 * @throws ShapeError on a position outside of the axis, and where the other axes differ.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { takeAlong } from "steepest/ops";
 * const scores = array([[1, 2, 3], [4, 5, 6]]);
 * console.log(takeAlong(scores, array([[2], [0]], { dtype: "i32" })).toNested()); // [[3], [4]]
 * ```
 */
export const takeAlong: Op<<K extends Kind>(x: NDArray<K>, indices: NDArray<"int">, axis?: number) => NDArray<K>> = op(
  {
    name: "takeAlong",
    derivative: "both modes",
    samples: [
      {
        label: "one of each row of [2, 3], by positions that depend on an input",
        inputs: [
          { shape: [2, 3], domain: [-3, 3] },
          { shape: [2, 1], domain: [0, 2.99], kinks: [1, 2] },
        ],
        call: (x, y) => takeAlong(x!, cast(y!, "i32"), 1),
        truth: (x, y) => [x![Math.trunc(y![0]!)]!, x![3 + Math.trunc(y![1]!)]!],
      },
      {
        label: "two of each column of [3, 2]",
        inputs: [
          { shape: [3, 2], domain: [-3, 3] },
          { shape: [2, 2], domain: [0, 2.99], kinks: [1, 2] },
        ],
        call: (x, y) => takeAlong(x!, cast(y!, "i32"), 0),
        truth: (x, y) => y!.map((at, k) => x![Math.trunc(at) * 2 + (k % 2)]!),
      },
    ],
  },
  <K extends Kind>(x: NDArray<K>, indices: NDArray<"int">, axis = -1): NDArray<K> => {
    const along = normalizeAxis("takeAlong", axis, x.shape.length);
    const fits =
      indices.shape.length === x.shape.length && indices.shape.every((n, a) => a === along || n === x.shape[a]);
    if (!fits) {
      throw new ShapeError(
        `takeAlong: indices of shape ${formatShape(indices.shape)} do not go with ${formatShape(x.shape)}: all axes but ${along} must be equal.`,
        { code: "shapes-differ", operation: "takeAlong", shapes: [x.shape, indices.shape] },
      );
    }
    return gatherAlong(x, positionsOf("takeAlong", x, indices, x.shape[along]!), along);
  },
);
