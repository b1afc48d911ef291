import type { AnyArray } from "../array/index.ts";
import { DataError, OptionChecker, SteepestError } from "../errors/index.ts";
import { choose, fold, type Key } from "../random/index.ts";
import { checkLevel } from "./delong-interval.ts";
import { exactSum } from "./exact-sum.ts";
import { checkLabels, checkLengths, type Label, sortedLabels } from "./label.ts";

/** Something with one entry per row: labels, numbers, or an array whose first axis are the rows. */
export type Column = readonly unknown[] | Float64Array | Float32Array | AnyArray;

export interface BootstrapOptions {
  /** Where the draws come from. */
  key: Key;
  /** Number of resamples. Default 2000; fewer make the ends of the interval jump. */
  repeats?: number;
  /** Share of samples whose interval holds the true value, above 0 and below 1. Default 0.95. */
  level?: number;
  /** One name per row, usually the labels: each resample then has as many rows of each name as the data. */
  strata?: readonly Label[];
}

export interface BootstrapInterval {
  /** The metric on the rows as they are. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Standard deviation over the resamples. */
  readonly standardError: number;
  readonly level: number;
  /** Number of resamples on which the metric is NaN and which are left out. */
  readonly undefinedRepeats: number;
}

/**
 * Confidence interval of any metric: rows are drawn anew with replacement, and the middle share `level` of the values stays.
 *
 * Columns are resampled together, so that the difference of two models on the same rows is one more metric:
 * `(actual, a, b) => rocAuc(actual, a) − rocAuc(actual, b)`. The ends are the (1 ∓ level)/2 quantiles, interpolated
 * linearly. Equal keys give equal intervals on every platform, as far as the metric does.
 * The interval is for new rows of the same kind under this fixed model. Rows must be independent; with a dozen rows,
 * or for the largest error, percentiles are too narrow.
 * Cost: `repeats` evaluations of the metric.
 * @throws DataError when the columns differ in length, the metric is NaN on the data or on all resamples, or throws on a
 * resample (says which; with `strata` no class goes missing).
 * @throws OptionError when an option is out of range.
 * Source: Efron & Tibshirani (1993), An introduction to the bootstrap, section 13.3.
 *
 * @example
 * ```ts
 * import { accuracy, bootstrapInterval } from "steepest/metrics";
 * import { key } from "steepest/random";
 *
 * const actual = ["a", "b", "b", "a", "b", "a", "a", "b"];
 * const predicted = ["a", "b", "a", "a", "b", "a", "b", "b"];
 * const { estimate, low, high } = bootstrapInterval(accuracy, [actual, predicted], { key: key(1) });
 * console.log(estimate, low, high); // 0.75 0.375 1
 * ```
 */
export function bootstrapInterval<C extends readonly Column[]>(
  metric: (...columns: C) => number,
  columns: readonly [...C],
  options: BootstrapOptions,
): BootstrapInterval {
  const { key, repeats = 2000, level = 0.95, strata } = options;
  const checker = new OptionChecker("bootstrapInterval", options, ["key", "repeats", "level", "strata"]);
  checkLevel(checker.required("key").integer("repeats", 2), level).done();
  const rows = countRows(columns);
  const groups = rowsOf(rows, strata);
  const estimate = metric(...(columns as readonly Column[] as C));
  if (Number.isNaN(estimate)) throw undefinedMetric("on the data");

  const values: number[] = [];
  for (let r = 0; r < repeats; r++) {
    const drawn = resample(groups, fold(key, r));
    // The same kinds of columns with other rows; the compiler does not see through the tuple.
    const value = evaluate(metric, columns.map((column) => takeRows(column, drawn)) as readonly Column[] as C, r);
    if (!Number.isNaN(value)) values.push(value);
  }
  if (values.length < 2) throw undefinedMetric(`on ${repeats - values.length} of ${repeats} resamples`);
  values.sort((a, b) => a - b);
  const mean = exactSum(values) / values.length;
  return {
    estimate,
    low: quantile(values, (1 - level) / 2),
    high: quantile(values, (1 + level) / 2),
    standardError: Math.sqrt(exactSum(values.map((value) => (value - mean) ** 2)) / (values.length - 1)),
    level,
    undefinedRepeats: repeats - values.length,
  };
}

function countRows(columns: readonly Column[]): number {
  const [first, ...others] = columns.map(lengthOf);
  if (first === undefined || first === 0) {
    throw new DataError("bootstrapInterval: there are no rows. Pass the columns of the metric: [actual, predicted].", {
      code: "empty",
    });
  }
  for (const [i, length] of others.entries()) checkLengths("bootstrapInterval", first, `column ${i + 1}`, length);
  return first;
}

/** Rows by stratum; all in one without strata. */
function rowsOf(rows: number, strata: readonly Label[] | undefined): readonly (readonly number[])[] {
  const all = Array.from({ length: rows }, (_, row) => row);
  if (strata === undefined) return [all];
  checkLabels("bootstrapInterval", "strata", strata);
  checkLengths("bootstrapInterval", rows, "strata", strata.length);
  return sortedLabels(strata).map((label) => all.filter((row) => strata[row] === label));
}

/** As many rows of each group as it has, drawn with replacement. */
function resample(groups: readonly (readonly number[])[], key: Key): number[] {
  return groups.flatMap((rows, g) =>
    choose(fold(key, g), rows.length, rows.length, { replace: true })
      .toArray()
      .map((place) => rows[place]!),
  );
}

function evaluate<C extends readonly Column[]>(metric: (...columns: C) => number, columns: C, repeat: number): number {
  try {
    return metric(...columns);
  } catch (cause) {
    if (!(cause instanceof SteepestError)) throw cause;
    throw new DataError(
      `bootstrapInterval: the metric fails on resample ${repeat}: ${cause.message} Keep every class in each resample with strata, or return NaN where the metric is undefined.`,
      { code: "metric-failed", cause },
    );
  }
}

function isArray(column: Column): column is AnyArray {
  return "shape" in column;
}

function lengthOf(column: Column): number {
  return isArray(column) ? (column.shape[0] ?? 0) : column.length;
}

function takeRows(column: Column, rows: readonly number[]): Column {
  if (isArray(column)) return column.take(rows);
  if (column instanceof Float64Array) return Float64Array.from(rows, (row) => column[row]!);
  if (column instanceof Float32Array) return Float32Array.from(rows, (row) => column[row]!);
  return rows.map((row) => column[row]);
}

/** Linear between the two neighbors of place share·(n − 1): type 7 of Hyndman & Fan (1996). */
function quantile(ascending: readonly number[], share: number): number {
  const place = share * (ascending.length - 1);
  const low = ascending[Math.floor(place)]!;
  const high = ascending[Math.ceil(place)]!;
  return low === high ? low : low + (high - low) * (place - Math.floor(place));
}

function undefinedMetric(where: string): DataError {
  return new DataError(
    `bootstrapInterval: the metric is NaN ${where}, so no interval can be given. Return a number, or resample within classes with strata.`,
    { code: "metric-nan" },
  );
}
