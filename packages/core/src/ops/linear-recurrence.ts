// First-order recurrences along an axis: what running products and running extremes are differentiated with.
import type { NDArray } from "../array/types.ts";
import { apply, normalizeAxis, type Primitive } from "../program/index.ts";
import { stackedInputs } from "./batching.ts";
import { type Op, op } from "./card.ts";
import { eachLine, neighbor } from "./lines.ts";

interface Direction {
  readonly axis: number;
  /** From the last element to the first. */
  readonly reverse: boolean;
}

const primitive: Primitive<Direction> = {
  name: "linearRecurrence",
  infer: ([, b]) => b!,
  evaluate([a, b], output, { axis, reverse }) {
    const factors = a!.data;
    const terms = b!.data;
    const to = output.data;
    const extent = output.shape[axis]!;
    eachLine(output.shape, axis, (start, step) => {
      const stride = reverse ? -step : step;
      let k = reverse ? start + (extent - 1) * step : start;
      let t = terms[k]!;
      to[k] = t;
      for (let i = 1; i < extent; i++) {
        k += stride;
        t = factors[k]! * t + terms[k]!;
        to[k] = t;
      }
    });
  },
  // ṫⱼ = aⱼ·ṫⱼ₋₁ + (ȧⱼ·tⱼ₋₁ + ḃⱼ): the same recurrence with other terms.
  jvp({ inputs: [a], output, tangents: [da, db], params }) {
    const moved = da?.mul(neighbor(output, params.axis, params.reverse));
    const terms = moved === undefined ? db! : db === undefined ? moved : moved.add(db);
    return apply(primitive, [a!, terms], params) as NDArray;
  },
  // Linear in b only; backwards the factors move by one place: b̄ⱼ = t̄ⱼ + aⱼ₊₁·b̄ⱼ₊₁.
  transpose({ adjoint, inputs: [a], params: { axis, reverse } }) {
    const factors = neighbor(a!, axis, !reverse);
    return [undefined, apply(primitive, [factors, adjoint], { axis, reverse: !reverse }) as NDArray];
  },
  batch: (context) =>
    apply(primitive, stackedInputs(context), { ...context.params, axis: context.params.axis + 1 }) as NDArray,
};

/**
 * tⱼ = aⱼ·tⱼ₋₁ + bⱼ along an axis (default the last), from t₀ = b₀; `reverse` runs from the last element to the first.
 * The first factor is not used. Both arrays have one shape and width.
 */
export const linearRecurrence: Op<(a: NDArray, b: NDArray, axis?: number, reverse?: boolean) => NDArray> = op(
  {
    name: "linearRecurrence",
    derivative: "both modes",
    samples: [
      {
        label: "[4]",
        inputs: [
          { shape: [4], domain: [-2, 2] },
          { shape: [4], domain: [-3, 3] },
        ],
        call: (a, b) => linearRecurrence(a!, b!),
        truth: (a, b) => b!.map((_, j) => term(a!, b!, j)),
      },
      {
        label: "[2, 3] reversed along 1",
        inputs: [
          { shape: [2, 3], domain: [-2, 2] },
          { shape: [2, 3], domain: [-3, 3] },
        ],
        call: (a, b) => linearRecurrence(a!, b!, 1, true),
        truth: (a, b) => {
          const row = (x: number[], i: number) => x.slice(3 * i, 3 * i + 3).reverse();
          return [0, 1].flatMap((i) => [2, 1, 0].map((j) => term(row(a!, i), row(b!, i), j)));
        },
      },
      {
        label: "[3, 2] along 0",
        inputs: [
          { shape: [3, 2], domain: [-2, 2] },
          { shape: [3, 2], domain: [-3, 3] },
        ],
        call: (a, b) => linearRecurrence(a!, b!, 0),
        truth: (a, b) => {
          const column = (x: number[], i: number) => [x[i]!, x[i + 2]!, x[i + 4]!];
          return [0, 1, 2].flatMap((j) => [0, 1].map((i) => term(column(a!, i), column(b!, i), j)));
        },
      },
    ],
  },
  (a, b, axis = -1, reverse = false) =>
    apply(primitive, [a, b], { axis: normalizeAxis("linearRecurrence", axis, b.shape.length), reverse }) as NDArray,
);

function term(a: readonly number[], b: readonly number[], j: number): number {
  return j === 0 ? b[0]! : a[j]! * term(a, b, j - 1) + b[j]!;
}
