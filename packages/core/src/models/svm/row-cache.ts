// Rows of a Gram matrix, kept by recency up to a bound.
import type { GramSource } from "./kernel-rows.ts";

export type Row = Float64Array | Float32Array;

/**
 * Rows by recency; the least recent one gives its memory to the next.
 *
 * Rows are f64, or f32 where `single` says so: half the memory, and the objective then is good to about 1e-7.
 * Traps:    a row is valid until as many others as fit have been asked for, at least two
 */
export class RowCache {
  readonly #source: GramSource;
  readonly #most: number;
  readonly #single: boolean;
  /** Insertion order is order of use. */
  readonly #rows = new Map<number, Row>();
  readonly #scratch: Float64Array;

  constructor(source: GramSource, mebibytes: number, single: boolean) {
    this.#source = source;
    this.#single = single;
    this.#most = Math.max(2, Math.floor((mebibytes * 2 ** 20) / (source.n * (single ? 4 : 8))));
    this.#scratch = new Float64Array(single ? source.n : 0);
  }

  row(i: number): Row {
    const known = this.#rows.get(i);
    if (known !== undefined) {
      this.#rows.delete(i);
      this.#rows.set(i, known);
      return known;
    }
    const row = this.#space();
    if (row instanceof Float64Array) this.#source.row(i, row);
    else {
      this.#source.row(i, this.#scratch);
      row.set(this.#scratch);
    }
    this.#rows.set(i, row);
    return row;
  }

  #space(): Row {
    if (this.#rows.size < this.#most) {
      return this.#single ? new Float32Array(this.#source.n) : new Float64Array(this.#source.n);
    }
    const [oldest, row] = this.#rows.entries().next().value!; // `most` is 2 at least
    this.#rows.delete(oldest);
    return row;
  }
}
