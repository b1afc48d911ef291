// Summaries of samples.

export function quantile(sorted, q) {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

export const median = (samples) =>
  quantile(
    [...samples].sort((a, b) => a - b),
    0.5,
  );

/** Minimum, median, 90th percentile and count. */
export function summary(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  return { min: sorted[0], median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9), count: sorted.length };
}
