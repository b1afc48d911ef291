import { DataError, OptionChecker, OptionError } from "../errors/index.ts";
import { readBinaryScores, type ScoreOptions } from "./binary-scores.ts";
import type { Outcomes } from "./class-counts.ts";
import type { Label } from "./label.ts";
import type { Scores } from "./numbers.ts";
import { cumulative, rank } from "./ranking.ts";

/** What a wrong call costs, in any unit; only the ratio decides. */
export interface ThresholdCosts {
  /** Of calling a negative row positive, 0 or more. */
  falsePositive: number;
  /** Of calling a positive row negative, 0 or more. */
  falseNegative: number;
}

/** What is to be as large as possible: a metric by name, minus the costs, or any number made of hits and misses. */
export type ThresholdMetric = "f1" | "youden" | "accuracy" | ThresholdCosts | ((counts: Outcomes) => number);

const metrics: Readonly<Record<"f1" | "youden" | "accuracy", (counts: Outcomes) => number>> = {
  f1: ({ tp, fp, fn }) => (2 * tp) / (2 * tp + fp + fn),
  youden: ({ tp, fp, tn, fn }) => tp / (tp + fn) - fp / (fp + tn),
  accuracy: ({ tp, fp, tn, fn }) => (tp + tn) / (tp + fp + tn + fn),
};

/**
 * The threshold with the best value of a metric, and that value; a row is called positive when its score reaches it.
 *
 *     f1 = 2tp/(2tp + fp + fn)    youden = tp/P − fp/N    accuracy = (tp + tn)/(P + N)
 *     costs: −(falsePositive·fp + falseNegative·fn)
 *
 * A threshold lies midway between two neighboring scores; Infinity calls no row positive, −Infinity all. Ties of the
 * metric go to the higher threshold. Where a metric of your own is NaN the threshold is passed over. Choose a threshold
 * on other rows than those of the evaluation. For calibrated probabilities the costs alone give the threshold:
 * falsePositive/(falsePositive + falseNegative) (Elkan, 2001).
 * @throws DataError as `rocCurve`, and when the metric is NaN at every threshold.
 * @throws OptionError when the metric is unknown, or a cost is missing or negative.
 *
 * @example
 * ```ts
 * import { bestThreshold } from "steepest/metrics";
 *
 * console.log(bestThreshold([0, 0, 1, 1], [0.125, 0.375, 0.625, 0.875], "f1")); // { threshold: 0.5, value: 1 }
 * const costs = { falsePositive: 1, falseNegative: 5 };
 * console.log(bestThreshold([0, 0, 1, 1], [0.2, 0.6, 0.4, 0.8], costs)); // { threshold: 0.3…, value: -1 }
 * ```
 */
export function bestThreshold<L extends Label>(
  actual: readonly L[],
  scores: Scores,
  by: ThresholdMetric,
  options: ScoreOptions<L> = {},
): { threshold: number; value: number } {
  const metric = metricOf(by);
  const ranking = rank(readBinaryScores("bestThreshold", actual, scores, options));
  const tp = [0, ...cumulative(ranking.positives)];
  const fp = [0, ...cumulative(ranking.negatives)];
  const [positives, negatives] = [tp.at(-1)!, fp.at(-1)!];

  let best = { threshold: Number.NaN, value: Number.NaN };
  for (let called = 0; called < tp.length; called++) {
    const [hits, alarms] = [tp[called]!, fp[called]!];
    const value = metric({ tp: hits, fp: alarms, tn: negatives - alarms, fn: positives - hits });
    // Descending thresholds and a strict comparison: of equal values the first, so the higher threshold, stays.
    if (value > best.value || (Number.isNaN(best.value) && !Number.isNaN(value))) {
      best = { threshold: between(ranking.scores, called), value };
    }
  }
  if (!Number.isNaN(best.value)) return best;
  throw new DataError(
    `bestThreshold: the metric is NaN at all ${tp.length} thresholds, so none is best. Return a number from the function.`,
    { code: "metric-nan" },
  );
}

function metricOf(by: ThresholdMetric): (counts: Outcomes) => number {
  if (typeof by === "function") return by;
  if (typeof by === "object" && by !== null) return minusCosts(by);
  if (Object.hasOwn(metrics, by)) return metrics[by];
  throw new OptionError(
    `bestThreshold: the metric "${String(by)}" is unknown. Take "f1", "youden" or "accuracy", or pass costs or a function of tp, fp, tn and fn.`,
    { code: "unknown-metric", option: "by" },
  );
}

function minusCosts(costs: ThresholdCosts): (counts: Outcomes) => number {
  const checker = new OptionChecker("bestThreshold", costs, ["falsePositive", "falseNegative"]);
  for (const name of ["falsePositive", "falseNegative"]) checker.required(name).number(name, 0);
  checker.done();
  return ({ fp, fn }) => 0 - (costs.falsePositive * fp + costs.falseNegative * fn);
}

/** A threshold that calls the `called` largest distinct scores positive and no other. */
function between(descending: Float64Array, called: number): number {
  const least = descending[called - 1];
  const next = descending[called];
  if (least === undefined) return Number.POSITIVE_INFINITY;
  if (next === undefined) return Number.NEGATIVE_INFINITY;
  const middle = least / 2 + next / 2; // the sum could overflow
  return middle > next ? middle : least; // neighbors in floating point have no middle
}
