// Means of columns.

/**
 * x̄ = Σ sᵢxᵢ / Σ sᵢ of each column of rows of d numbers, in two passes: the second adds the mean of what the first left, so
 * that a column of 10⁹ ± 1 keeps its digits and a constant column becomes exact zeros when its mean is taken away.
 */
export function weightedMeans(values: Float64Array, n: number, d: number, weights: Float64Array): Float64Array {
  const means = new Float64Array(d);
  for (let pass = 0; pass < 2; pass++) {
    const sums = new Float64Array(d);
    let total = 0;
    for (let i = 0; i < n; i++) {
      const s = weights[i]!;
      const row = i * d;
      total += s;
      for (let j = 0; j < d; j++) sums[j] = sums[j]! + s * (values[row + j]! - means[j]!);
    }
    for (let j = 0; j < d; j++) means[j] = means[j]! + sums[j]! / total;
  }
  return means;
}
