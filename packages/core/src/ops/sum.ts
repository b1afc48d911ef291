// Sums over axes.
import type { NDArray } from "../array/types.ts";
import { apply, type Primitive, type TypedArray } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { type Axes, type Reduction, reducedShape, reduction, rowsOf, spread } from "./reduce.ts";

const sumPrimitive: Primitive<Reduction> = {
  name: "sum",
  infer: ([x], { axes }) => ({
    shape: reducedShape(x!.shape, axes),
    dtype: x!.dtype === "bool" ? "i32" : x!.dtype, // sums of conditions are counts
    weak: x!.weak,
  }),
  evaluate([x], output, { axes }) {
    const { data, length } = rowsOf(x!, axes);
    const to = output.data;
    for (let row = 0; row < to.length; row++) to[row] = pairwiseSum(data, row * length, length);
  },
  jvp: ({ tangents: [dx], params: { axes } }) => sum(dx!, axes),
  transpose: ({ adjoint, specs: [x], params: { axes } }) => [spread(adjoint, x!.shape, axes)],
  batch: ({ inputs: [x], params: { axes } }) =>
    sum(
      x!,
      axes.map((axis) => axis + 1),
    ),
  lower: (build, [x], { axes }) => build.reduce(x!, axes, "sum"),
  formula: ([x], { axes }) => (axes.length === 0 ? `sum(${x})` : `sum(${x}, axes ${axes.join(", ")})`),
};

/** Pairwise summation: the rounding error grows with log n instead of n. Higham (2002), section 4.2. */
function pairwiseSum(data: TypedArray, start: number, length: number): number {
  if (length <= 64) {
    let total = 0;
    for (let i = start; i < start + length; i++) total += data[i]!;
    return total;
  }
  const half = length >> 1;
  return pairwiseSum(data, start, half) + pairwiseSum(data, start + half, length - half);
}

/** Σ x over the axes (all of them when none is named), which go away. An empty sum is 0. */
export const sum: Op<(x: NDArray, axis?: Axes) => NDArray> = op(
  {
    name: "sum",
    derivative: "both modes",
    samples: [
      {
        label: "all of [2, 3]",
        inputs: [{ shape: [2, 3], domain: [-3, 3] }],
        call: (x) => sum(x!),
        truth: (x) => [x!.reduce((a, b) => a + b, 0)],
      },
      {
        label: "axis 0 of [2, 3]",
        inputs: [{ shape: [2, 3], domain: [-3, 3] }],
        call: (x) => sum(x!, 0),
        truth: (x) => [0, 1, 2].map((j) => x![j]! + x![j + 3]!),
      },
      {
        label: "axes 0 and 2 of [2, 2, 2]",
        inputs: [{ shape: [2, 2, 2], domain: [-3, 3] }],
        call: (x) => sum(x!, [0, -1]),
        truth: (x) => [x![0]! + x![1]! + x![4]! + x![5]!, x![2]! + x![3]! + x![6]! + x![7]!],
      },
    ],
  },
  (x: NDArray, axis?: Axes): NDArray => apply(sumPrimitive, [x], reduction("sum", x, axis)) as NDArray,
);
