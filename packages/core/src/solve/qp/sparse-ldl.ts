// LDLᵀ of sparse quasi-definite matrices: one ordering and one symbolic analysis, any number of numeric factorizations.

/** The upper triangle by columns: entries of column j at starts[j] … starts[j + 1] − 1, rows ≤ j in any order. */
export interface UpperColumns {
  readonly n: number;
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/**
 * K = Pᵀ·L·D·Lᵀ·P for symmetric quasi-definite K
 *
 * Given:    the pattern of the upper triangle once, values as often as they change
 * Returns:  solutions of K·x = b in place
 * Method:   minimum-degree ordering on the quotient graph; elimination tree and column counts; up-looking numeric phase,
 *           Davis (2005), algorithm 849. Quasi-definite matrices have LDLᵀ for every ordering, Vanderbei (1995).
 * Cost:     2·Σ|column of L|² flops
 * Traps:    a pivot that vanishes is replaced by ±1e-13 of its sign; callers regularize, and refine solutions
 */
export class SparseLdl {
  readonly n: number;
  readonly #order: Int32Array;
  /** Where each given value goes in the permuted upper triangle. */
  readonly #target: Int32Array;
  readonly #starts: Int32Array;
  readonly #rows: Int32Array;
  readonly #parent: Int32Array;
  readonly #columnStarts: Int32Array;
  readonly #columnRows: Int32Array;
  readonly #columnValues: Float64Array;
  readonly #diagonal: Float64Array;

