// Kernels as loop nests: what backends run. Data alone; no addresses, no code.
import type { DType } from "../dtype.ts";
import type { Body } from "./body.ts";

/** An array as a loop sees it. Buffers are numbers of the schedule; offset and strides count elements; stride 0 repeats. */
export interface Access {
  readonly buffer: number;
  readonly dtype: DType;
  readonly offset: number;
  /** One per axis of the iteration space, the inner one last. */
  readonly strides: readonly number[];
  /**
   * Rows picked by a table: the start moves by ids[row]·stride, where `ids` is an access of the kernel in i32 with stride 0 along
   * the inner axis. Negative ids count from the end (`extent`); others outside of 0 … extent − 1 are an error of the program.
   */
  readonly picked?: { readonly ids: number; readonly stride: number; readonly extent: number };
}

export type Combine = "sum" | "product" | "maximum" | "minimum";
export interface Store {
  readonly value: number;
  readonly access: number;
}
/** Partial results in a fixed order: chunks of 4096 along the row, 16 (four-byte widths) or 8 (f64) lanes in each, combined pairwise. */
export interface Reduce {
  readonly value: number;
  readonly combine: Combine;
  readonly slot: number;
}

/** One pass over a row, or a computation once per row on its scalars. */
export interface Stage {
  readonly over: "inner" | "row";
  readonly body: Body;
  readonly stores: readonly Store[];
  /** Over the inner axis: reductions into slots. */
  readonly reductions: readonly Reduce[];
  /** Once per row: values that become slots. */
  readonly results: readonly { readonly value: number; readonly slot: number }[];
}

/** Rows of an iteration space, each worked on by stages in turn: maps (one stage), reductions over the last axis, softmax, norms. */
export interface LoopKernel {
  readonly kind: "loop";
  /** Extents of the outer axes: one row each. */
  readonly outer: readonly number[];
  /** Extent of the row. */
  readonly inner: number;
  readonly accesses: readonly Access[];
  /** Width of every slot. */
  readonly slots: readonly DType[];
  readonly stages: readonly Stage[];
}

/**
 * Reductions over axes that are not the last: for every outer index and every inner element, `body` is combined over the `reduced`
 * axes in index order, in chunks of 4096, chunk results pairwise. Strides of accesses are [...outer, ...reduced, inner].
 */
export interface ColumnKernel {
  readonly kind: "columns";
  readonly outer: readonly number[];
  readonly reduced: readonly number[];
  readonly inner: number;
  readonly accesses: readonly Access[];
  readonly slots: readonly DType[];
  readonly body: Body;
  readonly reductions: readonly Reduce[];
  /** Once per outer index and inner element; its loads and stores have stride 0 along the reduced axes. */
  readonly epilogue: Stage | undefined;
}

/** A matrix as the product sees it: any strides, so transposed and sliced ones are no copies. */
export interface MatrixAccess {
  readonly buffer: number;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
  /** One per batch axis. */
  readonly batchStrides: readonly number[];
}

/** C = A·B for every index of the batch, to the bit as `multiply` in product.ts says. C may not overlap A or B. */
export interface MatmulKernel {
  readonly kind: "matmul";
  readonly dtype: "f32" | "f64";
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: MatrixAccess;
  readonly b: MatrixAccess;
  readonly c: MatrixAccess;
}

/** target[ids[r]] += updates[r] in the order of the rows r; the target holds its start values already. */
export interface ScatterKernel {
  readonly kind: "scatter";
  readonly dtype: DType;
  /** Rows of updates, length of a row, rows of the target. */
  readonly rows: number;
  readonly inner: number;
  readonly extent: number;
  readonly ids: { readonly buffer: number; readonly offset: number };
  readonly updates: {
    readonly buffer: number;
    readonly offset: number;
    readonly rowStride: number;
    readonly innerStride: number;
  };
  readonly target: { readonly buffer: number; readonly offset: number };
}

export type Kernel = LoopKernel | ColumnKernel | MatmulKernel | ScatterKernel;
