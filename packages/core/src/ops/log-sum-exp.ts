// Exponentials of rows without overflow: their log-sum, and the distributions made of them.
import type { NDArray } from "../array/types.ts";
import { normalizeAxis } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { max } from "./extremum.ts";
import { toFloat } from "./operand.ts";
import { type Axes, reduction, spread } from "./reduce.ts";
import { stopGradient } from "./stop-gradient.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

/** The maximum as a constant, 0 where it is infinite. The shift cancels, in value and in every derivative. */
function shiftOf(x: NDArray, axes: readonly number[]): NDArray {
  if (axes.some((axis) => x.shape[axis] === 0)) return sum(x, axes).mul(0); // no entries, nothing to shift
  const largest = stopGradient(max(x, axes));
  return where(largest.abs().less(Infinity), largest, 0);
}

const naive = (row: number[]) => {
  const largest = Math.max(...row);
  return largest + Math.log(row.reduce((total, v) => total + Math.exp(v - largest), 0));
};

/** log Σ exp x over the axes, shifted by the maximum: finite for logits of any size. */
export const logSumExp: Op<(x: NDArray, axis?: Axes) => NDArray> = op(
  {
    name: "logSumExp",
    derivative: "both modes",
    samples: [
      {
        label: "axis 1 of [2, 3]",
        inputs: [{ shape: [2, 3], domain: [-5, 5] }],
        call: (x) => logSumExp(x!, 1),
        truth: (x) => [naive(x!.slice(0, 3)), naive(x!.slice(3))],
        singular: [[-Infinity], [1000]],
      },
    ],
  },
  (x: NDArray, axis?: Axes): NDArray => {
    const { axes } = reduction("logSumExp", x, axis);
    const floats = toFloat(x);
    const shift = shiftOf(floats, axes);
    return sum(floats.sub(spread(shift, x.shape, axes)).exp(), axes)
      .log()
      .add(shift);
  },
);

/** exp x / Σ exp x along an axis (default the last), shifted by the maximum. */
export const softmax: Op<<A extends NDArray>(x: A, axis?: number) => A> = op(
  {
    name: "softmax",
    derivative: "both modes",
    samples: [
      {
        label: "[2, 3]",
        inputs: [{ shape: [2, 3], domain: [-5, 5] }],
        call: (x) => softmax(x!),
        truth: (x) => [x!.slice(0, 3), x!.slice(3)].flatMap((row) => row.map((v) => Math.exp(v - naive(row)))),
        singular: [[-Infinity], [1000]],
      },
    ],
  },
  <A extends NDArray>(x: A, axis = -1): A => {
    const axes = [normalizeAxis("softmax", axis, x.shape.length)];
    const floats = toFloat(x);
    const e = floats.sub(spread(shiftOf(floats, axes), x.shape, axes)).exp();
    return e.div(spread(sum(e, axes), x.shape, axes)) as A;
  },
);

/** log softmax along an axis (default the last), from the shifted exponentials. */
export const logSoftmax: Op<<A extends NDArray>(x: A, axis?: number) => A> = op(
  {
    name: "logSoftmax",
    derivative: "both modes",
    samples: [
      {
        label: "[2, 3] along 0",
        inputs: [{ shape: [2, 3], domain: [-5, 5] }],
        call: (x) => logSoftmax(x!, 0),
        truth: (x) => x!.map((v, i) => v - naive([x![i % 3]!, x![(i % 3) + 3]!])),
        singular: [[-Infinity], [1000]],
      },
    ],
  },
  <A extends NDArray>(x: A, axis = -1): A => {
    const axes = [normalizeAxis("logSoftmax", axis, x.shape.length)];
    const floats = toFloat(x);
    const shifted = floats.sub(spread(shiftOf(floats, axes), x.shape, axes));
    return shifted.sub(spread(sum(shifted.exp(), axes).log(), x.shape, axes)) as A;
  },
);
