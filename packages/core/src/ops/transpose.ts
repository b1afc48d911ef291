// Reordering of axes.
import type { NDArray } from "../array/types.ts";
import { ShapeError } from "../errors/index.ts";
import { apply, copyStrided, type Kind, normalizeAxis, type Primitive, stridesOf } from "../program/index.ts";
import { type Op, op } from "./card.ts";

const transposePrimitive: Primitive<{ axes: readonly number[] }> = {
  name: "transpose",
  infer: ([x], { axes }) => ({ shape: axes.map((axis) => x!.shape[axis]!), dtype: x!.dtype, weak: x!.weak }),
  evaluate([x], output, { axes }) {
    const strides = stridesOf(x!.shape);
    copyStrided(
      x!.data,
      0,
      axes.map((axis) => strides[axis]!),
      output.shape,
      output.data,
    );
  },
  jvp: ({ tangents: [dx], params }) => transpose(dx!, params.axes),
  transpose: ({ adjoint, params: { axes } }) => [transpose(adjoint, inverse(axes))],
  batch: ({ inputs: [x], params: { axes } }) => transpose(x!, [0, ...axes.map((axis) => axis + 1)]),
  lower: (build, [x], { axes }) => build.transpose(x!, axes),
  formula: ([x]) => `${x}ᵀ`,
};

/** Axis i of the result is axis `axes[i]` of `x`; without a list all axes are reversed. @throws ShapeError unless it is a permutation. */
export const transpose: Op<<K extends Kind>(x: NDArray<K>, axes?: readonly number[]) => NDArray<K>> = op(
  {
    name: "transpose",
    derivative: "both modes",
    samples: [
      {
        label: "[2, 3]",
        inputs: [{ shape: [2, 3], domain: [-3, 3] }],
        call: (x) => transpose(x!),
        truth: (x) => [0, 3, 1, 4, 2, 5].map((i) => x![i]!),
      },
      {
        label: "[2, 1, 3] by [1, 2, 0]",
        inputs: [{ shape: [2, 1, 3], domain: [-3, 3] }],
        call: (x) => transpose(x!, [1, 2, 0]),
        truth: (x) => [0, 3, 1, 4, 2, 5].map((i) => x![i]!),
      },
    ],
  },
  <K extends Kind>(x: NDArray<K>, axes?: readonly number[]): NDArray<K> => {
    const rank = x.shape.length;
    const order =
      axes === undefined
        ? Array.from({ length: rank }, (_, i) => rank - 1 - i)
        : axes.map((a) => normalizeAxis("transpose", a, rank));
    if (order.length !== rank || new Set(order).size !== rank) {
      throw new ShapeError(`transpose: [${order.join(", ")}] does not name each of the ${rank} axes once.`, {
        code: "not-a-permutation",
        operation: "transpose",
        shapes: [x.shape],
      });
    }
    if (order.every((axis, i) => axis === i)) return x;
    return apply(transposePrimitive, [x], { axes: order }) as NDArray<K>;
  },
);

function inverse(axes: readonly number[]): number[] {
  const result = new Array<number>(axes.length);
  axes.forEach((axis, i) => {
    result[axis] = i;
  });
  return result;
}
