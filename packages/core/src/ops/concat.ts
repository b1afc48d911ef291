// Joining arrays along an axis.
import type { AnyArray, NDArray } from "../array/types.ts";
import { formatShape, OptionError, ShapeError } from "../errors/index.ts";
import {
  apply,
  contentOf,
  type DType,
  isArray,
  type Kind,
  normalizeAxis,
  type Primitive,
  promote,
  stridesOf,
} from "../program/index.ts";
import { stackedInputs } from "./batching.ts";
import { type Op, op } from "./card.ts";
import { cast } from "./cast.ts";
import { expandDims } from "./reshape.ts";
import { at } from "./slice.ts";

const concatPrimitive: Primitive<{ axis: number }> = {
  name: "concat",
  infer: (xs, { axis }) => ({
    shape: xs[0]!.shape.map((extent, a) => (a === axis ? xs.reduce((sum, x) => sum + x.shape[axis]!, 0) : extent)),
    dtype: xs[0]!.dtype,
    weak: false,
  }),
  evaluate(xs, output, { axis }) {
    const block = stridesOf(output.shape)[axis]! * output.shape[axis]!; // what one index of the axes in front covers
    let offset = 0;
    for (const x of xs) {
      const size = stridesOf(x.shape)[axis]! * x.shape[axis]!;
      for (let from = 0, to = offset; from < x.data.length; from += size, to += block) {
        output.data.set(x.data.subarray(from, from + size), to);
      }
      offset += size;
    }
  },
  jvp: ({ inputs, tangents, params: { axis } }) =>
    concat(
      inputs.map((x, i) => tangents[i] ?? x.zerosLike()),
      axis,
    ),
  transpose({ adjoint, inputs, specs, params: { axis } }) {
    let start = 0;
    return specs.map(({ shape }, i) => {
      const from = start;
      start += shape[axis]!;
      if (inputs[i] !== undefined) return undefined;
      return at(
        adjoint,
        shape.map((_, a) => (a === axis ? ([from, from + shape[axis]!] as const) : (":" as const))),
      );
    });
  },
  batch: (context) => concat(stackedInputs(context), context.params.axis + 1),
  lower(build, inputs, { axis }, { shape, dtype }) {
    let next = 0;
    const parts = inputs.map((x) => {
      const start = shape.map((_, a) => (a === axis ? next : 0));
      next += x.shape[axis]!;
      return { x, start };
    });
    return build.assemble(shape, dtype, parts, 0);
  },
};

/** The arrays one after the other along an existing axis. @throws ShapeError when the other axes differ; OptionError on an empty list. */
export const concat: Op<<K extends Kind>(xs: readonly NDArray<K>[], axis?: number) => NDArray<K>> = op(
  {
    name: "concat",
    derivative: "both modes",
    samples: [
      {
        label: "[2] and [3]",
        inputs: [
          { shape: [2], domain: [-3, 3] },
          { shape: [3], domain: [-3, 3] },
        ],
        call: (x, y) => concat([x!, y!]),
        truth: (x, y) => [...x!, ...y!],
      },
      {
        label: "[2, 1] and [2, 2] along 1",
        inputs: [
          { shape: [2, 1], domain: [-3, 3] },
          { shape: [2, 2], domain: [-3, 3] },
        ],
        call: (x, y) => concat([x!, y!], 1),
        truth: (x, y) => [x![0]!, y![0]!, y![1]!, x![1]!, y![2]!, y![3]!],
      },
    ],
  },
  <K extends Kind>(xs: readonly NDArray<K>[], axis = 0): NDArray<K> => {
    const first = firstOf("concat", xs);
    if (xs.length === 1) return first;
    const along = normalizeAxis("concat", axis, first.shape.length);
    for (const x of xs) {
      const fits =
        x.shape.length === first.shape.length && x.shape.every((extent, a) => a === along || extent === first.shape[a]);
      if (!fits) {
        throw new ShapeError(
          `concat: shapes ${formatShape(first.shape)} and ${formatShape(x.shape)} differ outside of axis ${along}.`,
          { code: "shapes-differ", operation: "concat", shapes: [first.shape, x.shape] },
        );
      }
    }
    return apply(concatPrimitive, sameWidth(xs), { axis: along }) as NDArray<K>;
  },
);

/** Arrays of one shape as slices along a new axis. @throws ShapeError when their shapes differ; OptionError on an empty list. */
export const stack: Op<<K extends Kind>(xs: readonly NDArray<K>[], axis?: number) => NDArray<K>> = op(
  {
    name: "stack",
    derivative: "both modes",
    samples: [
      {
        label: "two of [2] along 1",
        inputs: [
          { shape: [2], domain: [-3, 3] },
          { shape: [2], domain: [-3, 3] },
        ],
        call: (x, y) => stack([x!, y!], 1),
        truth: (x, y) => [x![0]!, y![0]!, x![1]!, y![1]!],
      },
    ],
  },
  <K extends Kind>(xs: readonly NDArray<K>[], axis = 0): NDArray<K> => {
    firstOf("stack", xs);
    return concat(
      xs.map((x) => expandDims(x, axis)),
      axis,
    );
  },
);

function firstOf<K extends Kind>(operation: string, xs: readonly NDArray<K>[]): NDArray<K> {
  const [first] = xs;
  const wrong = xs.findIndex((x) => !isArray(x));
  if (wrong !== -1) {
    throw new ShapeError(
      `${operation}: entry ${wrong} is a ${Array.isArray(xs[wrong]) ? "list" : typeof xs[wrong]}, not an array. Wrap it: ${operation}([array(…), array(…)]).`,
      {
        code: "not-an-array",
        operation,
      },
    );
  }
  if (first !== undefined) return first;
  throw new OptionError(`${operation}: the list is empty; at least one array is needed.`, {
    code: "empty-list",
    option: "xs",
  });
}

function sameWidth(xs: readonly AnyArray[]): AnyArray[] {
  let wide: { dtype: DType; weak: boolean } = contentOf(xs[0]!);
  for (const x of xs.map(contentOf)) wide = { dtype: promote(wide, x), weak: wide.weak && x.weak };
  return xs.map((x) => cast(x, wide.dtype));
}
