// Reductions in the order of the kernels; backend/wasm/loops/accumulators.ts states it.
import type { DType } from "../../program/dtype.ts";
import type { Combine } from "../../program/kernels/kernel.ts";
import { binary } from "./element.ts";

export const CHUNK = 4096;

export function neutralOf(combine: Combine, dtype: DType): number {
  if (combine === "sum") return 0;
  if (combine === "product") return 1;
  const most = combine === "minimum";
  if (dtype === "bool") return most ? 1 : 0;
  if (dtype === "i32") return most ? 2 ** 31 - 1 : -(2 ** 31);
  return most ? Infinity : -Infinity;
}

export function combine(how: Combine, dtype: DType, a: number, b: number): number {
  switch (how) {
    case "sum":
      return binary("add", dtype, a, b) as number;
    case "product":
      return binary("mul", dtype, a, b) as number;
    case "maximum":
      return extremum(a, b, a < b);
    case "minimum":
      return extremum(a, b, b < a);
  }
}

/** Not Math.max: of two zeros the first stays. */
function extremum(a: number, b: number, later: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  return later ? b : a;
}

/** Accumulators of one chunk of a row: element i goes to number i mod 16, of f64 to number i mod 8. */
export class RowAccumulators {
  readonly #how: Combine;
  readonly #dtype: DType;
  readonly #lanes: number[];
  readonly #partials: number[] = [];
  #count = 0;

  constructor(how: Combine, dtype: DType) {
    this.#how = how;
    this.#dtype = dtype;
    this.#lanes = new Array<number>(dtype === "f64" ? 8 : 16);
    this.#clear();
  }

  add(value: number): void {
    if (this.#count === CHUNK) this.#close();
    const lane = this.#count++ % this.#lanes.length;
    this.#lanes[lane] = combine(this.#how, this.#dtype, this.#lanes[lane]!, value);
  }

  result(): number {
    this.#close();
    return pairwise(this.#how, this.#dtype, this.#partials);
  }

  #clear(): void {
    this.#lanes.fill(neutralOf(this.#how, this.#dtype));
    this.#count = 0;
  }

  /** With w = N/4: tⱼ = (aⱼ ∘ aⱼ₊w) ∘ (aⱼ₊₂w ∘ aⱼ₊₃w), then (t₀ ∘ t₂) ∘ (t₁ ∘ t₃), or t₀ ∘ t₁. */
  #close(): void {
    const both = (a: number, b: number): number => combine(this.#how, this.#dtype, a, b);
    const a = this.#lanes;
    const w = a.length / 4;
    const t = Array.from({ length: w }, (_, j) => both(both(a[j]!, a[j + w]!), both(a[j + 2 * w]!, a[j + 3 * w]!)));
    this.#partials.push(w === 4 ? both(both(t[0]!, t[2]!), both(t[1]!, t[3]!)) : both(t[0]!, t[1]!));
    this.#clear();
  }
}

/** Neighbors are combined, an odd one at the end stays, until one is left. */
export function pairwise(how: Combine, dtype: DType, values: readonly number[]): number {
  let level = values;
  while (level.length > 1) {
    const next: number[] = [];
    for (let i = 0; i < level.length; i += 2) {
      next.push(i + 1 < level.length ? combine(how, dtype, level[i]!, level[i + 1]!) : level[i]!);
    }
    level = next;
  }
  return level[0]!;
}
