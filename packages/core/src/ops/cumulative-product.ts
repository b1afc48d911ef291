import type { NDArray } from "../array/types.ts";
import { normalizeAxis } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { linearRecurrence } from "./linear-recurrence.ts";
import { at, pad } from "./slice.ts";

/** Running product from either end: tⱼ = xⱼ·tⱼ₋₁. The recurrence is differentiated without dividing by an x. */
export function runningProduct(x: NDArray, axis: number, reverse: boolean): NDArray {
  const extent = x.shape[axis]!;
  if (extent === 0) return x;
  const from = reverse ? extent - 1 : 0;
  const first = at(
    x,
    x.shape.map((_, a) => (a === axis ? ([from, from + 1] as const) : (":" as const))),
  );
  const widths = x.shape.map((_, a) => (a === axis ? ([from, extent - 1 - from] as const) : ([0, 0] as const)));
  return linearRecurrence(x, pad(first, widths), axis, reverse);
}

/** Running product x₀, x₀·x₁, … along an axis (default the last). Its derivative is exact where factors are 0. */
export const cumulativeProduct: Op<(x: NDArray, axis?: number) => NDArray> = op(
  {
    name: "cumulativeProduct",
    derivative: "both modes",
    samples: [
      {
        label: "[4]",
        inputs: [{ shape: [4], domain: [-2, 2] }],
        call: (x) => cumulativeProduct(x!),
        truth: ([a, b, c, d] = []) => [a!, a! * b!, a! * b! * c!, a! * b! * c! * d!],
      },
      {
        label: "axis 0 of [2, 2]",
        inputs: [{ shape: [2, 2], domain: [-2, 2] }],
        call: (x) => cumulativeProduct(x!, 0),
        truth: ([a, b, c, d] = []) => [a!, b!, a! * c!, b! * d!],
      },
    ],
  },
  (x, axis = -1) => runningProduct(x, normalizeAxis("cumulativeProduct", axis, x.shape.length), false),
);
