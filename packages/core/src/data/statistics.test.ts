import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { correlation, type Moments, median, moments } from "./statistics.ts";

/** Whether a way to compute moments keeps the deviation of numbers that lie far from 0. */
function survivesOffset(compute: (values: Float64Array) => Moments): boolean {
  // The deviation of 4, 7, 13, 16 is √22.5; adding 10⁹ does not change it (and is exact in f64).
  const { mean, std } = compute(Float64Array.of(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16));
  return mean === 1e9 + 10 && Math.abs(std - Math.sqrt(22.5)) < 1e-12;
}

describe("moments", () => {
  it("keeps the deviation of numbers far from zero", () => {
    expect(survivesOffset(moments)).toBe(true);
  });

  it("is tested by an example that the one-pass formula fails", () => {
    const onePass = (values: Float64Array): Moments => {
      const n = values.length;
      const mean = values.reduce((a, x) => a + x, 0) / n;
      return { mean, std: Math.sqrt(Math.max(0, values.reduce((a, x) => a + x * x, 0) / n - mean * mean)) };
    };
    const sample = (values: Float64Array): Moments => {
      const { mean, std } = moments(values);
      return { mean, std: std * Math.sqrt(values.length / (values.length - 1)) };
    };
    expect(survivesOffset(onePass)).toBe(false);
    expect(survivesOffset(sample)).toBe(false);
  });

  it("of a constant are the constant and 0", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e100, max: 1e100 }), fc.integer({ min: 1, max: 50 }), (x, n) => {
        const { mean, std } = moments(new Float64Array(n).fill(x));
        expect(Math.abs(mean - x)).toBeLessThanOrEqual(Math.abs(x) * 2 ** -52); // one rounding
        expect(std).toBeLessThanOrEqual(Math.abs(x) * 2 ** -50); // rounding of the mean, n ≤ 50
      }),
    );
  });
});

describe("median", () => {
  it("is the middle, or the mean of the two in the middle", () => {
    expect(median(Float64Array.of(5, 1, 9))).toBe(5);
    expect(median(Float64Array.of(5, 1, 9, 6))).toBe(5.5);
    expect(median(new Float64Array(0))).toBeNaN();
  });
});

describe("correlation", () => {
  it("is ±1 for lines, 0 for a symmetric parabola, and undefined for a constant", () => {
    const x = Float64Array.of(-2, -1, 0, 1, 2);
    expect(
      correlation(
        x,
        x.map((t) => 3 * t + 7),
      ),
    ).toBeCloseTo(1, 14);
    expect(
      correlation(
        x,
        x.map((t) => 1e6 - t),
      ),
    ).toBeCloseTo(-1, 14);
    expect(
      correlation(
        x,
        x.map((t) => t * t),
      ),
    ).toBeCloseTo(0, 14);
    expect(correlation(x, new Float64Array(5).fill(0.1))).toBeUndefined();
  });
});
