import { describe, expect, it } from "vitest";
import { arange, array, type NDArray, zeros } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";
import { meanSquaredError } from "../metrics/index.ts";
import { fold, key, normal } from "../random/index.ts";
import { crossValidate, kFold, learningCurve, validationCurve } from "./index.ts";

const rowsOf = (X: NDArray) => X.flatten().toArray();
const meanModel = (_: NDArray, y: NDArray) => {
  const mean = y.mean().item();
  return { predict: (X: NDArray) => zeros([X.shape[0]!]).add(mean) };
};
const mse = ({ actual, predicted }: { actual: NDArray; predicted: NDArray }) => meanSquaredError(actual, predicted);

describe("learningCurve", () => {
  it("nests the training sets, keeps the test folds, and scores training on the part that was used", () => {
    const X = arange(20).astype("f64").reshape(20, 1);
    const trained: number[][] = [];
    const tested: number[][] = [];
    const curve = learningCurve(X, X.flatten(), {
      sizes: [3, 8, 15],
      folds: 4,
      fit: (trainX) => {
        trained.push(rowsOf(trainX));
        return { predict: (rows: NDArray) => rows.flatten() };
      },
      score: ({ X }) => {
        tested.push(rowsOf(X));
        return X.shape[0]!;
      },
    });
    expect(curve.map(({ x, train, test }) => [x, train.mean, test.mean])).toEqual([
      [3, 3, 5],
      [8, 8, 5],
      [15, 15, 5],
    ]);
    for (let f = 0; f < 4; f++) {
      const [small, middle, large] = [trained[f]!, trained[4 + f]!, trained[8 + f]!];
      expect(small.every((row) => middle.includes(row))).toBe(true);
      expect(middle.every((row) => large.includes(row))).toBe(true);
      // Scores come in pairs, test before training.
      expect(tested[2 * f]).toEqual([0, 1, 2, 3, 4].map((row) => 5 * f + row));
      expect(tested[8 + 2 * f]).toEqual(tested[2 * f]);
      expect(tested[2 * f + 1]).toEqual(small);
    }
  });

  it("at full size is cross-validation, whatever the key", () => {
    const y = normal(key(1), [12]);
    const X = zeros([12, 1]);
    const whole = crossValidate(X, y, { folds: 3, fit: meanModel, scores: { mse } });
    const [point] = learningCurve(X, y, { sizes: [8], folds: 3, fit: meanModel, score: mse, key: key(5) });
    expect(point?.test).toEqual(whole.scores.mse);
    expect(point?.train).toEqual(whole.trainScores.mse);
  });

  it("of the mean: training error σ²(1 − 1/m) rises, test error σ²(1 + 1/m) falls", () => {
    const sizes = [2, 5, 20];
    const repeats = 200;
    const sums = sizes.map(() => ({ train: [] as number[], test: [] as number[] }));
    for (let r = 0; r < repeats; r++) {
      const y = normal(fold(key(8), r), [30]);
      const options = { sizes, folds: kFold({ folds: 3 }), fit: meanModel, score: mse, key: fold(key(9), r) };
      for (const [i, point] of learningCurve(zeros([30, 1]), y, options).entries()) {
        sums[i]!.train.push(point.train.mean);
        sums[i]!.test.push(point.test.mean);
      }
    }
    for (const [i, m] of sizes.entries()) {
      for (const [values, expected] of [
        [sums[i]!.train, 1 - 1 / m],
        [sums[i]!.test, 1 + 1 / m],
      ] as const) {
        const mean = values.reduce((sum, v) => sum + v, 0) / repeats;
        const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (repeats - 1);
        // Fixed seed; three standard errors of the simulation.
        expect(Math.abs(mean - expected)).toBeLessThan(3 * Math.sqrt(variance / repeats));
      }
    }
  });

  it("takes shares of the smallest training part, and refuses impossible sizes", () => {
    const options = { folds: 4, fit: meanModel, score: mse };
    const curve = learningCurve(zeros([20, 1]), arange(20).astype("f64"), { ...options, sizes: [0.2, 0.999, 15] });
    expect(curve.map(({ x }) => x)).toEqual([3, 14, 15]);
    for (const size of [0, -1, 2.5, 16]) {
      const call = () => learningCurve(zeros([20, 1]), zeros([20]), { ...options, sizes: [size] });
      expect(call).toThrow(OptionError);
      expect(call).toThrow(/from 1 to 15, the smallest training part/);
    }
  });
});

describe("validationCurve", () => {
  it("fits each value on the same folds", () => {
    const X = array([[1], [2], [3], [4]]);
    const seen: (readonly [number, number[]])[] = [];
    const curve = validationCurve(X, array([2, 4, 6, 8]), {
      values: [1, 2, 3],
      folds: kFold({ folds: 2, key: key(3) }),
      fit: (trainX, _, slope) => {
        seen.push([slope, rowsOf(trainX)]);
        return { predict: (rows: NDArray) => rows.flatten().mul(slope) };
      },
      score: mse,
    });
    expect(curve.map(({ x, test }) => [x, test.mean])).toEqual([
      [1, 7.5],
      [2, 0],
      [3, 7.5],
    ]);
    expect(seen.map(([slope]) => slope)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(seen[2]![1]).toEqual(seen[0]![1]);
    expect(seen[5]![1]).toEqual(seen[1]![1]);
  });

  it("stops when the signal is aborted", () => {
    const signal = AbortSignal.abort(new Error("enough"));
    const options = { values: [1], folds: 2, fit: meanModel, score: mse, signal };
    expect(() => validationCurve(zeros([4, 1]), zeros([4]), options)).toThrow("enough");
  });
});
