import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { restoreModel } from "../restore.ts";
import { type ImputeOptions, impute } from "./impute.ts";
import { minMaxScale } from "./min-max-scale.ts";
import { polynomialFeatures } from "./polynomial-features.ts";
import { standardize } from "./standardize.ts";
import type { FittedTransform, Transform } from "./transform.ts";

const X = [
  [1, 10],
  [2, 30],
  [4, 20],
  [7, 60],
];

describe("standardize", () => {
  it("gives mean 0 and population deviation 1", () => {
    const Z = standardize().fit(X).transform(X);
    for (const mean of Z.mean(0).toArray()) expect(Math.abs(mean)).toBeLessThan(1e-15);
    for (const variance of Z.variance(0).toArray()) expect(variance).toBeCloseTo(1, 14);
  });
  it("takes mean and deviation of the training rows to other rows", () => {
    expect(
      standardize()
        .fit([[1], [3]])
        .transform([[5]])
        .toArray(),
    ).toEqual([3]);
  });
  it("makes exact zeros of a constant column, however large", () => {
    const constant = Array.from({ length: 7 }, () => [1e9 + 0.1]);
    expect(standardize().fit(constant).transform(constant).toArray()).toEqual(new Array(7).fill(0));
  });
  it("keeps the deviation of 10⁹ ± 1", () => {
    expect(
      standardize()
        .fit([[1e9 - 1], [1e9 + 1]])
        .transform([[1e9 + 1]])
        .toArray(),
    ).toEqual([1]);
  });
  it("can do one of the two", () => {
    expect(standardize({ scale: false }).fit(X).transform(X).at(0).toArray()).toEqual([-2.5, -20]);
    expect(
      standardize({ mean: false })
        .fit([[1], [3]])
        .transform([[1]])
        .toArray(),
    ).toEqual([1]);
  });
  it("refuses NaN and names its place", () => {
    expect(() =>
      standardize().fit([
        [1, 2],
        [3, NaN],
      ]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: standardize: X[1, 1] is NaN. Impute or drop the row: impute({ strategy: "median" }).]`,
    );
  });
});

describe("minMaxScale", () => {
  it("puts training rows between low and high, ends included", () => {
    const scaled = minMaxScale({ low: -1, high: 1 }).fit(X).transform(X);
    expect(scaled.min(0).toArray()).toEqual([-1, -1]);
    expect(scaled.max(0).toArray()).toEqual([1, 1]);
  });
  it("makes a constant column low", () => {
    expect(
      minMaxScale({ low: 2, high: 3 })
        .fit([[5], [5]])
        .transform([[5], [9]])
        .toArray(),
    ).toEqual([2, 2]);
  });
  it("refuses a range that is none", () => {
    expect(() => minMaxScale({ low: 1 })).toThrow("high must be above low, got 1 and 1.");
  });
});

describe("impute", () => {
  const gaps = [
    [1, NaN],
    [NaN, 5],
    [4, 7],
    [9, 9],
  ];
  const filled = (options: ImputeOptions) => impute(options).fit(gaps).transform(gaps).toNested();
  it("puts in medians, means or a constant", () => {
    expect(filled({})).toEqual([
      [1, 7],
      [4, 5],
      [4, 7],
      [9, 9],
    ]);
    expect(filled({ strategy: "mean" })).toEqual([
      [1, 7],
      [14 / 3, 5],
      [4, 7],
      [9, 9],
    ]);
    expect(filled({ strategy: "constant", value: -1 })).toEqual([
      [1, -1],
      [-1, 5],
      [4, 7],
      [9, 9],
    ]);
  });
  it("takes the middle of two medians", () => {
    expect(
      impute()
        .fit([[1], [2], [4], [9], [NaN]])
        .transform([[NaN]])
        .toArray(),
    ).toEqual([3]);
  });
  it("marks what was missing where training had gaps", () => {
    const transform = impute({ indicator: true }).fit([
      [NaN, 1],
      [2, 3],
    ]);
    expect(transform.names).toEqual(["x0", "x1", "missing(x0)"]);
    expect(transform.transform([[NaN, NaN]]).toArray()).toEqual([2, 2, 1]);
  });
  it("refuses a column without any value, and ∞", () => {
    expect(() =>
      impute().fit([
        [NaN, 1],
        [NaN, 2],
      ]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: impute: column 0 has no value in any of the 2 rows, so nothing can be put in. Drop the column, or use strategy: "constant".]`,
    );
    expect(
      impute({ strategy: "constant" })
        .fit([[NaN], [NaN]])
        .transform([[NaN]])
        .toArray(),
    ).toEqual([0]);
    expect(() => impute().fit([[Infinity]])).toThrow("X[0, 0] is Infinity");
  });
});

