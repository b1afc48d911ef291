// Products over an axis, with a derivative that is exact where factors are 0.
import type { NDArray } from "../array/types.ts";
import { apply, normalizeAxis, type Primitive } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { runningProduct } from "./cumulative-product.ts";
import { neighbor } from "./lines.ts";
import { type Reduction, reducedShape, rowsOf } from "./reduce.ts";
import { flatten } from "./reshape.ts";
import { sum } from "./sum.ts";

const primitive: Primitive<Reduction> = {
  name: "product",
  infer: ([x], { axes }) => ({
    shape: reducedShape(x!.shape, axes),
    dtype: x!.dtype === "bool" ? "i32" : x!.dtype,
    weak: x!.weak,
  }),
  lower: (build, [x], { axes }) => build.reduce(x!, axes, "product"),
  evaluate([x], output, { axes }) {
    const { data, length } = rowsOf(x!, axes);
    const to = output.data;
    for (let row = 0; row < to.length; row++) {
      let total = 1;
      for (let i = row * length; i < (row + 1) * length; i++) total *= data[i]!;
      to[row] = total;
    }
  },
  // ∂/∂xⱼ = (Π before j)·(Π behind j): nothing is divided by xⱼ.
  jvp({ inputs: [x], tangents: [dx], params: { axes } }) {
    const axis = axes[0]!;
    const before = runningProduct(neighbor(x!, axis, false, 1), axis, false);
    const behind = runningProduct(neighbor(x!, axis, true, 1), axis, true);
    return sum(dx!.mul(before.mul(behind)), axis);
  },
  batch: ({ inputs, params: { axes } }) => apply(primitive, inputs, { axes: [axes[0]! + 1] }) as NDArray,
  formula: ([x]) => `Π ${x}`,
};

/** Π x along an axis, or of all entries without one. An empty product is 1. With one factor 0 the gradient is that of the limit: [0, 2, 3] → [6, 0, 0]. */
export const product: Op<(x: NDArray, axis?: number) => NDArray> = op(
  {
    name: "product",
    derivative: "both modes",
    kinks: "exact where factors are 0",
    samples: [
      {
        label: "all of [2, 2]",
        inputs: [{ shape: [2, 2], domain: [-2, 2] }],
        call: (x) => product(x!),
        truth: ([a, b, c, d] = []) => [a! * b! * c! * d!],
      },
      {
        label: "axis 0 of [2, 3]",
        inputs: [{ shape: [2, 3], domain: [-2, 2] }],
        call: (x) => product(x!, 0),
        truth: (x) => [0, 1, 2].map((j) => x![j]! * x![j + 3]!),
      },
    ],
  },
  (x, axis) => {
    const source = axis === undefined ? flatten(x) : x;
    return apply(primitive, [source], { axes: [normalizeAxis("product", axis ?? 0, source.shape.length)] }) as NDArray;
  },
);
