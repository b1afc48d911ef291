import { describe, expect, it } from "vitest";
import { array, type NDArray, zeros } from "../array/index.ts";
import { DataError, OptionError } from "../errors/index.ts";
import { accuracy, meanSquaredError } from "../metrics/index.ts";
import { fold, key, normal } from "../random/index.ts";
import {
  crossValidate,
  groupKFold,
  kFold,
  nestedCrossValidate,
  oneStandardError,
  permutationTest,
  summarize,
} from "./index.ts";

const mse = ({ actual, predicted }: { actual: NDArray; predicted: NDArray }) => meanSquaredError(actual, predicted);
/** Says slope times the first column. */
const line = (_: NDArray, __: NDArray, slope: number) => ({
  predict: (X: NDArray) => X.at(":", 0).mul(slope),
});
const X = normal(key(1), [24, 1]);
const y = X.flatten()
  .mul(2)
  .add(normal(key(2), [24], { std: 0.5 }));

describe("nestedCrossValidate", () => {
  it("with one candidate is cross-validation", () => {
    const nested = nestedCrossValidate(X, y, {
      candidates: [1.5],
      outer: 4,
      inner: 3,
      fit: line,
      score: mse,
      better: "lower",
    });
    const flat = crossValidate(X, y, { folds: 4, fit: (a, b) => line(a, b, 1.5), scores: { mse } });
    expect(nested.score).toEqual(flat.scores.mse);
    expect(nested.outOfFold.toArray()).toEqual(flat.outOfFold.toArray());
    expect(nested.testedRows).toEqual(flat.testedRows);
  });

  it("chooses on the training part of each outer fold only, and fits all of it", () => {
    const seen: number[][] = [];
    const rows = zeros([12, 1]).add(array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]).reshape(12, 1));
    const { folds } = nestedCrossValidate(rows, rows.flatten(), {
      candidates: ["a", "b"],
      outer: 3,
      inner: 2,
      fit: (trainX) => {
        seen.push(trainX.flatten().toArray());
        return { predict: (test: NDArray) => test.flatten() };
      },
      score: mse,
      better: "lower",
    });
    // Per outer fold: two candidates on two inner folds, then the fit on all eight training rows.
    expect(seen.map((train) => train.length)).toEqual([4, 4, 4, 4, 8, 4, 4, 4, 4, 8, 4, 4, 4, 4, 8]);
    for (const [place, train] of seen.entries()) {
      const { test } = folds[Math.floor(place / 5)]!.split;
      expect(train.filter((row) => test.includes(row))).toEqual([]);
    }
    expect(folds.map(({ candidate }) => candidate)).toEqual(["a", "a", "a"]); // equal scores: the first
  });

  it("on pure noise scores chance where the score that chose is too kind (planted: choice with the test rows in view)", () => {
    const repeats = 40;
    const gaps: number[] = [];
    const flatGaps: number[] = [];
    for (let r = 0; r < repeats; r++) {
      const coins = normal(fold(key(5), r), [40]).toArray();
      const labels = coins.map((z) => (z > 0 ? "heads" : "tails"));
      const noise = normal(fold(key(6), r), [40, 20]);
      const fit = (_: NDArray, __: readonly string[], column: number) => ({
        predict: (rows: NDArray) =>
          rows
            .at(":", column)
            .toArray()
            .map((z) => (z > 0 ? "heads" : "tails")),
      });
      const candidates = Array.from({ length: 20 }, (_, column) => column);
      const score = ({ actual, predicted }: { actual: readonly string[]; predicted: readonly string[] }) =>
        accuracy(actual, predicted);
      const folds = kFold({ folds: 4 });
      const nested = nestedCrossValidate(noise, labels, {
        candidates,
        outer: folds,
        inner: folds,
        fit,
        score,
        better: "higher",
      });
      gaps.push(nested.score.mean - 0.5);
      const flat = candidates.map(
        (column) =>
          crossValidate(noise, labels, { folds, fit: (a, b) => fit(a, b, column), scores: { score } }).scores.score
            .mean,
      );
      flatGaps.push(Math.max(...flat) - 0.5);
    }
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = (values: readonly number[]) =>
      Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (repeats - 1) / repeats);
    expect(Math.abs(mean(gaps))).toBeLessThan(4 * spread(gaps));
    expect(mean(flatGaps)).toBeGreaterThan(4 * spread(flatGaps));
    expect(mean(flatGaps)).toBeGreaterThan(0.1);
  });

  it("keeps groups together in outer and inner folds", () => {
    const groups = Array.from({ length: 24 }, (_, row) => `g${row % 6}`);
    const parts: string[][] = [];
    const tagged = array(Array.from({ length: 24 }, (_, row) => [row]));
    const { folds } = nestedCrossValidate(tagged, y, {
      candidates: [1, 2],
      outer: groupKFold({ folds: 3 }),
      inner: groupKFold({ folds: 2 }),
      groups,
      fit: (trainX, _, slope) => {
        parts.push([
          ...new Set(
            trainX
              .flatten()
              .toArray()
              .map((row) => groups[row]!),
          ),
        ]);
        return { predict: (rows: NDArray) => rows.flatten().mul(slope) };
      },
      score: mse,
      better: "lower",
    });
    expect(parts.map((names) => names.length)).toEqual([2, 2, 2, 2, 4, 2, 2, 2, 2, 4, 2, 2, 2, 2, 4]);
    expect(folds.every(({ split }) => new Set(Array.from(split.test, (row) => groups[row])).size === 2)).toBe(true);
  });

  it("takes the simplest candidate within one standard error when asked, and refuses wrong options", () => {
    const options = { candidates: [1.9, 2], outer: 3, inner: 3, fit: line, score: mse, better: "lower" as const };
    const simple = nestedCrossValidate(X, y, { ...options, choice: "one-standard-error" });
    expect(simple.folds.map(({ candidate }) => candidate)).toEqual([1.9, 1.9, 1.9]);
    expect(() => nestedCrossValidate(X, y, { ...options, candidates: [] })).toThrow(OptionError);
    expect(() => nestedCrossValidate(X, y, { ...options, better: "up" as never })).toThrow(/"higher" or "lower"/);
    expect(() => nestedCrossValidate(X, y, { ...options, score: () => Number.NaN })).toThrow(DataError);
  });
});

