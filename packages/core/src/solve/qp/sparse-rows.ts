// Sparse matrices of quadratic programs: compressed rows on plain vectors, and the products that methods need.

/** Row i holds the entries starts[i] … starts[i + 1] − 1. */
export interface Rows {
  readonly m: number;
  readonly n: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** Entries in any order of rows; within a row as they come, of different columns. */
export function rowsFrom(
  m: number,
  n: number,
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
  values: ArrayLike<number>,
): Rows {
  const starts = new Int32Array(m + 1);
  for (let e = 0; e < values.length; e++) starts[rows[e]! + 1]!++;
  for (let i = 0; i < m; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice(0, m);
  const sorted = new Int32Array(values.length);
  const moved = new Float64Array(values.length);
  for (let e = 0; e < values.length; e++) {
    const to = next[rows[e]!]!++;
    sorted[to] = columns[e]!;
    moved[to] = values[e]!;
  }
  return { m, n, starts, columns: sorted, values: moved };
}

/** Entries of a dense matrix that are not 0; all of them where most are not: then `dense` itself holds the values. */
export function rowsFromDense(m: number, n: number, dense: Float64Array): Rows {
  let count = 0;
  for (let e = 0; e < dense.length; e++) if (dense[e] !== 0) count++;
  const all = 2 * count > dense.length;
  const starts = new Int32Array(m + 1);
  const columns = new Int32Array(all ? dense.length : count);
  if (all) {
    for (let j = 0; j < n; j++) columns[j] = j;
    for (let i = 0; i < m; i++) {
      starts[i + 1] = (i + 1) * n;
      if (i > 0) columns.copyWithin(i * n, 0, n);
    }
    return { m, n, starts, columns, values: dense };
  }
  const values = new Float64Array(count);
  for (let i = 0, next = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const value = dense[i * n + j]!;
      if (value === 0) continue;
      columns[next] = j;
      values[next++] = value;
    }
    starts[i + 1] = next;
  }
  return { m, n, starts, columns, values };
}

/** Not to be written to: a full matrix gives its values themselves. */
export function toDense({ m, n, starts, columns, values }: Rows): Float64Array {
  if (values.length === m * n) return values;
  const dense = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) dense[i * n + columns[e]!]! += values[e]!;
  }
  return dense;
}

/** A·x */
export function times({ m, starts, columns, values }: Rows, x: Float64Array): Float64Array {
  const to = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    let sum = 0;
    for (let e = starts[i]!; e < starts[i + 1]!; e++) sum += values[e]! * x[columns[e]!]!;
    to[i] = sum;
  }
  return to;
}

/** Aᵀ·y */
export function transposedTimes({ m, n, starts, columns, values }: Rows, y: Float64Array): Float64Array {
  const to = new Float64Array(n);
  for (let i = 0; i < m; i++) {
    const weight = y[i]!;
    if (weight === 0) continue;
    for (let e = starts[i]!; e < starts[i + 1]!; e++) to[columns[e]!]! += weight * values[e]!;
  }
  return to;
}
