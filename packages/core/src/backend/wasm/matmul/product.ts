// A matrix product in normal form: fewer batch axes, columns of C neighbors where that is possible. Data alone.
import type { MatmulKernel } from "../../../program/kernels/kernel.ts";
import type { Word } from "../emitted.ts";
import { LANES, type Width } from "./lanes.ts";

/** Lines are rows of A or columns of B. Strides count bytes. */
export interface Factor {
  readonly buffer: number;
  readonly bytes: number;
  readonly line: number;
  readonly k: number;
}

export interface BatchAxis {
  readonly extent: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** C[row, column] = Σ A[row, k]·B[k, column] for each index of the batch. */
export interface Product {
  readonly width: Width;
  readonly batch: readonly BatchAxis[];
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Factor;
  readonly b: Factor;
  readonly c: { readonly buffer: number; readonly bytes: number; readonly row: number; readonly column: number };
}

export function productOf(kernel: MatmulKernel): Product {
  const { dtype: width, m, n, k, a, b, c } = kernel;
  const size = LANES[width].bytes;
  const product: Product = {
    width,
    m,
    n,
    k,
    batch: kernel.batch
      .map((extent, axis) => ({
        extent,
        a: a.batchStrides[axis]! * size,
        b: b.batchStrides[axis]! * size,
        c: c.batchStrides[axis]! * size,
      }))
      .filter(({ extent }) => extent !== 1),
    a: { buffer: a.buffer, bytes: a.offset * size, line: a.rowStride * size, k: a.columnStride * size },
    b: { buffer: b.buffer, bytes: b.offset * size, line: b.columnStride * size, k: b.rowStride * size },
    c: { buffer: c.buffer, bytes: c.offset * size, row: c.rowStride * size, column: c.columnStride * size },
  };
  return withNeighborColumns(withMergedAxes(withAxesAsRows(product)));
}

/** Cᵀ = Bᵀ·Aᵀ: each element is the same sum of the same products. */
function transposed(p: Product): Product {
  return {
    ...p,
    m: p.n,
    n: p.m,
    a: p.b,
    b: p.a,
    c: { ...p.c, row: p.c.column, column: p.c.row },
    batch: p.batch.map(({ extent, a, b, c }) => ({ extent, a: b, b: a, c })),
  };
}

/** A batch axis with one B for all of it is more rows of A where rows go on at the same distance; likewise for columns. */
function withAxesAsRows(p: Product): Product {
  const takeRows = (q: Product): Product => {
    const found = q.batch.findIndex(
      (axis) => axis.b === 0 && (q.m === 1 || (axis.a === q.m * q.a.line && axis.c === q.m * q.c.row)),
    );
    const axis = q.batch[found];
    if (axis === undefined) return q;
    return takeRows({
      ...q,
      batch: q.batch.filter((_, i) => i !== found),
      m: q.m * axis.extent,
      a: q.m === 1 ? { ...q.a, line: axis.a } : q.a,
      c: q.m === 1 ? { ...q.c, row: axis.c } : q.c,
    });
  };
  return transposed(takeRows(transposed(takeRows(p))));
}

/** Neighboring axes through which all three matrices step evenly are one. */
function withMergedAxes(p: Product): Product {
  const batch: BatchAxis[] = [];
  for (const axis of p.batch) {
    const last = batch.at(-1);
    const even = last !== undefined && (["a", "b", "c"] as const).every((x) => last[x] === axis[x] * axis.extent);
    if (even) batch[batch.length - 1] = { ...axis, extent: last.extent * axis.extent };
    else batch.push(axis);
  }
  return { ...p, batch };
}

/** Tiles store vectors along the columns of C; one column is better one row. */
function withNeighborColumns(p: Product): Product {
  const size = LANES[p.width].bytes;
  if (p.n === 1 && p.m > 1) return transposed(p);
  return p.m > 1 && p.c.column !== size && p.c.row === size ? transposed(p) : p;
}

export function batchSize(p: Product): number {
  return p.batch.reduce((count, { extent }) => count * extent, 1);
}

export function address(matrix: { readonly buffer: number; readonly bytes: number }): Word {
  return { kind: "address", buffer: matrix.buffer, bytes: matrix.bytes };
}

/** A·Aᵀ: products commute, so C[i, j] and C[j, i] are equal to the last bit. */
export function isSymmetric({ batch, a, b, m, n }: Product): boolean {
  return (
    batch.length === 0 && m === n && a.buffer === b.buffer && a.bytes === b.bytes && a.line === b.line && a.k === b.k
  );
}
