// Rows grouped by score, the one thing that all curves and areas are made of.
import type { BinaryScores } from "./binary-scores.ts";
import { descendingOrder } from "./descending-order.ts";
import { exactSum } from "./exact-sum.ts";

/** One entry per distinct score, largest first. */
export interface Ranking {
  readonly scores: Float64Array;
  /** Weight of the positive and of the negative rows that have this score. */
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/** Equal scores form one entry: no order among them can be told. Weights inside of one are summed with one rounding. */
export function rank({ isPositive, scores, weights }: BinaryScores): Ranking {
  const rows = scores.length;
  const order = descendingOrder(scores);
  const distinct = new Float64Array(rows);
  const positives = new Float64Array(rows);
  const negatives = new Float64Array(rows);
  const [first = 1] = weights;
  const isEven = weights.every((weight) => weight === first);
  // One pass in random order over the rows, which is most of the cost; what follows reads in sequence.
  for (let i = 0; i < rows; i++) {
    const row = order[i]!;
    distinct[i] = scores[row]! + 0; // −0 reads as 0
    const weight = isEven ? first : weights[row]!;
    if (isPositive[row] === 1) positives[i] = weight;
    else negatives[i] = weight;
  }
  let groups = 0;
  for (let start = 0; start < rows; ) {
    const score = distinct[start]!;
    let end = start + 1;
    while (end < rows && distinct[end] === score) end++;
    // In place: entry `groups` is at or before `start`, which is read no more. Most groups are one row, which needs no sum.
    distinct[groups] = score;
    positives[groups] = end === start + 1 ? positives[start]! : exactSum(positives, start, end);
    negatives[groups] = end === start + 1 ? negatives[start]! : exactSum(negatives, start, end);
    groups++;
    start = end;
  }
  return {
    scores: distinct.slice(0, groups),
    positives: positives.slice(0, groups),
    negatives: negatives.slice(0, groups),
  };
}

/** Running sums. */
export function cumulative(weights: Float64Array): Float64Array {
  let sum = 0;
  return weights.map((weight) => (sum += weight));
}

/**
 * Area under ROC: each group of equal scores stands above all positives before it, and half of its own.
 *
 *     Σ_g N_g·(P_before + ½P_g) / (P·N) = P(score of a positive > score of a negative) + ½P(equal)
 */
export function areaUnderRoc({ positives, negatives }: Ranking): number {
  let before = 0;
  const terms = negatives.map((negative, g) => {
    const term = negative * (before + positives[g]! / 2);
    before += positives[g]!;
    return term;
  });
  return exactSum(terms) / (exactSum(positives) * exactSum(negatives));
}

/** Σ (R_k − R_{k−1})·P_k over thresholds descending: steps, because precision between two points is not linear in recall. */
export function stepArea({ positives, negatives }: Ranking): number {
  const tp = cumulative(positives);
  const fp = cumulative(negatives);
  return exactSum(positives.map((gain, g) => gain * (tp[g]! / (tp[g]! + fp[g]!)))) / exactSum(positives);
}
