import type { NDArray } from "../array/types.ts";
import { formatShape, ShapeError } from "../errors/index.ts";
import type { Kind } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { expandDims, flatten, reshape } from "./reshape.ts";
import { at, pad } from "./slice.ts";
import { take } from "./take.ts";

/** The square matrix with a vector on its diagonal, or the diagonal of a matrix. @throws ShapeError for other ranks. */
export const diag: Op<<K extends Kind>(x: NDArray<K>) => NDArray<K>> = op(
  {
    name: "diag",
    derivative: "both modes",
    samples: [
      {
        label: "matrix of [2]",
        inputs: [{ shape: [2], domain: [-3, 3] }],
        call: (x) => diag(x!),
        truth: ([a, b] = []) => [a!, 0, 0, b!],
      },
      {
        label: "diagonal of [3, 3]",
        inputs: [{ shape: [3, 3], domain: [-3, 3] }],
        call: (x) => diag(x!),
        truth: (x) => [x![0]!, x![4]!, x![8]!],
      },
      {
        label: "diagonal of [2, 3]",
        inputs: [{ shape: [2, 3], domain: [-3, 3] }],
        call: (x) => diag(x!),
        truth: (x) => [x![0]!, x![4]!],
      },
    ],
  },
  <K extends Kind>(x: NDArray<K>): NDArray<K> => {
    const [rows = 0, columns = 0] = x.shape;
    if (x.shape.length === 1) {
      // Rows of n + 1 entries that start with x: cut to n·n entries, they put x on the diagonal.
      const staircase = flatten(
        pad(expandDims(x, 1), [
          [0, 0],
          [0, rows],
        ]),
      );
      return reshape(at(staircase, [[0, rows * rows]]), [rows, rows]);
    }
    if (x.shape.length === 2) {
      const count = Math.min(rows, columns);
      return take(
        flatten(x),
        Array.from({ length: count }, (_, i) => i * (columns + 1)),
      );
    }
    throw new ShapeError(`diag: takes a vector or a matrix, got shape ${formatShape(x.shape)}. Map it with vmap.`, {
      code: "not-a-matrix",
      operation: "diag",
      shapes: [x.shape],
    });
  },
);
