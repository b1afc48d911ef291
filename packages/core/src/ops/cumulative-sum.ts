// Running sums.
import type { NDArray } from "../array/types.ts";
import { apply, normalizeAxis, type Primitive } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { eachLine } from "./lines.ts";

/** Its own transpose, once the direction is turned around. */
const primitive: Primitive<{ axis: number; reverse: boolean }> = {
  name: "cumulativeSum",
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype === "bool" ? "i32" : x!.dtype, weak: x!.weak }),
  evaluate([x], output, { axis, reverse }) {
    const from = x!.data;
    const to = output.data;
    const extent = output.shape[axis]!;
    eachLine(output.shape, axis, (start, step) => {
      const stride = reverse ? -step : step;
      let k = reverse ? start + (extent - 1) * step : start;
      let total = 0;
      for (let i = 0; i < extent; i++) {
        total += from[k]!;
        to[k] = total;
        k += stride;
      }
    });
  },
  jvp: ({ tangents: [dx], params }) => apply(primitive, [dx!], params) as NDArray,
  transpose: ({ adjoint, params: { axis, reverse } }) => [
    apply(primitive, [adjoint], { axis, reverse: !reverse }) as NDArray,
  ],
  batch: ({ inputs, params }) => apply(primitive, inputs, { ...params, axis: params.axis + 1 }) as NDArray,
};

/** Running sum x₀, x₀ + x₁, … along an axis (default the last). Conditions are counted. */
export const cumulativeSum: Op<(x: NDArray, axis?: number) => NDArray> = op(
  {
    name: "cumulativeSum",
    derivative: "both modes",
    samples: [
      {
        label: "[4]",
        inputs: [{ shape: [4], domain: [-3, 3] }],
        call: (x) => cumulativeSum(x!),
        truth: ([a, b, c, d] = []) => [a!, a! + b!, a! + b! + c!, a! + b! + c! + d!],
      },
      {
        label: "axis 0 of [2, 2]",
        inputs: [{ shape: [2, 2], domain: [-3, 3] }],
        call: (x) => cumulativeSum(x!, 0),
        truth: ([a, b, c, d] = []) => [a!, b!, a! + c!, b! + d!],
      },
    ],
  },
  (x, axis = -1) =>
    apply(primitive, [x], { axis: normalizeAxis("cumulativeSum", axis, x.shape.length), reverse: false }) as NDArray,
);
