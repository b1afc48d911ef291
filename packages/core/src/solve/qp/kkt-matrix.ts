// The matrix [P + σI, Aᵀ; A, −diag(d)] of operator splitting and of polishing, by the columns of its upper triangle.
import { SparseLdl, type UpperColumns } from "./sparse-ldl.ts";
import type { Rows } from "./sparse-rows.ts";

export class KktMatrix {
  readonly ldl: SparseLdl;
  readonly #values: Float64Array;
  readonly #n: number;
  /** Places of the n + m diagonal entries. */
  readonly #diagonal: Int32Array;
  readonly #P: Float64Array;

  /** Rows of A are those of `rows`; the diagonal is set by `factor`. */
  constructor(P: Rows, A: Rows) {
    const n = P.n;
    const m = A.m;
    const starts = new Int32Array(n + m + 1);
    const rows: number[] = [];
    const values: number[] = [];
    this.#diagonal = new Int32Array(n + m);
    this.#P = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      let own = 0;
      for (let e = P.starts[j]!; e < P.starts[j + 1]!; e++) {
        const i = P.columns[e]!;
        if (i === j) own += P.values[e]!;
        else if (i < j) {
          rows.push(i);
          values.push(P.values[e]!);
        }
      }
      this.#P[j] = own;
      this.#diagonal[j] = rows.length;
      rows.push(j);
      values.push(own);
      starts[j + 1] = rows.length;
    }
    for (let i = 0; i < m; i++) {
      for (let e = A.starts[i]!; e < A.starts[i + 1]!; e++) {
        rows.push(A.columns[e]!);
        values.push(A.values[e]!);
      }
      this.#diagonal[n + i] = rows.length;
      rows.push(n + i);
      values.push(0);
      starts[n + i + 1] = rows.length;
    }
    this.#n = n;
    this.#values = Float64Array.from(values);
    const pattern: UpperColumns = { n: n + m, starts, rows: Int32Array.from(rows) };
    this.ldl = new SparseLdl(pattern);
  }

  factor(sigma: number, d: (row: number) => number): void {
    for (let k = 0; k < this.#diagonal.length; k++) {
      this.#values[this.#diagonal[k]!] = k < this.#n ? this.#P[k]! + sigma : -d(k - this.#n);
    }
    this.ldl.factor(this.#values);
  }
}
