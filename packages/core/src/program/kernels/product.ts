// What a matrix product is, to the last bit: the one definition that interpreter and emitters share.
import type { MatmulKernel } from "./kernel.ts";

/** Products are summed in blocks of so many k's. */
export const PRODUCT_BLOCK = 256;

/**
 * Runs a product in plain JavaScript.
 *
 *     C[i, j] = (s₀ + s₁) + s₂ + …        sᵦ = ((0 + a₀b₀) + a₁b₁) + …   over the k's of block β, ascending
 *
 * Every product and every sum is rounded to the width. The order depends on k alone: not on m, n, strides, the batch or threads, so
 * products of a matrix and a vector follow it too. A product over no k is 0. (With FMA, aₖbₖ + s is rounded once.)
 */
export function multiply(
  kernel: MatmulKernel,
  a: Float32Array | Float64Array,
  b: Float32Array | Float64Array,
  c: Float32Array | Float64Array,
): void {
  const { batch, m, n, k } = kernel;
  const count = batch.reduce((product, extent) => product * extent, 1);
  const row = kernel.dtype === "f32" ? new Float32Array(n) : new Float64Array(n);
  const single = kernel.dtype === "f32";
  const { rowStride: bRow, columnStride: bColumn } = kernel.b;
  for (let index = 0; index < count; index++) {
    const [startA, startB, startC] = [kernel.a, kernel.b, kernel.c].map((matrix) => {
      let rest = index;
      let start = matrix.offset;
      for (let axis = batch.length - 1; axis >= 0; axis--) {
        start += (rest % batch[axis]!) * matrix.batchStrides[axis]!;
        rest = Math.floor(rest / batch[axis]!);
      }
      return start;
    }) as [number, number, number];
    for (let i = 0; i < m; i++) {
      const atC = startC + i * kernel.c.rowStride;
      for (let block = 0; block === 0 || block < k; block += PRODUCT_BLOCK) {
        row.fill(0);
        for (let p = block; p < Math.min(k, block + PRODUCT_BLOCK); p++) {
          const x = a[startA + i * kernel.a.rowStride + p * kernel.a.columnStride]!;
          let atB = startB + p * bRow;
          if (single) {
            for (let j = 0; j < n; j++, atB += bColumn) row[j] = row[j]! + Math.fround(x * b[atB]!);
          } else {
            for (let j = 0; j < n; j++, atB += bColumn) row[j] = row[j]! + x * b[atB]!;
          }
        }
        for (let j = 0, at = atC; j < n; j++, at += kernel.c.columnStride)
          c[at] = block === 0 ? row[j]! : c[at]! + row[j]!;
      }
    }
  }
}
