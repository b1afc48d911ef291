import { readBinaryScores } from "./binary-scores.ts";
import { type DelongOptions, readDelongOptions } from "./delong-interval.ts";
import type { Label } from "./label.ts";
import { normalQuantile, normalTail } from "./normal-distribution.ts";
import type { Scores } from "./numbers.ts";
import { areaCovariance, placements } from "./placements.ts";

export interface AreaComparison {
  readonly areas: readonly [number, number];
  /** First minus second. */
  readonly difference: number;
  readonly standardError: number;
  /** Interval of the difference. */
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** difference/standardError; 0 when both are 0. */
  readonly z: number;
  /** Two-sided: how often a |z| this large comes up when the true areas are equal. */
  readonly pValue: number;
}

/**
 * DeLong's test of two areas under the ROC curve on the same rows: are two scores of these rows different?
 *
 *     z = (A₁ − A₂)/√(Var A₁ + Var A₂ − 2 Cov(A₁, A₂))
 *
 * Both scores see the same rows, so that their errors go together: the covariance makes the test far sharper than two
 * intervals side by side. Both models must be fitted on other rows; for a model nested in the other and fitted on these rows
 * the test is too shy (Demler, Pencina & D'Agostino, 2012). Where each score separates the classes, one way or the other, all
 * variances are 0; unequal areas then have z = ±Infinity and p = 0, which says that the rows show no spread, not that there is none.
 * Cost: two sorts.
 * @throws DataError as `rocAuc`, and when a class has fewer than two rows.
 * @throws OptionError when `level` is not above 0 and below 1.
 * Source: DeLong, DeLong & Clarke-Pearson (1988); Sun & Xu (2014) for the fast form.
 *
 * @example
 * ```ts
 * import { delongTest } from "steepest/metrics";
 *
 * const actual = [0, 0, 0, 0, 1, 1, 1, 1];
 * const old = [0.1, 0.7, 0.4, 0.6, 0.3, 0.5, 0.8, 0.9];
 * const { difference, pValue } = delongTest(actual, [0.1, 0.2, 0.4, 0.6, 0.3, 0.5, 0.8, 0.9], old);
 * console.log(difference, pValue); // 0.125 0.3864…
 * ```
 */
export function delongTest<L extends Label>(
  actual: readonly L[],
  first: Scores,
  second: Scores,
  options: DelongOptions<L> = {},
): AreaComparison {
  const { level, binary } = readDelongOptions("delongTest", options);
  const read = (scores: Scores, name: string) =>
    placements("delongTest", readBinaryScores("delongTest", actual, scores, binary, "both", name));
  const [a, b] = [read(first, "first"), read(second, "second")];
  const variance = areaCovariance(a, a) + areaCovariance(b, b) - 2 * areaCovariance(a, b);
  // Equal scores leave rounding alone, which may be below 0.
  const rounding = 8 * Number.EPSILON * (areaCovariance(a, a) + areaCovariance(b, b));
  const standardError = variance > rounding ? Math.sqrt(variance) : 0;
  const difference = a.area - b.area;
  const z = difference === 0 ? 0 : difference / standardError;
  const reach = normalQuantile(level) * standardError;
  return {
    areas: [a.area, b.area],
    difference,
    standardError,
    low: difference - reach,
    high: difference + reach,
    level,
    z,
    pValue: 2 * normalTail(Math.abs(z)),
  };
}
