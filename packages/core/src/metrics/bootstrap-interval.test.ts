import { describe, expect, it } from "vitest";
import { array, type NDArray } from "../array/index.ts";
import { DataError, OptionError } from "../errors/index.ts";
import { fold, key, normal } from "../random/index.ts";
import { accuracy, bootstrapInterval, delongInterval, meanSquaredError, rocAuc } from "./index.ts";

const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("bootstrapInterval", () => {
  it("of a mean has the exact standard error, and ends at its quantiles", () => {
    const values = Float64Array.from(normal(key(4), [50]).toArray());
    const { estimate, low, high, standardError } = bootstrapInterval(meanOf, [values], { key: key(1), repeats: 4000 });
    expect(estimate).toBe(meanOf(values));
    // Var of the mean of n draws from the n values: Σ(x − x̄)²/n², with n and not n − 1.
    const exact = Math.sqrt(values.reduce((sum, value) => sum + (value - estimate) ** 2, 0)) / values.length;
    // Four standard errors of a standard deviation of 4000 nearly normal values.
    expect(Math.abs(standardError / exact - 1)).toBeLessThan(4 / Math.sqrt(2 * 4000));
    // Ends of a normal distribution; the 2.5 % quantile of R values has standard error 2.67·σ/√R.
    const reach = 4 * 2.67 * (exact / Math.sqrt(4000));
    expect(Math.abs(low - (estimate - 1.96 * exact))).toBeLessThan(reach + 0.1 * exact); // 0.1: skewness of 50 values
    expect(Math.abs(high - (estimate + 1.96 * exact))).toBeLessThan(reach + 0.1 * exact);
  });

  it("gives equal numbers for equal keys, pinned for every platform", () => {
    const actual = ["a", "b", "b", "a", "b", "a", "a", "b", "a", "b"];
    const predicted = ["a", "b", "a", "a", "b", "a", "b", "b", "a", "a"];
    const interval = bootstrapInterval(accuracy, [actual, predicted], { key: key(7), repeats: 500, level: 0.9 });
    expect(interval).toMatchInlineSnapshot(`
      {
        "estimate": 0.7,
        "high": 0.9,
        "level": 0.9,
        "low": 0.4,
        "standardError": 0.1482731596065837,
        "undefinedRepeats": 0,
      }
    `);
    expect(bootstrapInterval(accuracy, [actual, predicted], { key: key(7), repeats: 500, level: 0.9 })).toEqual(
      interval,
    );
    const other = bootstrapInterval(accuracy, [actual, predicted], { key: key(8), repeats: 500, level: 0.9 });
    expect(other.standardError).not.toBe(interval.standardError);
  });

  it("covers the true mean as often as its level says", () => {
    const samples = 300;
    let covered = 0;
    for (let s = 0; s < samples; s++) {
      const values = Float64Array.from(normal(fold(key(9), s), [40]).toArray());
      const { low, high } = bootstrapInterval(meanOf, [values], { key: fold(key(10), s), repeats: 200, level: 0.9 });
      if (low <= 0 && 0 <= high) covered++;
    }
    // Percentiles of 40 rows are a little narrow: √(39/40) of the width is 0.8 points; four standard errors are 7 points.
    expect(Math.abs(covered / samples - 0.89)).toBeLessThan(4 * Math.sqrt((0.9 * 0.1) / samples));
  });

  it("agrees with DeLong on the standard error of an area", () => {
    const noise = normal(key(2), [200]).toArray();
    const actual = noise.map((_, row) => row % 2);
    const scores = noise.map((value, row) => value + (row % 2));
    const { standardError } = bootstrapInterval(rocAuc, [actual, scores], {
      key: key(3),
      repeats: 1000,
      strata: actual,
    });
    // n − 1 against n, and four standard errors of a standard deviation of 1000 values.
    const ratio = standardError / delongInterval(actual, scores).standardError;
    expect(Math.abs(ratio - Math.sqrt(99 / 100))).toBeLessThan(4 / Math.sqrt(2 * 1000));
  });

  it("keeps the number of rows of each stratum, and all columns of a row together", () => {
    const strata = ["x", "y", "y", "x", "y", "z"];
    const row = array([[0], [1], [2], [3], [4], [5]]);
    const same = (labels: readonly string[], rows: NDArray, numbers: Float32Array) => {
      expect([...labels].sort()).toEqual(["x", "x", "y", "y", "y", "z"]);
      const places = rows.flatten().toArray();
      expect(labels).toEqual(places.map((place) => strata[place]));
      expect([...numbers]).toEqual(places);
      return places.reduce((sum, place) => sum + place, 0);
    };
    const columns = [strata, row, Float32Array.of(0, 1, 2, 3, 4, 5)] as const;
    const { standardError } = bootstrapInterval(same, columns, { key: key(0), repeats: 50, strata });
    expect(standardError).toBeGreaterThan(0);
  });

  it("takes the difference of two models on the same rows as one metric", () => {
    const actual = Float64Array.from(normal(key(5), [60]).toArray());
    const good = actual.map((value) => value + 0.1);
    const bad = actual.map((value) => value + 0.5);
    const gain = (y: Float64Array, a: Float64Array, b: Float64Array) => meanSquaredError(y, b) - meanSquaredError(y, a);
    const { low, high } = bootstrapInterval(gain, [actual, good, bad], { key: key(0), repeats: 100 });
    // Constant errors: 0.25 − 0.01 on every resample.
    expect(low).toBeCloseTo(0.24, 12);
    expect(high).toBeCloseTo(0.24, 12);
  });

  it("counts resamples on which the metric is NaN, and says which resample a metric fails on", () => {
    const actual = [0, 0, 0, 0, 1];
    const scores = [1, 2, 3, 4, 5];
    const undefinedWithoutOnes = (y: readonly number[]) => (y.includes(1) ? 1 : Number.NaN);
    const { undefinedRepeats, low } = bootstrapInterval(undefinedWithoutOnes, [actual], { key: key(0), repeats: 1000 });
    // (4/5)⁵ = 0.328 of the resamples hold no 1; four standard errors of 1000.
    expect(Math.abs(undefinedRepeats / 1000 - 0.8 ** 5)).toBeLessThan(4 * Math.sqrt((0.328 * 0.672) / 1000));
    expect(low).toBe(1);
    const unstratified = () => bootstrapInterval(rocAuc, [actual, scores], { key: key(0) });
    expect(unstratified).toThrow(DataError);
    expect(unstratified).toThrow(/fails on resample \d+: rocAuc: all 5 labels are 0.*strata/);
    expect(bootstrapInterval(rocAuc, [actual, scores], { key: key(0), strata: actual }).low).toBe(1);
  });

  it("refuses columns of different lengths, no rows, a metric without value and impossible options", () => {
    const options = { key: key(0), repeats: 10 };
    expect(() => bootstrapInterval(accuracy, [["a"], ["a", "b"]], options)).toThrow(/has 1 rows but column 1 has 2/);
    expect(() => bootstrapInterval(meanOf, [new Float64Array(0)], options)).toThrow(/no rows/);
    expect(() => bootstrapInterval((_: readonly number[]) => Number.NaN, [[1, 2]], options)).toThrow(/NaN on the data/);
    for (const wrong of [{ repeats: 1 }, { level: 95 }, { stratify: true }]) {
      expect(() => bootstrapInterval(accuracy, [["a"], ["a"]], { ...options, ...wrong })).toThrow(OptionError);
    }
  });
});
