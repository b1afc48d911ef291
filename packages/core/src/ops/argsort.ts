// Positions in sorted order.
import type { AnyArray, NDArray } from "../array/types.ts";
import { apply, normalizeAxis, type Primitive } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { eachLine } from "./lines.ts";

interface Order {
  readonly axis: number;
  readonly descending: boolean;
  /** How many positions are kept. */
  readonly count: number;
}

const primitive: Primitive<Order> = {
  name: "argsort",
  infer: ([x], { axis, count }) => ({
    shape: x!.shape.map((extent, a) => (a === axis ? count : extent)),
    dtype: "i32",
    weak: false,
  }),
  evaluate([x], output, { axis, descending, count }) {
    const { data } = x!;
    const extent = x!.shape[axis]!;
    const order = new Int32Array(extent);
    eachLine(x!.shape, axis, (start, step) => {
      for (let i = 0; i < extent; i++) order[i] = i;
      const entry = (i: number): number => data[start + i * step]!;
      // Equal entries keep their order, in both directions.
      if (descending) order.sort((i, j) => compare(entry(j), entry(i)) || i - j);
      else order.sort((i, j) => compare(entry(i), entry(j)) || i - j);
      const inside = start % step;
      let to = ((start - inside) / extent) * count + inside;
      for (let i = 0; i < count; i++, to += step) output.data[to] = order[i]!;
    });
  },
  batch: ({ inputs, params }) => apply(primitive, inputs, { ...params, axis: params.axis + 1 }) as NDArray,
};

/** NaN counts as largest. */
function compare(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** Positions of the `count` first entries in sorted order, along an axis that exists. */
export function sortedPositions(x: AnyArray, order: Order): NDArray<"int"> {
  return apply(primitive, [x], order) as NDArray<"int">;
}

/** Positions that sort an array along an axis (default the last), in ascending order; equal entries keep their order, NaN comes last. */
export const argsort: Op<(x: AnyArray, axis?: number) => NDArray<"int">> = op(
  {
    name: "argsort",
    derivative: "none",
    samples: [
      {
        label: "axis 1 of [2, 3]",
        inputs: [{ shape: [2, 3], domain: [-3, 3] }],
        call: (x) => argsort(x!) as AnyArray as NDArray, // positions, read as numbers by the law
        truth: (x) => [x!.slice(0, 3), x!.slice(3)].flatMap((row) => [0, 1, 2].sort((i, j) => row[i]! - row[j]!)),
      },
    ],
  },
  (x, axis = -1) => {
    const along = normalizeAxis("argsort", axis, x.shape.length);
    return sortedPositions(x, { axis: along, descending: false, count: x.shape[along]! });
  },
);
