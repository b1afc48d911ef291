// Agreement of two labelings beyond chance, from the matrix of counts.
import { exactSum } from "./exact-sum.ts";

/**
 * Matthews' correlation coefficient of K classes: the correlation of the two labelings, from −1 to 1.
 *
 *     (c·s − Σ pₖtₖ) / √((s² − Σ pₖ²)(s² − Σ tₖ²))          c hits, s rows, pₖ predicted as k, tₖ of class k
 *
 * NaN when all rows are of one class or predicted as one (0/0).
 * Source: Gorodkin (2004), Comparing two K-category assignments by a K-category correlation coefficient, eq. 8.
 */
export function matthews(counts: readonly (readonly number[])[]): number {
  const { hits, size, actual, predicted } = margins(counts);
  const covariance = hits * size - exactSum(predicted.map((p, k) => p * actual[k]!));
  // s² − Σpₖ² = Σ pₖ(s − pₖ), which does not cancel when one class is nearly all.
  const spread = (sums: readonly number[]) => exactSum(sums.map((p) => p * (size - p)));
  const product = spread(predicted) * spread(actual);
  return product === 0 ? Number.NaN : Math.max(-1, Math.min(1, covariance / Math.sqrt(product)));
}

/**
 * Cohen's κ with disagreement weights wᵢⱼ: 1 − Σ wᵢⱼ·Cᵢⱼ / Σ wᵢⱼ·tᵢpⱼ/s.
 *
 * NaN when nothing can disagree by chance (0/0).
 * Source: Cohen (1968), Weighted kappa, eq. 8; with wᵢⱼ = 1 off the diagonal it is (pₒ − pₑ)/(1 − pₑ) of Cohen (1960).
 */
export function kappaOf(
  counts: readonly (readonly number[])[],
  weight: (i: number, j: number) => number = (i, j) => (i === j ? 0 : 1),
): number {
  const { size, actual, predicted } = margins(counts);
  const seen = exactSum(counts.flatMap((line, i) => line.map((count, j) => weight(i, j) * count)));
  const byChance = exactSum(actual.flatMap((t, i) => predicted.map((p, j) => weight(i, j) * t * p)));
  return byChance === 0 ? Number.NaN : 1 - (seen * size) / byChance;
}

function margins(counts: readonly (readonly number[])[]): {
  hits: number;
  size: number;
  actual: number[];
  predicted: number[];
} {
  return {
    hits: exactSum(counts.map((line, k) => line[k]!)),
    size: exactSum(counts.flat()),
    actual: counts.map((line) => exactSum(line)),
    predicted: counts.map((_, k) => exactSum(counts.map((line) => line[k]!))),
  };
}
