// Repeating an array along new or length-1 axes.
import type { NDArray } from "../array/types.ts";
import { formatShape, ShapeError } from "../errors/index.ts";
import type { Kind } from "../program/index.ts";
import {
  apply,
  contentOf,
  copyStrided,
  isTraced,
  type Primitive,
  type Shape,
  sameShape,
  sizeOf,
  stridesOf,
  uniformTensor,
  wrap,
} from "../program/index.ts";
import { type Op, op } from "./card.ts";

const broadcastPrimitive: Primitive<{ shape: Shape }> = {
  name: "broadcastTo",
  infer: ([x], { shape }) => ({ shape, dtype: x!.dtype, weak: x!.weak }),
  evaluate([x], output) {
    const lead = output.shape.length - x!.shape.length;
    const own = stridesOf(x!.shape);
    const strides = output.shape.map((_, axis) => (axis < lead || x!.shape[axis - lead] === 1 ? 0 : own[axis - lead]!));
    copyStrided(x!.data, 0, strides, output.shape, output.data);
  },
  jvp: ({ tangents: [dx], params }) => broadcastTo(dx!, params.shape),
  transpose({ adjoint, specs: [x], params }) {
    const lead = params.shape.length - x!.shape.length;
    const repeated = params.shape.flatMap((extent, axis) =>
      axis < lead || (x!.shape[axis - lead] === 1 && extent !== 1) ? [axis] : [],
    );
    return [adjoint.sum(repeated).reshape(...x!.shape)];
  },
  batch({ inputs: [x], size, params: { shape } }) {
    const missing = shape.length - (x!.shape.length - 1);
    const aligned = x!.reshape(size, ...new Array<number>(missing).fill(1), ...x!.shape.slice(1));
    return broadcastTo(aligned, [size, ...shape]);
  },
  lower: (build, [x], { shape }) => build.broadcast(x!, shape),
  formula: ([x], { shape }) => `broadcast(${x}, ${formatShape(shape)})`,
};

/**
 * The array repeated along new leading axes and axes of length 1, as in NumPy.
 * @throws ShapeError when the shape cannot be reached that way.
 */
export const broadcastTo: Op<<K extends Kind>(x: NDArray<K>, shape: Shape) => NDArray<K>> = op(
  {
    name: "broadcastTo",
    derivative: "both modes",
    samples: [
      {
        label: "[3] to [2, 3]",
        inputs: [{ shape: [3], domain: [-3, 3] }],
        call: (x) => broadcastTo(x!, [2, 3]),
        truth: (x) => [...x!, ...x!],
      },
      {
        label: "[2, 1] to [2, 2]",
        inputs: [{ shape: [2, 1], domain: [-3, 3] }],
        call: (x) => broadcastTo(x!, [2, 2]),
        truth: ([a, b] = []) => [a!, a!, b!, b!],
      },
    ],
  },
  <K extends Kind>(x: NDArray<K>, shape: Shape): NDArray<K> => {
    if (sameShape(x.shape, shape)) return x;
    const lead = shape.length - x.shape.length;
    const fits = lead >= 0 && x.shape.every((extent, axis) => extent === 1 || extent === shape[axis + lead]);
    if (!fits) {
      throw new ShapeError(
        `broadcastTo: ${formatShape(x.shape)} does not broadcast to ${formatShape(shape)}: only axes of length 1 and new leading axes can grow.`,
        { code: "no-broadcast", operation: "broadcastTo", shapes: [x.shape, shape] },
      );
    }
    const content = contentOf(x);
    if (!isTraced(content) && sizeOf(content.shape) === 1) {
      const { dtype, weak, data } = content;
      return wrap(x, uniformTensor([...shape], dtype, data[0]!, weak)) as NDArray<K>;
    }
    return apply(broadcastPrimitive, [x], { shape: [...shape] }) as NDArray<K>;
  },
);
