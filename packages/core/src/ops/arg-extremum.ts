// Positions of the largest and smallest entry along one axis.
import type { AnyArray, NDArray } from "../array/types.ts";
import { ShapeError } from "../errors/index.ts";
import { apply, normalizeAxis, type Primitive } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { type Reduction, reducedShape, rowsOf } from "./reduce.ts";
import { flatten } from "./reshape.ts";

function argExtremum(
  name: string,
  better: (a: number, b: number) => boolean,
): Op<(x: AnyArray, axis?: number) => NDArray<"int">> {
  const primitive: Primitive<Reduction> = {
    name,
    infer: ([x], { axes }) => ({ shape: reducedShape(x!.shape, axes), dtype: "i32", weak: false }),
    evaluate([x], output, { axes }) {
      const { data, length } = rowsOf(x!, axes);
      const to = output.data;
      for (let row = 0; row < to.length; row++) {
        const start = row * length;
        let best = 0;
        for (let i = 1; i < length; i++) if (better(data[start + i]!, data[start + best]!)) best = i;
        to[row] = best;
      }
    },
    batch: ({ inputs: [x], params: { axes } }) => call(x!, axes[0]! + 1) as AnyArray as NDArray, // integers
  };
  const call = (x: AnyArray, axis?: number): NDArray<"int"> => {
    const source = axis === undefined ? flatten(x) : x;
    const along = normalizeAxis(name, axis ?? 0, source.shape.length);
    if (source.shape[along] === 0) {
      throw new ShapeError(`${name}: axis ${along} holds no elements (shape [${x.shape.join(", ")}]).`, {
        code: "empty-reduction",
        operation: name,
        shapes: [x.shape],
      });
    }
    return apply(primitive, [source], { axes: [along] }) as NDArray<"int">;
  };
  return op(
    {
      name,
      derivative: "none",
      samples: [
        {
          label: "axis 1 of [2, 3]",
          inputs: [{ shape: [2, 3], domain: [-3, 3] }],
          call: (x) => call(x!, 1) as AnyArray as NDArray, // positions, read as numbers by the law
          truth: (x) =>
            [x!.slice(0, 3), x!.slice(3)].map((row) =>
              row.reduce((best, v, i) => (better(v, row[best]!) ? i : best), 0),
            ),
        },
      ],
    },
    call,
  );
}

/** Position of the largest entry along an axis, the first of ties; of the flattened array without an axis. A NaN counts as largest. */
export const argmax: Op<(x: AnyArray, axis?: number) => NDArray<"int">> = argExtremum(
  "argmax",
  (a, b) => a > b || (Number.isNaN(a) && !Number.isNaN(b)),
);
/** Position of the smallest entry along an axis, the first of ties; of the flattened array without an axis. A NaN counts as smallest. */
export const argmin: Op<(x: AnyArray, axis?: number) => NDArray<"int">> = argExtremum(
  "argmin",
  (a, b) => a < b || (Number.isNaN(a) && !Number.isNaN(b)),
);
