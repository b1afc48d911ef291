// Gathering with positions of its own for every line along an axis, and its transpose.
import type { NDArray } from "../array/types.ts";
import { apply, type Kind, type Primitive, type Shape } from "../program/index.ts";
import { stackedInputs } from "./batching.ts";
import { eachLine } from "./lines.ts";

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

/** y[…, i, …] = x[…, indices[…, i, …], …]: positions within the axis, none negative, in an array of the shape of the result. */
export function takeAlong<K extends Kind>(x: NDArray<K>, indices: NDArray<"int">, axis: number): NDArray<K> {
  return apply(takeAlongPrimitive, [x, indices], { axis, extent: x.shape[axis]! }) as NDArray<K>;
}
