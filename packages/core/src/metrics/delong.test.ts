// DeLong's variance, interval and test against the definition over all pairs in exact fractions (origin in the file).
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError, OptionError } from "../errors/index.ts";
import { fold, key, normal } from "../random/index.ts";
import golden from "./golden/intervals.json" with { type: "json" };
import { delongInterval, delongTest, rocAuc } from "./index.ts";
import { normalQuantile, normalTail } from "./normal-distribution.ts";

/** Relative; both sides in f64, the reference rounded once. */
const close = (value: number, expected: number, tolerance = 1e-12) =>
  Math.abs(value - expected) <= tolerance * Math.max(Math.abs(expected), 1e-300);

const rows = fc
  .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
    maxLength: 40,
  })
  .map((list) => [[0, 2, 5], [0, 7, 1], [1, 4, 4], [1, 5, 2], ...list] as (readonly [number, number, number])[])
  .map((list) => ({
    actual: list.map(([label]) => label),
    first: list.map(([, score]) => score / 8),
    second: list.map(([, , score]) => score / 8),
  }));

describe("delongInterval", () => {
  for (const c of golden.delong) {
    it(`${c.name}: areas, variances and the ${c.level} interval`, () => {
      for (const [i, scores] of [c.first, c.second].entries()) {
        const { area, standardError } = delongInterval(c.actual, scores);
        expect(close(area, c.areas[i]!)).toBe(true);
        expect(close(standardError ** 2, c.variances[i]!)).toBe(true);
      }
      const { low, high } = delongInterval(c.actual, c.first, { level: c.level });
      expect([close(low, c.interval[0]!), close(high, c.interval[1]!)]).toEqual([true, true]);
    });
  }

  it("has the area of rocAuc to the last bit, and any monotone map of the scores changes no bit", () => {
    fc.assert(
      fc.property(rows, ({ actual, first }) => {
        const interval = delongInterval(actual, first);
        expect(interval.area).toBe(rocAuc(actual, first));
        expect(
          delongInterval(
            actual,
            first.map((score) => Math.exp(score)),
          ),
        ).toEqual(interval);
      }),
    );
  });

  it("mirrors when the classes change sides", () => {
    fc.assert(
      fc.property(rows, ({ actual, first }) => {
        const a = delongInterval(actual, first, { positive: 1 });
        const b = delongInterval(actual, first, { positive: 0 });
        expect(b.area).toBeCloseTo(1 - a.area, 14);
        expect(b.standardError).toBeCloseTo(a.standardError, 14);
      }),
    );
  });

  it("covers the true area as often as its level says", () => {
    const truth = 1 - normalTail(1 / Math.SQRT2); // of two normals one standard deviation apart
    const runs = 400;
    let covered = 0;
    for (let r = 0; r < runs; r++) {
      const actual = Array.from({ length: 120 }, (_, row) => row % 2);
      const scores = normal(fold(key(1), r), [120])
        .toArray()
        .map((z, row) => z + actual[row]!);
      const { low, high } = delongInterval(actual, scores, { level: 0.9 });
      if (low <= truth && truth <= high) covered++;
    }
    expect(Math.abs(covered / runs - 0.9)).toBeLessThan(4 * Math.sqrt((0.9 * 0.1) / runs));
  });

  it("of separated classes is a point, and one row of a class has no interval", () => {
    expect(delongInterval([0, 0, 1, 1], [1, 2, 3, 4])).toMatchObject({ area: 1, low: 1, high: 1, standardError: 0 });
    expect(() => delongInterval([0, 0, 1], [1, 2, 3])).toThrow(DataError);
    expect(() => delongInterval([0, 0, 1], [1, 2, 3])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: delongInterval: there are 1 positive and 2 negative rows, and the variance of an area needs at least two of each. Use more rows.]`,
    );
    for (const level of [0, 1, 95, Number.NaN]) {
      expect(() => delongInterval([0, 0, 1, 1], [1, 2, 3, 4], { level })).toThrow(OptionError);
    }
  });
});

describe("delongTest", () => {
  for (const c of golden.delong) {
    it(`${c.name}: difference, z and p`, () => {
      const { difference, standardError, z, pValue } = delongTest(c.actual, c.first, c.second);
      const variance = c.variances[0]! + c.variances[1]! - 2 * c.covariance;
      expect(Math.abs(difference - (c.areas[0]! - c.areas[1]!))).toBeLessThan(1e-15);
      expect(close(standardError ** 2, variance)).toBe(true);
      expect(close(z, c.z)).toBe(true);
      expect(close(pValue, c.pValue)).toBe(true);
    });
  }

  it("the goldens tell planted mistakes apart: no covariance, ties as wins, n in place of n − 1", () => {
    const [ties] = golden.delong;
    const { actual, first, second } = ties!;
    const { standardError } = delongTest(actual, first, second);
    expect(close(standardError ** 2, ties!.variances[0]! + ties!.variances[1]!, 1e-3)).toBe(false);
    const broken = first.map((score, row) => score + (actual[row] === 1 ? 1e-9 : 0));
    expect(close(delongInterval(actual, broken).standardError ** 2, ties!.variances[0]!, 1e-3)).toBe(false);
    const m = actual.filter((label) => label === 1).length;
    expect(close((delongInterval(actual, first).standardError ** 2 * (m - 1)) / m, ties!.variances[0]!, 1e-3)).toBe(
      false,
    );
  });

  it("finds no difference between a score and a monotone map of it, and the sign turns with the order", () => {
    fc.assert(
      fc.property(rows, ({ actual, first, second }) => {
        const same = delongTest(
          actual,
          first,
          first.map((score) => 3 * score + 1),
        );
        expect(same).toMatchObject({ difference: 0, standardError: 0, z: 0, pValue: 1 });
        const [ab, ba] = [delongTest(actual, first, second), delongTest(actual, second, first)];
        expect(ba.z + ab.z).toBeCloseTo(0, 10);
        expect(ba.pValue).toBeCloseTo(ab.pValue, 10);
        expect(ab.pValue).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("rejects equal areas as often as the level says, which two intervals side by side do not (planted: no covariance)", () => {
    const runs = 400;
    let [rejected, rejectedApart] = [0, 0];
    for (let r = 0; r < runs; r++) {
      const actual = Array.from({ length: 120 }, (_, row) => row % 2);
      const shared = normal(fold(key(2), r), [120])
        .toArray()
        .map((z, row) => z + actual[row]!);
      const noisy = (seed: number) =>
        normal(fold(key(seed), r), [120], { std: 0.5 })
          .toArray()
          .map((z, row) => z + shared[row]!);
      const [a, b] = [noisy(3), noisy(4)];
      if (delongTest(actual, a, b).pValue <= 0.2) rejected++;
      const [first, second] = [delongInterval(actual, a), delongInterval(actual, b)];
      const apart = Math.abs(first.area - second.area) / Math.hypot(first.standardError, second.standardError);
      if (2 * normalTail(apart) <= 0.2) rejectedApart++;
    }
    const error = Math.sqrt((0.2 * 0.8) / runs);
    expect(Math.abs(rejected / runs - 0.2)).toBeLessThan(4 * error);
    expect(0.2 - rejectedApart / runs).toBeGreaterThan(4 * error);
  });

  it("says Infinity where no score has any spread", () => {
    expect(delongTest([0, 0, 1, 1], [1, 2, 3, 4], [4, 3, 2, 1])).toMatchObject({
      difference: 1,
      z: Infinity,
      pValue: 0,
    });
  });

  it("names the score that is not finite", () => {
    expect(() => delongTest([0, 0, 1, 1], [1, 2, 3, 4], [1, Number.NaN, 3, 4])).toThrow(/second\[1\] is NaN/);
  });
});

describe("the normal distribution", () => {
  it("has tails and quantiles of 40 digits", () => {
    for (const { z, tail } of golden.normalTail) expect(close(normalTail(z), tail, 1e-13)).toBe(true);
    // The level says 1 − 2·tail in f64: at 0.999 that leaves 13 digits of the tail.
    for (const { level, z } of golden.normalQuantile) expect(close(normalQuantile(level), z, 1e-13)).toBe(true);
  });
});
