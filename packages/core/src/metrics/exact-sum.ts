// Sums that are rounded once. The order of the terms then changes no bit, so that shuffled rows give the same metric.

/**
 * The sum of `terms[start..end)`, correctly rounded (to nearest, ties to even), whatever the order of the terms.
 *
 * Terms that are not finite, and sums beyond the largest double, give what plain addition gives.
 * Cost: a few additions per term; the number of partial sums is 1 or 2 for terms of like size. Counts and other terms whose
 * plain sum is exact at every step, as the error of each addition shows, need no partial sums.
 * Source: Shewchuk (1997), Adaptive precision floating-point arithmetic, figure 6 (GROW-EXPANSION);
 * the last rounding is that of `math.fsum` in CPython.
 */
export function exactSum(terms: ArrayLike<number>, start = 0, end: number = terms.length): number {
  let sum = 0;
  for (let i = start; i < end; i++) {
    const term = terms[i]!;
    const next = sum + term;
    const added = next - sum;
    // The error of the addition, exactly, whichever is larger (Knuth). NaN, from Infinity, is not 0 either.
    if (sum - (next - added) + (term - added) !== 0) return roundPartials(exactPartials(terms, start, end));
    sum = next;
  }
  return sum;
}

/** The exact sum as numbers whose bits do not overlap, ascending in size: to go on adding without any rounding. */
export function exactPartials(terms: ArrayLike<number>, start = 0, end: number = terms.length): number[] {
  const partials: number[] = [];
  let count = 0; // entries from here on are left over: cutting the list at every term would cost more than the sums
  for (let i = start; i < end; i++) {
    let high = terms[i]!;
    let kept = 0;
    for (let j = 0; j < count; j++) {
      const partial = partials[j]!;
      const sum = high + partial;
      // The error of the addition, exactly, if the larger of the two is subtracted first (Dekker).
      const error = Math.abs(high) < Math.abs(partial) ? high - (sum - partial) : partial - (sum - high);
      if (error !== 0) partials[kept++] = error;
      high = sum;
    }
    if (!Number.isFinite(high)) return [plainSum(terms, start, end)];
    partials[kept++] = high;
    count = kept;
  }
  partials.length = count;
  return partials;
}

function roundPartials(partials: readonly number[]): number {
  let i = partials.length - 1;
  if (i < 0) return 0;
  let high = partials[i--]!;
  let low = 0;
  while (i >= 0) {
    const before = high;
    const next = partials[i--]!;
    high = before + next;
    low = next - (high - before);
    if (low !== 0) break;
  }
  // Half-way case: the partials below decide, because `low` alone was rounded to even.
  if (i >= 0 && Math.sign(low) === Math.sign(partials[i]!)) {
    const doubled = low * 2;
    const candidate = high + doubled;
    if (doubled === candidate - high) return candidate;
  }
  return high;
}

function plainSum(terms: ArrayLike<number>, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += terms[i]!;
  return sum;
}