describe("oneStandardError", () => {
  const candidates = [
    [12, 8, 10],
    [4, 5, 6],
    [3, 5, 4.9],
    [4, 4, 4.5],
  ].map(summarize);

  it("takes the first within std/√folds of the best, in either direction", () => {
    // Best 4.1667 with error 0.1667: 4.3 is within it, and 5 is not. By hand.
    expect(oneStandardError(candidates, "lower")).toBe(2);
    const negated = candidates.map(({ perFold }) => summarize(perFold.map((value) => -value)));
    expect(oneStandardError(negated, "higher")).toBe(2);
  });

  it("of one fold is the best, and passes over NaN", () => {
    expect(oneStandardError([[3], [1], [1]].map(summarize), "lower")).toBe(1);
    expect(oneStandardError([[Number.NaN], [5]].map(summarize), "lower")).toBe(1);
    expect(() => oneStandardError([[Number.NaN]].map(summarize), "lower")).toThrow(DataError);
  });
});

describe("permutationTest", () => {
  const options = {
    folds: 4,
    fit: (trainX: NDArray, trainY: NDArray) => {
      const x = trainX.flatten();
      const slope = x.mul(trainY).sum().item() / x.mul(x).sum().item();
      return { predict: (rows: NDArray) => rows.flatten().mul(slope) };
    },
    score: mse,
    better: "lower" as const,
    repeats: 49,
    key: key(3),
  };

  it("gives (k + 1)/(n + 1), least where no shuffle is as good", () => {
    const { pValue, permuted, score } = permutationTest(X, y, options);
    expect(permuted).toHaveLength(49);
    expect(Math.min(...permuted)).toBeGreaterThan(score);
    expect(pValue).toBe(1 / 50);
    const worse = permutationTest(X, y, { ...options, better: "higher" });
    expect(worse.pValue).toBe(1);
    expect(worse.permuted).toEqual(permuted);
  });

  it("counts ties as chance: a model that sees nothing has p = 1 (planted: k/n would say 0 for > alone)", () => {
    const blind = { ...options, fit: () => ({ predict: (rows: NDArray) => zeros([rows.shape[0]!]) }) };
    const balanced = permutationTest(X, array(new Array(24).fill(1)), blind);
    expect(balanced.pValue).toBe(1);
  });

  it("is uniform when X says nothing of y: P(p ≤ α) = α for α = k/20", () => {
    const runs = 200;
    let rejected = 0;
    for (let r = 0; r < runs; r++) {
      const noise = normal(fold(key(7), r), [12, 1]);
      const target = normal(fold(key(8), r), [12]);
      const { pValue } = permutationTest(noise, target, { ...options, folds: 2, repeats: 19, key: fold(key(9), r) });
      if (pValue <= 0.2) rejected++;
    }
    expect(Math.abs(rejected / runs - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / runs));
  });

  it("refuses scores that are NaN and wrong options", () => {
    expect(() => permutationTest(X, y, { ...options, score: () => Number.NaN })).toThrow(
      /of the data is NaN in 4 folds/,
    );
    expect(() => permutationTest(X, y, { ...options, repeats: 0 })).toThrow(OptionError);
  });
});