  constructor(pattern: UpperColumns) {
    const { n } = pattern;
    this.n = n;
    this.#order = minimumDegree(pattern);
    const place = new Int32Array(n);
    this.#order.forEach((old, fresh) => {
      place[old] = fresh;
    });
    const count = pattern.rows.length;
    const columnOf = new Int32Array(count);
    const rowOf = new Int32Array(count);
    const starts = new Int32Array(n + 1);
    for (let j = 0; j < n; j++) {
      for (let e = pattern.starts[j]!; e < pattern.starts[j + 1]!; e++) {
        const a = place[pattern.rows[e]!]!;
        const b = place[j]!;
        rowOf[e] = Math.min(a, b);
        columnOf[e] = Math.max(a, b);
        starts[columnOf[e]! + 1]!++;
      }
    }
    for (let j = 0; j < n; j++) starts[j + 1]! += starts[j]!;
    const next = starts.slice(0, n);
    this.#target = new Int32Array(count);
    this.#rows = new Int32Array(count);
    for (let e = 0; e < count; e++) {
      const to = next[columnOf[e]!]!++;
      this.#target[e] = to;
      this.#rows[to] = rowOf[e]!;
    }
    this.#starts = starts;
    // elimination tree and column counts
    const parent = new Int32Array(n).fill(-1);
    const flag = new Int32Array(n).fill(-1);
    const counts = new Int32Array(n);
    for (let j = 0; j < n; j++) {
      flag[j] = j;
      for (let e = starts[j]!; e < starts[j + 1]!; e++) {
        for (let i = this.#rows[e]!; flag[i] !== j; i = parent[i]!) {
          if (parent[i] === -1) parent[i] = j;
          counts[i]!++;
          flag[i] = j;
        }
      }
    }
    this.#parent = parent;
    this.#columnStarts = new Int32Array(n + 1);
    for (let j = 0; j < n; j++) this.#columnStarts[j + 1] = this.#columnStarts[j]! + counts[j]!;
    this.#columnRows = new Int32Array(this.#columnStarts[n]!);
    this.#columnValues = new Float64Array(this.#columnStarts[n]!);
    this.#diagonal = new Float64Array(n);
  }

  /** Entries of L below the diagonal. */
  get fill(): number {
    return this.#columnRows.length;
  }

  /** Values in the order of the pattern. Returns how many pivots are negative. */
  factor(values: Float64Array): number {
    const { n } = this;
    const starts = this.#starts;
    const rows = this.#rows;
    const parent = this.#parent;
    const first = this.#columnStarts;
    const L = this.#columnValues;
    const index = this.#columnRows;
    const D = this.#diagonal;
    const permuted = new Float64Array(values.length);
    for (let e = 0; e < values.length; e++) permuted[this.#target[e]!] = values[e]!;
    const filled = new Int32Array(n);
    const y = new Float64Array(n);
    const pattern = new Int32Array(n);
    const flag = new Int32Array(n).fill(-1);
    let negative = 0;
    for (let k = 0; k < n; k++) {
      let top = n;
      flag[k] = k;
      for (let e = starts[k]!; e < starts[k + 1]!; e++) {
        let i = rows[e]!;
        y[i]! += permuted[e]!;
        let length = 0;
        for (; flag[i] !== k; i = parent[i]!) {
          pattern[length++] = i;
          flag[i] = k;
        }
        while (length > 0) pattern[--top] = pattern[--length]!;
      }
      let d = y[k]!;
      y[k] = 0;
      for (; top < n; top++) {
        const i = pattern[top]!;
        const yi = y[i]!;
        y[i] = 0;
        const end = first[i]! + filled[i]!;
        for (let p = first[i]!; p < end; p++) y[index[p]!]! -= L[p]! * yi;
        const l = yi / D[i]!;
        d -= l * yi;
        index[end] = k;
        L[end] = l;
        filled[i]!++;
      }
      if (Math.abs(d) < 1e-13) d = d < 0 ? -1e-13 : 1e-13;
      D[k] = d;
      if (d < 0) negative++;
    }
    return negative;
  }

  /** b ← K⁻¹·b */
  solve(b: Float64Array): void {
    const { n } = this;
    const first = this.#columnStarts;
    const index = this.#columnRows;
    const L = this.#columnValues;
    const x = new Float64Array(n);
    for (let k = 0; k < n; k++) x[k] = b[this.#order[k]!]!;
    for (let j = 0; j < n; j++) {
      const value = x[j]!;
      if (value === 0) continue;
      for (let p = first[j]!; p < first[j + 1]!; p++) x[index[p]!]! -= L[p]! * value;
    }
    for (let j = n - 1; j >= 0; j--) {
      let sum = x[j]! / this.#diagonal[j]!;
      for (let p = first[j]!; p < first[j + 1]!; p++) sum -= L[p]! * x[index[p]!]!;
      x[j] = sum;
    }
    for (let k = 0; k < n; k++) b[this.#order[k]!] = x[k]!;
  }
}

/**
 * The order of elimination by least (approximate) degree; eliminated variables become elements that stand for their cliques.
 *
 * Degrees are bounded as in Amestoy, Davis & Duff (1996), without supervariables.
 */
export function minimumDegree({ n, starts, rows }: UpperColumns): Int32Array {
  const neighbors: Set<number>[] = Array.from({ length: n }, () => new Set());
  const elements: Set<number>[] = Array.from({ length: n }, () => new Set());
  for (let j = 0; j < n; j++) {
    for (let e = starts[j]!; e < starts[j + 1]!; e++) {
      const i = rows[e]!;
      if (i === j) continue;
      neighbors[i]!.add(j);
      neighbors[j]!.add(i);
    }
  }
  const members: (number[] | undefined)[] = new Array(n);
  const degree = Int32Array.from(neighbors, (set) => set.size);
  // buckets of variables by degree
  const buckets: Set<number>[] = Array.from({ length: n + 1 }, () => new Set());
  for (let i = 0; i < n; i++) buckets[degree[i]!]!.add(i);
  const order = new Int32Array(n);
  const done = new Uint8Array(n);
  let least = 0;
  for (let k = 0; k < n; k++) {
    while (buckets[least]!.size === 0) least++;
    const pivot = buckets[least]!.values().next().value as number;
    buckets[least]!.delete(pivot);
    done[pivot] = 1;
    order[k] = pivot;
    const clique = new Set<number>();
    for (const i of neighbors[pivot]!) if (done[i] === 0) clique.add(i);
    for (const e of elements[pivot]!) {
      for (const i of members[e] ?? []) if (done[i] === 0) clique.add(i);
      members[e] = undefined; // absorbed
    }
    members[pivot] = [...clique];
    neighbors[pivot]!.clear();
    for (const i of clique) {
      const own = neighbors[i]!;
      own.delete(pivot);
      for (const other of own) if (clique.has(other)) own.delete(other);
      let bound = own.size + clique.size - 1;
      for (const e of elements[i]!) {
        const part = members[e];
        if (part === undefined) elements[i]!.delete(e);
        else bound += part.length - 1;
      }
      elements[i]!.add(pivot);
      const next = Math.min(bound, n - k - 2);
      buckets[degree[i]!]!.delete(i);
      degree[i] = Math.max(0, next);
      buckets[degree[i]!]!.add(i);
      if (degree[i]! < least) least = degree[i]!;
    }
    if (clique.size === 0) continue;
    least = Math.max(0, Math.min(least, clique.size - 1));
  }
  return order;
}
