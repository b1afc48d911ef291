// Boxes cut out of an array and put back into zeros: slice and pad are each other's transpose.
import type { Index, NDArray } from "../array/types.ts";
import { ShapeError } from "../errors/index.ts";
import { apply, copyStrided, type Kind, type Primitive, sizeOf, stridesOf, type TypedArray } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { reshape } from "./reshape.ts";

interface Box {
  readonly start: readonly number[];
  readonly stop: readonly number[];
}

const slicePrimitive: Primitive<Box> = {
  name: "slice",
  infer: ([x], { start, stop }) => ({
    shape: stop.map((end, axis) => end - start[axis]!),
    dtype: x!.dtype,
    weak: x!.weak,
  }),
  evaluate([x], output, { start }) {
    const strides = stridesOf(x!.shape);
    const offset = start.reduce((sum, at, axis) => sum + at * strides[axis]!, 0);
    copyStrided(x!.data, offset, strides, output.shape, output.data);
  },
  jvp: ({ tangents: [dx], params }) => apply(slicePrimitive, [dx!], params) as NDArray,
  transpose: ({ adjoint, specs: [x], params: { start, stop } }) => [
    pad(
      adjoint,
      start.map((at, axis) => [at, x!.shape[axis]! - stop[axis]!] as const),
    ),
  ],
  batch: ({ inputs: [x], size, params: { start, stop } }) =>
    apply(slicePrimitive, [x!], { start: [0, ...start], stop: [size, ...stop] }) as NDArray,
  lower: (build, [x], { start, stop }) => build.slice(x!, start, stop),
  formula: ([x], { start, stop }) =>
    `${x}[${start.map((at, axis) => (stop[axis] === at + 1 ? at : `${at}:${stop[axis]}`)).join(", ")}]`,
};

const padPrimitive: Primitive<{ widths: Widths; value: number }> = {
  name: "pad",
  infer: ([x], { widths }) => ({
    shape: x!.shape.map((extent, axis) => extent + widths[axis]![0] + widths[axis]![1]),
    dtype: x!.dtype,
    weak: x!.weak,
  }),
  evaluate([x], output, { widths, value }) {
    output.data.fill(value);
    if (sizeOf(x!.shape) === 0) return;
    const strides = stridesOf(output.shape);
    const offset = widths.reduce((sum, [before], axis) => sum + before * strides[axis]!, 0);
    writeBox(x!.data, x!.shape, output.data, offset, strides);
  },
  jvp: ({ tangents: [dx], params }) => pad(dx!, params.widths),
  transpose: ({ adjoint, specs: [x], params: { widths } }) => [
    apply(slicePrimitive, [adjoint], {
      start: widths.map(([before]) => before),
      stop: widths.map(([before], axis) => before + x!.shape[axis]!),
    }) as NDArray,
  ],
  batch: ({ inputs: [x], params: { widths, value } }) => pad(x!, [[0, 0], ...widths], value),
  lower: (build, [x], { widths, value }, { shape, dtype }) =>
    build.assemble(shape, dtype, [{ x: x!, start: widths.map(([before]) => before) }], value),
};

