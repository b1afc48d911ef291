import { OptionChecker } from "../errors/index.ts";
import { readBinaryScores } from "./binary-scores.ts";
import type { Label } from "./label.ts";
import { normalQuantile } from "./normal-distribution.ts";
import type { Scores } from "./numbers.ts";
import { areaCovariance, placements } from "./placements.ts";

export interface DelongOptions<L extends Label> {
  /** The class that high scores speak for; the others are negative. Default: the greater of two labels. */
  positive?: NoInfer<L>;
  /** Share of samples whose interval holds the true value, above 0 and below 1. Default 0.95. */
  level?: number;
}

export interface AreaInterval {
  /** The area of `rocAuc`. */
  readonly area: number;
  readonly standardError: number;
  /** Cut at 0 and 1. */
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/**
 * Confidence interval of the area under the ROC curve by DeLong's variance: area ± z·standardError.
 *
 * The interval is for new rows of the same kind under this fixed model; it knows nothing of other training sets. It is
 * good for a few dozen rows of each class and areas away from 1. Where the classes are separated the variance is 0 and
 * the interval a point: the rows cannot tell how far below 1 the area is. Rows must be independent; when several rows
 * come from one patient it is too narrow.
 * Cost: one sort.
 * @throws DataError as `rocAuc`, and when a class has fewer than two rows.
 * @throws OptionError when `level` is not above 0 and below 1.
 * Source: DeLong, DeLong & Clarke-Pearson (1988); Sun & Xu (2014) for the fast form.
 *
 * @example
 * ```ts
 * import { delongInterval } from "steepest/metrics";
 *
 * const actual = [0, 0, 0, 0, 1, 1, 1, 1];
 * const { area, low, high } = delongInterval(actual, [0.1, 0.2, 0.4, 0.6, 0.3, 0.5, 0.8, 0.9]);
 * console.log(area, low, high); // 0.8125 0.4807… 1
 * ```
 */
export function delongInterval<L extends Label>(
  actual: readonly L[],
  scores: Scores,
  options: DelongOptions<L> = {},
): AreaInterval {
  const { level, binary } = readDelongOptions("delongInterval", options);
  const placed = placements("delongInterval", readBinaryScores("delongInterval", actual, scores, binary));
  const { area } = placed;
  const standardError = Math.sqrt(areaCovariance(placed, placed));
  const reach = normalQuantile(level) * standardError;
  return { area, standardError, low: Math.max(0, area - reach), high: Math.min(1, area + reach), level };
}

/** Weights have no place here: a row of weight 2 is not two independent rows. */
export function readDelongOptions<L extends Label>(
  owner: string,
  options: DelongOptions<L>,
): { level: number; binary: { positive?: NoInfer<L> } } {
  const { positive, level = 0.95 } = options;
  checkLevel(new OptionChecker(owner, options, ["positive", "level"]), level).done();
  return { level, binary: positive === undefined ? {} : { positive } };
}

export function checkLevel(checker: OptionChecker, level: unknown): OptionChecker {
  if (typeof level === "number" && level > 0 && level < 1) return checker;
  return checker.fail("level", `level must lie between 0 and 1, got ${String(level)}: 0.95 for a 95 % interval.`);
}
