// A sum that is rounded once, over terms that come one after the other.

/**
 * The sum of all terms, correctly rounded, whatever their order: that of `exactSum` of the library, without keeping the terms.
 * Source: Shewchuk (1997), Adaptive precision floating-point arithmetic, figure 6 (GROW-EXPANSION); the last rounding is that of
 * `math.fsum` in CPython.
 */
export class RunningSum {
  /** Numbers whose bits do not overlap, ascending in size. */
  #partials: number[] = [];
  /** What plain addition gives, for terms that are not finite. */
  #plain = 0;

  add(term: number): void {
    this.#plain += term;
    const partials = this.#partials;
    let high = term;
    let kept = 0;
    for (let j = 0; j < partials.length; j++) {
      const partial = partials[j]!;
      const sum = high + partial;
      // the error of the addition, exactly, if the larger of the two is subtracted first (Dekker)
      const error = Math.abs(high) < Math.abs(partial) ? high - (sum - partial) : partial - (sum - high);
      if (error !== 0) partials[kept++] = error;
      high = sum;
    }
    partials[kept++] = high;
    partials.length = kept;
  }

  get value(): number {
    if (!Number.isFinite(this.#plain)) return this.#plain;
    const partials = this.#partials;
    let i = partials.length - 1;
    if (i < 0) return 0;
    let high = partials[i--]!;
    let low = 0;
    while (i >= 0 && low === 0) {
      const before = high;
      const next = partials[i--]!;
      high = before + next;
      low = next - (high - before);
    }
    // half-way case: the partials below decide, because `low` alone was rounded to even
    if (i >= 0 && Math.sign(low) === Math.sign(partials[i]!)) {
      const doubled = low * 2;
      const candidate = high + doubled;
      if (doubled === candidate - high) return candidate;
    }
    return high;
  }
}
