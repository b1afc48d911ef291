import { describe, expect, it } from "vitest";
import { array } from "../array/index.ts";
import { DataError } from "../errors/index.ts";
import { key } from "../random/index.ts";
import { blobs, circles, functionData, linearData, moons, spirals } from "./generated.ts";
import { correlation, moments } from "./statistics.ts";

const column = (X: { toArray(): number[]; shape: readonly number[] }, j: number) =>
  Float64Array.from(X.toArray().filter((_, at) => at % X.shape[1]! === j));

describe("generated data", () => {
  it("is the same for the same key, and another for another", () => {
    const draw = (seed: number) => moons({ samples: 20, noise: 0.3, key: key(seed) }).X.toArray();
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it("moons without noise lie on two half circles", () => {
    const { X, y } = moons({ samples: 7, noise: 0, key: key(0) });
    expect(y).toEqual([0, 0, 0, 0, 1, 1, 1]);
    const points = X.toNested() as [number, number][];
    points.forEach(([a, b], i) => {
      const [u, v] = y[i] === 0 ? [a, b] : [1 - a, 0.5 - b];
      expect(Math.hypot(u, v)).toBeCloseTo(1, 14);
      expect(v).toBeGreaterThanOrEqual(0);
    });
    expect(points[0]).toEqual([1, 0]);
    expect(points[4]).toEqual([0, 0.5]);
  });

  it("circles without noise have radius 1 and the ratio, and no point twice", () => {
    const { X, y } = circles({ samples: 12, noise: 0, key: key(0), ratio: 0.25 });
    const points = X.toNested() as [number, number][];
    points.forEach(([a, b], i) => {
      expect(Math.hypot(a, b)).toBeCloseTo(y[i] === 0 ? 1 : 0.25, 14);
    });
    expect(new Set(points.map(([a, b]) => `${a.toFixed(9)} ${b.toFixed(9)}`)).size).toBe(12);
  });

  it("spirals without noise are opposite arms from 0 to radius 1", () => {
    const { X } = spirals({ samples: 10, noise: 0, key: key(0) });
    const points = X.toNested() as [number, number][];
    for (let i = 0; i < 5; i++) {
      expect(Math.hypot(...points[i]!)).toBeCloseTo(i / 4, 14);
      expect(points[i]![0]).toBeCloseTo(-points[i + 5]![0], 14);
    }
  });

  it("blobs have their centers as means and std as deviation", () => {
    const { X, y } = blobs({
      samples: 20_000,
      centers: [
        [0, 5, -5],
        [10, 0, 0],
      ],
      std: 2,
      key: key(3),
    });
    expect(X.shape).toEqual([20_000, 3]);
    const second = column(X, 0).filter((_, i) => y[i] === 1);
    // five standard errors of a mean and of a deviation of 10⁴ normal numbers
    expect(Math.abs(moments(second).mean - 10)).toBeLessThan(5 * 0.02);
    expect(Math.abs(moments(second).std - 2)).toBeLessThan(5 * 0.0142);
  });

  it("blobs refuse centers with different numbers of coordinates", () => {
    expect(() => blobs({ samples: 4, centers: [[1], [1, 2]], key: key(0) })).toThrow(DataError);
    expect(() => blobs({ samples: 4, centers: [], key: key(0) })).toThrow(DataError);
  });

  it("linearData without noise is exact, and noise does not move the design", () => {
    const options = { samples: 50, coef: [2, -1, 0.5], intercept: 3, key: key(1) };
    const { X, y } = linearData({ ...options, noise: 0 });
    const expected = X.matmul(array([2, -1, 0.5])).add(3);
    expect(y.sub(expected).abs().max().item()).toBeLessThan(1e-13); // another order of additions
    const noisy = linearData({ ...options, noise: 5 });
    expect(noisy.X.toArray()).toEqual(X.toArray());
    expect(noisy.y.toArray()).not.toEqual(y.toArray());
  });

  it("linearData has noise of the asked size, independent of the design", () => {
    const { X, y } = linearData({ samples: 20_000, coef: [0], noise: 3, key: key(4) });
    const noise = Float64Array.from(y.toArray());
    expect(Math.abs(moments(noise).std - 3)).toBeLessThan(5 * 0.015); // five standard errors, 3/√(2n)
    expect(Math.abs(correlation(noise, column(X, 0))!)).toBeLessThan(5 / Math.sqrt(20_000));
  });

  it("linearData has unit variances and correlation ρ^|i − j|", () => {
    const { X } = linearData({ samples: 20_000, coef: [0, 0, 0], noise: 0, correlation: 0.8, key: key(2) });
    const [a, b, c] = [0, 1, 2].map((j) => column(X, j)) as [Float64Array, Float64Array, Float64Array];
    for (const x of [a, b, c]) expect(Math.abs(moments(x).std - 1)).toBeLessThan(5 * 0.005); // 1/√(2n) each
    expect(Math.abs(correlation(a, b)! - 0.8)).toBeLessThan(5 * 0.0026); // (1 − ρ²)/√n
    expect(Math.abs(correlation(a, c)! - 0.64)).toBeLessThan(5 * 0.0042);
  });

  it("functionData without noise is the function, on the interval", () => {
    const { X, y } = functionData({ samples: 30, f: (x) => x * x, low: -1, high: 2, noise: 0, key: key(5) });
    const xs = X.toArray();
    expect(X.shape).toEqual([30, 1]);
    expect(y.toArray()).toEqual(xs.map((x) => x * x));
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...xs)).toBeLessThan(2);
  });

  it("refuses impossible options", () => {
    expect(() => moons({ samples: 0, noise: 0.1, key: key(0) })).toThrow(/samples must be/);
    expect(() => moons({ samples: 5, noise: -1, key: key(0) })).toThrow(/noise must be/);
    expect(() => linearData({ samples: 5, coef: [1], noise: 0, correlation: 1, key: key(0) })).toThrow(/correlation/);
    expect(() => functionData({ samples: 5, f: Math.sin, low: 1, high: 1, noise: 0, key: key(0) })).toThrow(/high/);
  });
});