function writeBox(
  source: TypedArray,
  shape: readonly number[],
  target: TypedArray,
  offset: number,
  strides: readonly number[],
): void {
  const index = new Int32Array(shape.length);
  let to = offset;
  for (let from = 0; from < source.length; from++) {
    target[to] = source[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      to += strides[axis]!;
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      to -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

type Widths = readonly (readonly [before: number, after: number])[];

/** The array inside of a larger one that is filled with `value` (default 0); one pair of widths per axis. @throws ShapeError otherwise. */
export const pad: Op<<K extends Kind>(x: NDArray<K>, widths: Widths, value?: number) => NDArray<K>> = op(
  {
    name: "pad",
    derivative: "both modes",
    samples: [
      {
        label: "[2] by [1, 2]",
        inputs: [{ shape: [2], domain: [-3, 3] }],
        call: (x) => pad(x!, [[1, 2]], 7),
        truth: (x) => [7, ...x!, 7, 7],
      },
      {
        label: "[1, 2] by [0, 1], [1, 0]",
        inputs: [{ shape: [1, 2], domain: [-3, 3] }],
        call: (x) =>
          pad(x!, [
            [0, 1],
            [1, 0],
          ]),
        truth: (x) => [0, ...x!, 0, 0, 0],
      },
    ],
  },
  <K extends Kind>(x: NDArray<K>, widths: Widths, value = 0): NDArray<K> => {
    if (widths.length !== x.shape.length || widths.flat().some((w) => !Number.isInteger(w) || w < 0)) {
      throw new ShapeError(
        `pad: ${x.shape.length} axes need as many pairs [before, after] of integers ≥ 0, got ${JSON.stringify(widths)}.`,
        { code: "invalid-widths", operation: "pad", shapes: [x.shape] },
      );
    }
    if (widths.every(([before, after]) => before === 0 && after === 0)) return x;
    return apply(padPrimitive, [x], { widths, value }) as NDArray<K>;
  },
);

/**
 * One index per axis: a position (the axis goes away; negative counts from the end), ":" or [start, stop]; missing ones mean ":".
 * @throws ShapeError on positions outside of the array and on too many indices.
 */
export const at: Op<<K extends Kind>(x: NDArray<K>, index: readonly Index[]) => NDArray<K>> = op(
  {
    name: "at",
    derivative: "both modes",
    samples: [
      {
        label: "row 1 of [2, 3]",
        inputs: [{ shape: [2, 3], domain: [-3, 3] }],
        call: (x) => at(x!, [1]),
        truth: (x) => x!.slice(3),
      },
      {
        label: "last column, rows 0 to 2 of [3, 2]",
        inputs: [{ shape: [3, 2], domain: [-3, 3] }],
        call: (x) => at(x!, [[0, 2], -1]),
        truth: (x) => [x![1]!, x![3]!],
      },
    ],
  },
  <K extends Kind>(x: NDArray<K>, index: readonly Index[]): NDArray<K> => {
    const { shape } = x;
    if (index.length > shape.length) {
      throw new ShapeError(
        `at: ${index.length} indices for an array of rank ${shape.length}, shape [${shape.join(", ")}].`,
        {
          code: "too-many-indices",
          operation: "at",
          shapes: [shape],
        },
      );
    }
    const ranges = shape.map((extent, axis) => rangeOf(index[axis] ?? ":", extent, axis, shape));
    const kept = ranges.flatMap(([start, stop], axis) => (typeof index[axis] === "number" ? [] : [stop - start]));
    if (ranges.every(([start, stop], axis) => start === 0 && stop === shape[axis])) return reshape(x, kept);
    const cut = apply(slicePrimitive, [x], {
      start: ranges.map(([start]) => start),
      stop: ranges.map(([, stop]) => stop),
    });
    return reshape(cut as NDArray<K>, kept);
  },
);

function rangeOf(index: Index, extent: number, axis: number, shape: readonly number[]): readonly [number, number] {
  if (index === ":") return [0, extent];
  if (typeof index === "number") {
    const position = index < 0 ? index + extent : index;
    if (Number.isInteger(position) && position >= 0 && position < extent) return [position, position + 1];
    throw outside(`index ${index} is outside of axis ${axis}, which has ${extent} entries`, shape);
  }
  const [from, to] = index;
  const start = from < 0 ? from + extent : from;
  const stop = to < 0 ? to + extent : to;
  if (Number.isInteger(start) && Number.isInteger(stop) && start >= 0 && stop <= extent && start <= stop)
    return [start, stop];
  throw outside(`range [${from}, ${to}] is not inside of axis ${axis}, which has ${extent} entries`, shape);
}

function outside(what: string, shape: readonly number[]): ShapeError {
  return new ShapeError(`at: ${what} (shape [${shape.join(", ")}]).`, {
    code: "index-outside",
    operation: "at",
    shapes: [shape],
  });
}
