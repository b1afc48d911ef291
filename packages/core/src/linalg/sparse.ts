// Sparse matrices: constants of a program, by which dense arrays are multiplied.
import { type ArrayLike, array, fromTyped, type NDArray } from "../array/index.ts";
import { DataError, formatShape, ShapeError } from "../errors/index.ts";
import { batchByLoop, toFloat } from "../ops/index.ts";
import { apply, isArray, type Primitive } from "../program/index.ts";
import { type CompressedRows, compressedRows, sparseProduct, transposedRows } from "./kernels/compressed-rows.ts";

/** Compressed rows. Duplicates are summed, explicit zeros kept. Not differentiated. */
export interface SparseMatrix {
  readonly shape: readonly [rows: number, columns: number];
  /** Entries that are stored, explicit zeros among them. */
  readonly nonzeros: number;
  /** A·x: "n" → "m", "n k" → "m k", in the width of x. Differentiable in x. @throws ShapeError on other shapes. */
  matmul(x: ArrayLike): NDArray;
  readonly T: SparseMatrix;
  toDense(): NDArray;
  /** Copies of the entries that are stored, row by row: what `sparse` takes. */
  entries(): {
    shape: readonly [rows: number, columns: number];
    rows: Int32Array;
    columns: Int32Array;
    values: Float64Array;
  };
}

export interface SparseEntries {
  readonly shape: readonly [rows: number, columns: number];
  readonly rows: readonly number[] | Int32Array;
  readonly columns: readonly number[] | Int32Array;
  readonly values: readonly number[] | Float64Array;
}

interface Stored {
  readonly matrix: CompressedRows;
  /** Made when it is first asked for; shared, so that the transpose of the transpose is the matrix itself. */
  readonly transposed: () => Stored;
}

/** X "n k" gives A·X "m k". */
const sparsePrimitive: Primitive<Stored> = {
  name: "sparseMatmul",
  infer: ([X], { matrix }) => ({ shape: [matrix.m, X!.shape[1]!], dtype: X!.dtype, weak: false }),
  evaluate([X], output, { matrix }) {
    output.data.set(sparseProduct(matrix, X!.data, X!.shape[1]!));
  },
  jvp: ({ tangents: [dX], params }) => multiply(params, dX!),
  transpose: ({ adjoint, params }) => [multiply(params.transposed(), adjoint)],
  batch: (context) => batchByLoop(sparsePrimitive, context),
};

function multiply(stored: Stored, X: NDArray): NDArray {
  return apply(sparsePrimitive, [X], stored) as NDArray;
}

/**
 * A sparse matrix from its entries (rows[e], columns[e], values[e]), in any order; input is copied.
 *
 * Entries of one place are summed, in the order in which they come. Explicit zeros are stored and counted.
 * In programs the matrix is a constant: derivatives pass through `matmul` to the dense array, by the transposed matrix.
 * Sums are in f64 and rounded once to the width of the dense array, so f32 stays f32.
 * Cost: 12 bytes per entry and 4 per row; `matmul` 2·nonzeros·k flops; the transpose is made on first use and kept.
 * @throws ShapeError on an index outside of the shape (names the entry), lists of different lengths, a shape that is none.
 * @throws DataError on a value that is not finite (names the entry).
 *
 * @example
 * ```ts
 * const A = sparse({ shape: [2, 3], rows: [0, 1, 1], columns: [2, 0, 0], values: [5, 1, 2] });
 * console.log(A.matmul([1, 1, 1]).toArray(), A.nonzeros); // [5, 3] 2
 * ```
 */
export function sparse(entries: SparseEntries): SparseMatrix {
  checkEntries(entries);
  const [m, n] = entries.shape;
  return matrixOf(stored(compressedRows(m, n, entries.rows, entries.columns, entries.values)));
}

function stored(matrix: CompressedRows, back?: Stored): Stored {
  let other = back;
  const self: Stored = {
    matrix,
    transposed() {
      other ??= stored(transposedRows(matrix), self);
      return other;
    },
  };
  return self;
}

function matrixOf(store: Stored, back?: SparseMatrix): SparseMatrix {
  const { m, n, values } = store.matrix;
  let other = back;
  const self: SparseMatrix = {
    shape: [m, n],
    nonzeros: values.length,
    matmul: (x) => multiplyAny(store, x),
    get T() {
      other ??= matrixOf(store.transposed(), self);
      return other;
    },
    toDense: () => toDense(store.matrix),
    entries: () => entriesOf(store.matrix),
  };
  return self;
}

function multiplyAny(store: Stored, x: ArrayLike): NDArray {
  const { m, n } = store.matrix;
  const right = toFloat(isArray(x) ? x : array(x));
  if ((right.ndim !== 1 && right.ndim !== 2) || right.shape[0] !== n) {
    throw new ShapeError(
      `sparse matmul: the inner sizes differ, ${formatShape([m, n])} × ${formatShape(right.shape)}. x must be [${n}] or [${n}, k].`,
      { code: "inner-sizes", operation: "matmul", shapes: [[m, n], right.shape] },
    );
  }
  return right.ndim === 2 ? multiply(store, right) : multiply(store, right.expandDims(1)).squeeze(1);
}

function toDense({ m, n, starts, columns, values }: CompressedRows): NDArray {
  const dense = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) dense[i * n + columns[e]!] = values[e]!;
  }
  return fromTyped([m, n], dense) as NDArray;
}

function entriesOf({ m, n, starts, columns, values }: CompressedRows): ReturnType<SparseMatrix["entries"]> {
  const rows = new Int32Array(values.length);
  for (let i = 0; i < m; i++) rows.fill(i, starts[i]!, starts[i + 1]!);
  return { shape: [m, n], rows, columns: columns.slice(), values: values.slice() };
}

function checkEntries({ shape, rows, columns, values }: SparseEntries): void {
  const fail = (code: string, what: string) =>
    new ShapeError(`sparse: ${what}`, { code, operation: "sparse", shapes: [shape] });
  const [m, n] = shape;
  if (shape.length !== 2 || ![m, n].every((extent) => Number.isInteger(extent) && extent >= 0)) {
    throw fail("invalid-shape", `shape must be two integers ≥ 0, got ${formatShape(shape)}.`);
  }
  if (rows.length !== columns.length || rows.length !== values.length) {
    throw fail(
      "lengths-differ",
      `${rows.length} rows, ${columns.length} columns and ${values.length} values; each entry needs all three.`,
    );
  }
  for (let e = 0; e < values.length; e++) {
    for (const [index, extent, axis] of [
      [rows[e]!, m, "row"],
      [columns[e]!, n, "column"],
    ] as const) {
      if (Number.isInteger(index) && index >= 0 && index < extent) continue;
      throw fail(
        "index-outside",
        `entry ${e} is at [${rows[e]}, ${columns[e]}], outside of shape ${formatShape(shape)}: ${axis} ${index} must be an integer from 0 to ${extent - 1}.`,
      );
    }
    if (Number.isFinite(values[e])) continue;
    throw new DataError(`sparse: entry ${e} at [${rows[e]}, ${columns[e]}] is ${values[e]}; values must be finite.`, {
      code: "not-finite",
      row: rows[e]!,
      column: String(columns[e]),
    });
  }
}
