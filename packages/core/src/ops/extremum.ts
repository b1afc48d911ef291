// Largest and smallest entry over axes; ties share the derivative equally.
import type { NDArray } from "../array/types.ts";
import { ShapeError } from "../errors/index.ts";
import { apply, type Primitive, sizeOf } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { cast } from "./cast.ts";
import { type Axes, type Reduction, reducedShape, reduction, rowsOf, spread } from "./reduce.ts";
import { sum } from "./sum.ts";

function extremum(
  name: "max" | "min",
  start: number,
  better: (a: number, b: number) => number,
): Op<(x: NDArray, axis?: Axes) => NDArray> {
  const primitive: Primitive<Reduction> = {
    name,
    infer: ([x], { axes }) => ({ shape: reducedShape(x!.shape, axes), dtype: x!.dtype, weak: x!.weak }),
    evaluate([x], output, { axes }) {
      const { data, length } = rowsOf(x!, axes);
      const to = output.data;
      for (let row = 0; row < to.length; row++) {
        let best = start;
        for (let i = row * length; i < (row + 1) * length; i++) best = better(best, data[i]!);
        to[row] = best;
      }
    },
    jvp({ inputs: [x], output, tangents: [dx], params: { axes } }) {
      const chosen = cast(x!.equal(spread(output, x!.shape, axes)), x!.dtype as "f64"); // a float width
      return sum(dx!.mul(chosen), axes).div(sum(chosen, axes));
    },
    batch: ({ inputs: [x], params: { axes } }) =>
      call(
        x!,
        axes.map((axis) => axis + 1),
      ),
    lower: (build, [x], { axes }) =>
      x!.dtype === "bool" ? undefined : build.reduce(x!, axes, name === "max" ? "maximum" : "minimum"),
    formula: ([x]) => `${name}(${x})`,
  };
  const call = (x: NDArray, axis?: Axes): NDArray => {
    const params = reduction(name, x, axis);
    if (sizeOf(params.axes.map((a) => x.shape[a]!)) === 0) {
      throw new ShapeError(
        `${name}: the reduced axes hold no elements (shape [${x.shape.join(", ")}]), so there is no ${name}.`,
        {
          code: "empty-reduction",
          operation: name,
          shapes: [x.shape],
        },
      );
    }
    return apply(primitive, [x], params) as NDArray;
  };
  const distinct = (x: number[]) => x.every((a, i) => x.every((b, j) => i === j || Math.abs(a - b) > 1e-3));
  return op(
    {
      name,
      derivative: "both modes",
      kinks: "k ties: 1/k each",
      samples: [
        {
          label: "all of [4]",
          inputs: [{ shape: [4], domain: [-3, 3] }],
          call: (x) => call(x!),
          truth: (x) => [x!.reduce(better)],
          smooth: (x) => distinct(x!),
        },
        {
          label: "axis 0 of [2, 2]",
          inputs: [{ shape: [2, 2], domain: [-3, 3] }],
          call: (x) => call(x!, 0),
          truth: ([a, b, c, d] = []) => [better(a!, c!), better(b!, d!)],
          smooth: (x) => distinct(x!),
        },
      ],
    },
    call,
  );
}

/** Largest entry over the axes; NaN if one is NaN. @throws ShapeError over nothing. */
export const max: Op<(x: NDArray, axis?: Axes) => NDArray> = extremum("max", -Infinity, (a, b) => Math.max(a, b));
/** Smallest entry over the axes; NaN if one is NaN. @throws ShapeError over nothing. */
export const min: Op<(x: NDArray, axis?: Axes) => NDArray> = extremum("min", Infinity, (a, b) => Math.min(a, b));
