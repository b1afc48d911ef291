// Sparse matrices in compressed rows.
import type { TypedArray } from "../../program/index.ts";

/** Row i holds the entries starts[i] … starts[i + 1] − 1; in each row the columns ascend and are different. */
export interface CompressedRows {
  readonly m: number;
  readonly n: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/**
 * Entries in any order → compressed rows
 *
 * Given:    rows, columns, values of equal lengths, indices inside of m × n; not changed
 * Returns:  the matrix; entries of one place are summed in the order in which they come, zeros are kept
 * Method:   counting sort by column, then by row: both are stable, so columns ascend in each row and duplicates stay in order
 * Cost:     O(entries + m + n)
 */
export function compressedRows(
  m: number,
  n: number,
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
  values: ArrayLike<number>,
): CompressedRows {
  const byColumn = countingSort(
    Int32Array.from({ length: values.length }, (_, e) => e),
    columns,
    n,
  );
  const order = countingSort(byColumn, rows, m);
  const starts = new Int32Array(m + 1);
  const mergedColumns = new Int32Array(order.length);
  const mergedValues = new Float64Array(order.length);
  let count = 0;
  let [row, column] = [-1, -1];
  for (const e of order) {
    if (rows[e] === row && columns[e] === column) {
      mergedValues[count - 1]! += values[e]!;
      continue;
    }
    [row, column] = [rows[e]!, columns[e]!];
    mergedColumns[count] = column;
    mergedValues[count] = values[e]!;
    count++;
    starts[row + 1] = count;
  }
  for (let i = 0; i < m; i++) starts[i + 1] = Math.max(starts[i]!, starts[i + 1]!);
  return { m, n, starts, columns: mergedColumns.slice(0, count), values: mergedValues.slice(0, count) };
}

/** The entries in ascending order of their keys, equal keys as they come. */
function countingSort(entries: Int32Array, keys: ArrayLike<number>, count: number): Int32Array {
  const next = new Int32Array(count + 1);
  for (const e of entries) next[keys[e]! + 1]!++;
  for (let k = 0; k < count; k++) next[k + 1]! += next[k]!;
  const sorted = new Int32Array(entries.length);
  for (const e of entries) sorted[next[keys[e]!]!++] = e;
  return sorted;
}

/** Aᵀ in compressed rows. */
export function transposedRows({ m, n, starts, columns, values }: CompressedRows): CompressedRows {
  const rows = new Int32Array(values.length);
  for (let i = 0; i < m; i++) rows.fill(i, starts[i]!, starts[i + 1]!);
  return compressedRows(n, m, columns, rows, values);
}

/** A·X for X n × k by rows: rows of X times entries, summed up along rows of the result. */
export function sparseProduct({ m, starts, columns, values }: CompressedRows, X: TypedArray, k: number): Float64Array {
  const Y = new Float64Array(m * k);
  for (let i = 0; i < m; i++) {
    const to = i * k;
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      const from = columns[e]! * k;
      const value = values[e]!;
      for (let c = 0; c < k; c++) Y[to + c] = Y[to + c]! + value * X[from + c]!;
    }
  }
  return Y;
}
