// Running largest and smallest entries; ties share the derivative equally.
import type { NDArray } from "../array/types.ts";
import { apply, normalizeAxis, type Primitive } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { cast } from "./cast.ts";
import { linearRecurrence } from "./linear-recurrence.ts";
import { eachLine, neighbor } from "./lines.ts";

function cumulativeExtremum(
  name: "cumulativeMax" | "cumulativeMin",
  better: (a: number, b: number) => number,
): Op<(x: NDArray, axis?: number) => NDArray> {
  const primitive: Primitive<{ axis: number }> = {
    name,
    infer: ([x]) => x!,
    evaluate([x], output, { axis }) {
      const from = x!.data;
      const to = output.data;
      const extent = output.shape[axis]!;
      eachLine(output.shape, axis, (start, step) => {
        let best = from[start]!;
        for (let i = 0, k = start; i < extent; i++, k += step) {
          best = better(best, from[k]!);
          to[k] = best;
        }
      });
    },
    // Where the extremum stays, the sum of the tangents of its ties so far stays as well; ẏ is their mean.
    jvp({ inputs: [x], output, tangents: [dx], params: { axis } }) {
      const width = output.dtype as "f64"; // a float width; which one does not matter to the type
      const stays = cast(output.equal(neighbor(output, axis, false, Number.NaN)), width);
      const chosen = cast(x!.equal(output), width);
      const ties = linearRecurrence(stays, chosen, axis);
      return linearRecurrence(stays, dx!.mul(chosen), axis).div(ties);
    },
    batch: ({ inputs, params }) => apply(primitive, inputs, { axis: params.axis + 1 }) as NDArray,
  };
  const call = (x: NDArray, axis = -1): NDArray =>
    apply(primitive, [x], { axis: normalizeAxis(name, axis, x.shape.length) }) as NDArray;
  const distinct = (x: number[] = []) => x.every((a, i) => x.every((b, j) => i === j || Math.abs(a - b) > 1e-3));
  return op(
    {
      name,
      derivative: "both modes",
      kinks: "k ties so far: 1/k each",
      samples: [
        {
          label: "[4]",
          inputs: [{ shape: [4], domain: [-3, 3] }],
          call: (x) => call(x!),
          truth: (x) => x!.map((_, i) => x!.slice(0, i + 1).reduce(better)),
          smooth: distinct,
        },
        {
          label: "axis 0 of [2, 2]",
          inputs: [{ shape: [2, 2], domain: [-3, 3] }],
          call: (x) => call(x!, 0),
          truth: ([a, b, c, d] = []) => [a!, b!, better(a!, c!), better(b!, d!)],
          smooth: distinct,
        },
      ],
    },
    call,
  );
}

/** Largest entry so far along an axis (default the last); NaN from the first NaN on. */
export const cumulativeMax: Op<(x: NDArray, axis?: number) => NDArray> = cumulativeExtremum("cumulativeMax", (a, b) =>
  Math.max(a, b),
);
/** Smallest entry so far along an axis (default the last); NaN from the first NaN on. */
export const cumulativeMin: Op<(x: NDArray, axis?: number) => NDArray> = cumulativeExtremum("cumulativeMin", (a, b) =>
  Math.min(a, b),
);
