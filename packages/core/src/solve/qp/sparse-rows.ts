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

/** Entries of a dense matrix that are not 0. */
export function rowsFromDense(m: number, n: number, dense: Float64Array): Rows {
  const at = [...dense.keys()].filter((e) => dense[e] !== 0);
  return rowsFrom(
    m,
    n,
    at.map((e) => Math.floor(e / n)),
    at.map((e) => e % n),
    at.map((e) => dense[e]!),
  );
}

export function toDense({ m, n, starts, columns, values }: Rows): Float64Array {
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
