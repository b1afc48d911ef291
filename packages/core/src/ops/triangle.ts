// The lower and the upper triangle of matrices.
import type { NDArray } from "../array/types.ts";
import { ShapeError } from "../errors/index.ts";
import { apply, type Kind, type Primitive } from "../program/index.ts";
import { type Op, op } from "./card.ts";

interface Part {
  /** Which side of the diagonal stays. */
  readonly side: "lower" | "upper";
  /** 0 is the main one, 1 the one above it, −1 the one below. */
  readonly diagonal: number;
}

/** Linear, and its own transpose. It selects, so what is cut away may be NaN. */
const primitive: Primitive<Part> = {
  name: "triangle",
  infer: ([x]) => x!,
  evaluate([x], output, { side, diagonal }) {
    const [rows, columns] = x!.shape.slice(-2) as [number, number];
    const from = x!.data;
    const to = output.data;
    for (let k = 0, row = 0; k < to.length; k += columns, row = (row + 1) % rows) {
      const bound = Math.min(columns, Math.max(0, row + diagonal + (side === "lower" ? 1 : 0)));
      const [start, stop] = side === "lower" ? [k, k + bound] : [k + bound, k + columns];
      for (let i = start; i < stop; i++) to[i] = from[i]!;
    }
  },
  jvp: ({ tangents: [dx], params }) => apply(primitive, [dx!], params) as NDArray,
  transpose: ({ adjoint, params }) => [apply(primitive, [adjoint], params) as NDArray],
  batch: ({ inputs, params }) => apply(primitive, inputs, params) as NDArray,
  lower(build, [x], { side, diagonal }, { shape }) {
    const [row, column] = [build.iota(shape, shape.length - 2), build.iota(shape, shape.length - 1)];
    return build.map([x!, row, column], (b, [v, i, j]) => {
      const border = b.add(i!, b.constant(diagonal, "i32"));
      const stays = b.compare(side === "lower" ? "lessEqual" : "greaterEqual", j!, border);
      return b.select(stays, v!, b.convert(b.constant(0, "i32"), v!.dtype));
    });
  },
  formula: ([x], { side }) => `${side}(${x})`,
};

function triangle(
  name: "tril" | "triu",
  side: Part["side"],
): Op<<K extends Kind>(x: NDArray<K>, diagonal?: number) => NDArray<K>> {
  const call = <K extends Kind>(x: NDArray<K>, diagonal = 0): NDArray<K> => {
    if (x.shape.length < 2) {
      throw new ShapeError(`${name}: takes matrices "… n m", got shape [${x.shape.join(", ")}].`, {
        code: "not-a-matrix",
        operation: name,
        shapes: [x.shape],
      });
    }
    return apply(primitive, [x], { side, diagonal }) as NDArray<K>;
  };
  const sample = (shape: readonly number[], diagonal: number) => ({
    label: `[${shape.join(", ")}], diagonal ${diagonal}`,
    inputs: [{ shape, domain: [-3, 3] as const }],
    call: (x?: NDArray) => call(x!, diagonal),
    truth: (x: number[] = []) => {
      const [rows, columns] = shape.slice(-2) as [number, number];
      return x.map((v, k) => {
        const above = (k % columns) - (Math.floor(k / columns) % rows) - diagonal;
        return (side === "lower" ? above <= 0 : above >= 0) ? v : 0;
      });
    },
  });
  return op(
    {
      name,
      derivative: "both modes",
      samples: [sample([3, 3], 0), sample([2, 3], 1), sample([3, 2], -1), sample([2, 2, 2], 0), sample([2, 2], -3)],
    },
    call,
  );
}

/** The lower triangle of matrices "… n m", 0 above it. `diagonal` moves the border: 1 keeps one diagonal more, −1 one less. */
export const tril: Op<<K extends Kind>(x: NDArray<K>, diagonal?: number) => NDArray<K>> = triangle("tril", "lower");
/** The upper triangle of matrices "… n m", 0 below it. `diagonal` moves the border: 1 keeps one diagonal less, −1 one more. */
export const triu: Op<<K extends Kind>(x: NDArray<K>, diagonal?: number) => NDArray<K>> = triangle("triu", "upper");
