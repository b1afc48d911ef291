// The same elements in row-major order under another shape.
import type { AnyArray, NDArray } from "../array/types.ts";
import { OptionError } from "../errors/index.ts";
import {
  apply,
  checkShape,
  type Kind,
  normalizeAxis,
  type Primitive,
  type Shape,
  sameShape,
  sizeOf,
} from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { checkSameSize } from "./operand.ts";

const reshapePrimitive: Primitive<{ shape: Shape }> = {
  name: "reshape",
  infer: ([x], { shape }) => ({ shape, dtype: x!.dtype, weak: x!.weak }),
  evaluate([x], output) {
    output.data.set(x!.data);
  },
  jvp: ({ tangents: [dx], params }) => reshape(dx!, params.shape),
  transpose: ({ adjoint, specs: [x] }) => [reshape(adjoint, x!.shape)],
  batch: ({ inputs: [x], size, params }) => reshape(x!, [size, ...params.shape]),
  lower: (build, [x], { shape }) => build.reshape(x!, shape),
  formula: ([x], { shape }) => `reshape(${x}, [${shape.join(", ")}])`,
};

/** The same elements under another shape; one extent may be −1 and is found from the size. @throws ShapeError when sizes differ. */
export const reshape: Op<<K extends Kind>(x: NDArray<K>, shape: Shape) => NDArray<K>> = op(
  {
    name: "reshape",
    derivative: "both modes",
    samples: [
      {
        label: "[2, 3] to [3, 2]",
        inputs: [{ shape: [2, 3], domain: [-3, 3] }],
        call: (x) => reshape(x!, [3, 2]),
        truth: (x) => x!,
      },
      {
        label: "[4] to [2, -1]",
        inputs: [{ shape: [4], domain: [-3, 3] }],
        call: (x) => reshape(x!, [2, -1]),
        truth: (x) => x!,
      },
    ],
  },
  <K extends Kind>(x: NDArray<K>, shape: Shape): NDArray<K> => {
    const target = resolve(x.shape, shape);
    if (sameShape(target, x.shape)) return x;
    checkSameSize("reshape", x.shape, target);
    return apply(reshapePrimitive, [x], { shape: target }) as NDArray<K>;
  },
);

function resolve(from: Shape, shape: Shape): Shape {
  const open = shape.indexOf(-1);
  const target = [...shape];
  if (open !== -1) {
    if (shape.indexOf(-1, open + 1) !== -1) {
      throw new OptionError(`reshape: only one extent may be -1, got [${shape.join(", ")}].`, {
        code: "invalid-shape",
        option: "shape",
      });
    }
    target[open] = 1;
    const rest = sizeOf(target);
    target[open] = rest === 0 ? 0 : Math.floor(sizeOf(from) / rest);
  }
  checkShape("reshape", target);
  return target;
}

/** A new axis of length 1. */
export function expandDims<K extends Kind>(x: NDArray<K>, axis: number): NDArray<K> {
  const at = normalizeAxis("expandDims", axis, x.shape.length + 1);
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/** Without an axis of length 1, or without all of them. @throws ShapeError when the axis is longer. */
export function squeeze<K extends Kind>(x: NDArray<K>, axis?: number): NDArray<K> {
  if (axis === undefined)
    return reshape(
      x,
      x.shape.filter((extent) => extent !== 1),
    );
  const at = normalizeAxis("squeeze", axis, x.shape.length);
  const target = x.shape.filter((_, i) => i !== at);
  checkSameSize("squeeze", x.shape, target);
  return reshape(x, target);
}

export function flatten<K extends Kind>(x: NDArray<K>): NDArray<K> {
  return reshape(x, [(x as AnyArray).size]);
}