describe("polynomialFeatures", () => {
  it("lists products by degree, then by column", () => {
    const { names } = polynomialFeatures({ degree: 3, bias: true }).fit([[1, 1]]);
    expect(names).toEqual(["1", "x0", "x1", "x0^2", "x0*x1", "x1^2", "x0^3", "x0^2*x1", "x0*x1^2", "x1^3"]);
  });
  it("leaves powers out on request", () => {
    const transform = polynomialFeatures({ degree: 3, interactionsOnly: true }).fit([[1, 1, 1]]);
    expect(transform.names).toEqual(["x0", "x1", "x2", "x0*x1", "x0*x2", "x1*x2", "x0*x1*x2"]);
    expect(transform.transform([[2, 3, 5]]).toArray()).toEqual([2, 3, 5, 6, 10, 15, 30]);
  });
  it("has C(d + degree, degree) − 1 columns: 285 for 10 and 3", () => {
    expect(polynomialFeatures({ degree: 3 }).fit([new Array<number>(10).fill(1)]).names).toHaveLength(285);
  });
});

describe("every transform", () => {
  const all: readonly (readonly [string, Transform])[] = [
    ["standardize", standardize()],
    ["minMaxScale", minMaxScale({ low: -2, high: 3 })],
    ["impute", impute({ indicator: true })],
    ["impute by mean", impute({ strategy: "mean" })],
    ["polynomialFeatures", polynomialFeatures({ degree: 3 })],
  ];
  const rows = fc.array(
    fc.record({
      x: fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })),
      weight: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 1, maxLength: 9 },
  );
  for (const [name, transform] of all) {
    it(`${name} counts a weight as so many rows, and leaves out rows of weight 0`, () => {
      fc.assert(
        fc.property(rows, (data) => {
          fc.pre(data.some(({ weight }) => weight > 0));
          const matrix = data.map(({ x }) => [...x]);
          const repeated = data.flatMap(({ x, weight }) => Array.from({ length: weight }, () => [...x]));
          const weighted = transform.fit(matrix, { sampleWeight: data.map(({ weight }) => weight) }).transform(matrix);
          const expected = transform.fit(repeated).transform(matrix).toArray();
          for (const [at, value] of weighted.toArray().entries()) {
            expect(Math.abs(value - expected[at]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
          }
        }),
      );
    });
    it(`${name} is restored bit for bit`, () => {
      fc.assert(
        fc.property(rows, (data) => {
          const matrix = data.map(({ x }) => [...x]);
          const fitted = transform.fit(matrix);
          const back = restoreModel(fitted.state()) as FittedTransform;
          expect(back.names).toEqual(fitted.names);
          expect(back.transform(matrix).toArray()).toEqual(fitted.transform(matrix).toArray());
          expect(JSON.stringify(back)).toBe(JSON.stringify(fitted));
        }),
      );
    });
    it(`${name} refuses rows of another width`, () => {
      expect(() => transform.fit(X).transform([[1]])).toThrow("X has 1 columns, but the model was fitted on 2");
    });
  }
});
