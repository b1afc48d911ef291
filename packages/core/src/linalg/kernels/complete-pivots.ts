// Which rows and columns of a matrix span it: elimination with complete pivoting.

export interface CompletePivots {
  /** Orders of rows and columns: the first `rank` of both make a block that is well away from singular. */
  readonly rows: number[];
  readonly columns: number[];
  readonly rank: number;
  /** det of both permutations together. */
  readonly parity: 1 | -1;
}

/**
 * The leading block of P·A·Q by the size of its pivots
 *
 * Given:    A, n × n by rows; `tolerance`: pivots at most this share of the first do not count
 * Returns:  the two orders, how many pivots count, and the sign of the exchanges
 * Method:   Gaussian elimination; each pivot is the largest entry that is left, the first of equals. Golub & Van Loan (2013),
 *           section 3.4.8
 * Cost:     2n³/3 flops and n³/3 comparisons
 * Tests:    ranks of products; the determinant of the ordered matrix is parity times that of A
 */
export function completePivots(A: Float64Array, n: number, tolerance: number): CompletePivots {
  const F = A.slice();
  const rows = Array.from({ length: n }, (_, i) => i);
  const columns = rows.slice();
  let parity: 1 | -1 = 1;
  let limit = 0;
  for (let k = 0; k < n; k++) {
    let [p, q] = [k, k];
    for (let i = k; i < n; i++) {
      for (let j = k; j < n; j++) if (Math.abs(entry(i, j)) > Math.abs(entry(p, q))) [p, q] = [i, j];
    }
    const pivot = entry(p, q);
    if (k === 0) limit = tolerance * Math.abs(pivot);
    if (!(Math.abs(pivot) > limit)) return { rows, columns, rank: k, parity };
    if ((p === k) !== (q === k)) parity = parity === 1 ? -1 : 1;
    [rows[k], rows[p]] = [rows[p]!, rows[k]!];
    [columns[k], columns[q]] = [columns[q]!, columns[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = entry(i, k) / pivot;
      const to = rows[i]! * n;
      for (let j = k + 1; j < n; j++) F[to + columns[j]!]! -= factor * entry(k, j);
    }
  }
  return { rows, columns, rank: n, parity };

  function entry(i: number, j: number): number {
    return F[rows[i]! * n + columns[j]!]!;
  }
}
