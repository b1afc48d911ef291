// Products of columns, filled as columns enter: coordinate descent then moves sums of the working set, not residuals of all rows.
import { type Columns, dot } from "./columns.ts";

/** G[j, k] = aⱼ·aₖ/S for the columns that were asked for, each at its *slot*. */
export class GramCache {
  readonly #columns: Columns;
  readonly #slots = new Map<number, number>();
  #capacity = 32;
  #values = new Float64Array(32 * 32);

  constructor(columns: Columns) {
    this.#columns = columns;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** Row of slot s at s·stride. Valid until the next `slotOf`. */
  get values(): Float64Array {
    return this.#values;
  }

  get stride(): number {
    return this.#capacity;
  }

  has(j: number): boolean {
    return this.#slots.has(j);
  }

  /** Columns by slot. */
  members(): Int32Array {
    return Int32Array.from(this.#slots.keys());
  }

  slotOf(j: number): number {
    const known = this.#slots.get(j);
    if (known !== undefined) return known;
    const slot = this.#slots.size;
    if (slot === this.#capacity) this.#grow();
    const { n, values, totalWeight } = this.#columns;
    this.#slots.set(j, slot);
    for (const [k, other] of this.#slots) {
      const product = dot(values, j * n, values, k * n, n) / totalWeight;
      this.#values[slot * this.#capacity + other] = product;
      this.#values[other * this.#capacity + slot] = product;
    }
    return slot;
  }

  #grow(): void {
    const wider = new Float64Array(4 * this.#capacity * this.#capacity);
    for (let s = 0; s < this.#capacity; s++) {
      wider.set(this.#values.subarray(s * this.#capacity, (s + 1) * this.#capacity), s * 2 * this.#capacity);
    }
    this.#capacity *= 2;
    this.#values = wider;
  }
}
