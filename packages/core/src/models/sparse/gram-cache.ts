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
    const others = this.members(); // by slot
    const products = new Float64Array(others.length);
    const whole = others.length - (others.length % 4);
    for (let k = 0; k < whole; k += 4) fourDots(values, j * n, others, k, n, products);
    for (let k = whole; k < others.length; k++) products[k] = dot(values, j * n, values, others[k]! * n, n);
    for (let k = 0; k < others.length; k++) {
      const product = products[k]! / totalWeight;
      this.#values[slot * this.#capacity + k] = product;
      this.#values[k * this.#capacity + slot] = product;
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

/** Products of one column with four others, each in two sums: one load of the column serves all. */
function fourDots(
  values: Float64Array,
  from: number,
  others: Int32Array,
  k: number,
  n: number,
  out: Float64Array,
): void {
  const a = others[k]! * n;
  const b = others[k + 1]! * n;
  const c = others[k + 2]! * n;
  const d = others[k + 3]! * n;
  let [a0, b0, c0, d0, a1, b1, c1, d1] = [0, 0, 0, 0, 0, 0, 0, 0];
  const even = n - (n % 2);
  for (let i = 0; i < even; i += 2) {
    const x = values[from + i]!;
    const y = values[from + i + 1]!;
    a0 += x * values[a + i]!;
    b0 += x * values[b + i]!;
    c0 += x * values[c + i]!;
    d0 += x * values[d + i]!;
    a1 += y * values[a + i + 1]!;
    b1 += y * values[b + i + 1]!;
    c1 += y * values[c + i + 1]!;
    d1 += y * values[d + i + 1]!;
  }
  if (even < n) {
    const x = values[from + even]!;
    a0 += x * values[a + even]!;
    b0 += x * values[b + even]!;
    c0 += x * values[c + even]!;
    d0 += x * values[d + even]!;
  }
  out[k] = a0 + a1;
  out[k + 1] = b0 + b1;
  out[k + 2] = c0 + c1;
  out[k + 3] = d0 + d1;
}
