// Where the rows of one class stand among those of the other: what the variance of an area is made of.
import { DataError } from "../errors/index.ts";
import type { BinaryScores } from "./binary-scores.ts";
import { descendingOrder } from "./descending-order.ts";
import { exactSum } from "./exact-sum.ts";

/** Counts of won comparisons, a tie as ½; each list in the order of its rows. */
export interface Placements {
  readonly area: number;
  /** Of each positive: over how many negatives it stands. */
  readonly positives: Float64Array;
  /** Of each negative: under how many positives it stands. */
  readonly negatives: Float64Array;
}

/**
 * Placements of all rows in O(n) after one sort, where the definition compares m·n pairs.
 *
 * @throws DataError when a class has one row only: one row has no spread.
 * Source: Sun & Xu (2014), algorithm 2, with counts in place of the difference of two midranks.
 */
export function placements(owner: string, { isPositive, scores }: BinaryScores): Placements {
  const order = descendingOrder(scores);
  const won = new Float64Array(scores.length);
  const m = isPositive.reduce((sum, positive) => sum + positive, 0);
  const n = scores.length - m;
  checkCounts(owner, m, n);
  let [positivesAbove, negativesAbove] = [0, 0];
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start]!]!;
    let end = start;
    let tied = 0; // positives that have this score
    while (end < order.length && scores[order[end]!] === score) tied += isPositive[order[end++]!]!;
    const tiedNegatives = end - start - tied;
    for (let i = start; i < end; i++) {
      const row = order[i]!;
      won[row] = isPositive[row] === 1 ? n - negativesAbove - tiedNegatives / 2 : positivesAbove + tied / 2;
    }
    positivesAbove += tied;
    negativesAbove += tiedNegatives;
    start = end;
  }
  const positives = won.filter((_, row) => isPositive[row] === 1);
  const negatives = won.filter((_, row) => isPositive[row] === 0);
  return { area: exactSum(positives) / (m * n), positives, negatives };
}

/**
 * DeLong's covariance of two areas over the same rows; of one with itself, its variance.
 *
 *     S₁₀/m + S₀₁/n,   S₁₀ = Σ (V₁₀ − A)(V′₁₀ − A′)/(m − 1) over positives, S₀₁ likewise over negatives,
 *     V₁₀ = share of negatives that a positive stands over, V₀₁ = share of positives that a negative stands under
 *
 * Source: DeLong, DeLong & Clarke-Pearson (1988), eq. 4 to 6.
 */
export function areaCovariance(a: Placements, b: Placements): number {
  const [m, n] = [a.positives.length, a.negatives.length];
  const spread = (first: Float64Array, second: Float64Array, others: number) => {
    const products = first.map((won, row) => (won / others - a.area) * (second[row]! / others - b.area));
    return exactSum(products) / (first.length - 1) / first.length;
  };
  return spread(a.positives, b.positives, n) + spread(a.negatives, b.negatives, m);
}

function checkCounts(owner: string, m: number, n: number): void {
  if (m >= 2 && n >= 2) return;
  throw new DataError(
    `${owner}: there are ${m} positive and ${n} negative rows, and the variance of an area needs at least two of each. Use more rows.`,
    { code: "few-rows", received: `${m} and ${n}`, expected: "at least 2 of each class" },
  );
}
