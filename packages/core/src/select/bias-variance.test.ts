// The decomposition against the closed form (50 digits, origin in the file): exactly for linear smoothers, within standard
// errors where it is simulated.
import { describe, expect, it } from "vitest";
import { array, concat, linspace, type NDArray, ones, zeros } from "../array/index.ts";
import { DataError, OptionError, ShapeError } from "../errors/index.ts";
import { qr } from "../linalg/index.ts";
import { linearRegression } from "../models/index.ts";
import { fold, key, normal } from "../random/index.ts";
import { decompose } from "./bias-variance.ts";
import golden from "./golden/bias-variance.json" with { type: "json" };
import {
  biasVariance,
  bootstrapBiasVariance,
  linearSmootherBiasVariance,
  linearSmootherErrors,
  ridgeSmoother,
} from "./index.ts";

const tolerance = 1e-12; // absolute, as the reference says

const n = 25;
const noiseVariance = 0.09;
const points = linspace(0, 1, n);
const truth = (X: NDArray) =>
  X.flatten()
    .mul(2 * Math.PI)
    .sin();
const f = truth(points);

/** Orthonormal polynomials up to a degree at the design points: QR of Chebyshev polynomials, which are well conditioned. */
function polynomials(degree: number): NDArray {
  const t = points.mul(2).sub(1);
  const columns = [ones([n]), t];
  while (columns.length <= degree) columns.push(t.mul(2).mul(columns.at(-1)!).sub(columns.at(-2)!));
  return qr(
    concat(
      columns.slice(0, degree + 1).map((column) => column.reshape(n, 1)),
      1,
    ),
  ).Q;
}
const hat = (degree: number, shrink = 1) => {
  const Q = polynomials(degree);
  return Q.matmul(Q.T).mul(shrink);
};

describe("linearSmootherBiasVariance", () => {
  for (const row of golden.rows) {
    it(`polynomials of degree ${row.degree}: every value of the reference`, () => {
      const exact = linearSmootherBiasVariance(hat(row.degree), { truth: f, noiseVariance });
      expect(Math.abs(exact.bias2 - row.bias2)).toBeLessThan(tolerance);
      // Not rounding alone: relative where the squares of f64 rounding, 1e-32, leave digits.
      expect(Math.abs(exact.bias2 / row.bias2 - 1)).toBeLessThan(row.bias2 > 1e-12 ? 1e-8 : 1e-5);
      expect(Math.abs(exact.variance - row.variance)).toBeLessThan(tolerance);
      expect(exact.noise).toBe(row.noise);
      expect(Math.abs(exact.error - row.expectedTestError)).toBeLessThan(tolerance);
      expect(Math.abs(exact.trainingError - row.expectedTrainError)).toBeLessThan(tolerance);
      expect(exact.degreesOfFreedom).toBeCloseTo(row.degree + 1, 12);
    });
  }

  for (const row of golden.ridge.rows) {
    it(`ridge of strength ${row.lambda_} on degree 9: every value of the reference`, () => {
      const exact = linearSmootherBiasVariance(hat(9, 1 / (1 + row.lambda_)), { truth: f, noiseVariance });
      expect(Math.abs(exact.bias2 - row.bias2)).toBeLessThan(tolerance);
      expect(Math.abs(exact.variance - row.variance)).toBeLessThan(tolerance);
      expect(Math.abs(exact.degreesOfFreedom - row.dof)).toBeLessThan(tolerance);
    });
  }

  it("finds the best degree of the reference, and parts that sum to the error point by point", () => {
    const all = golden.rows.map(({ degree }) => linearSmootherBiasVariance(hat(degree), { truth: f, noiseVariance }));
    const errors = all.map(({ error }) => error);
    expect(golden.rows[errors.indexOf(Math.min(...errors))]!.degree).toBe(golden.best_degree);
    const { perPoint, bias2, variance } = all[3]!;
    expect(perPoint.bias2.mean().item()).toBeCloseTo(bias2, 14);
    expect(perPoint.variance.mean().item()).toBeCloseTo(variance, 14);
    expect(perPoint.meanPrediction.sub(hat(3).matmul(f)).abs().max().item()).toBeLessThan(1e-14);
  });

  it("refuses what is no smoother", () => {
    const call = (H: NDArray) => () => linearSmootherBiasVariance(H, { truth: f, noiseVariance });
    expect(call(zeros([25, 3]))).toThrow(ShapeError);
    expect(call(zeros([3, 3]))).toThrow(/truth gave shape \[25\] for 3 rows/);
    expect(() => linearSmootherBiasVariance(hat(1), { truth: f, noiseVariance: -1 })).toThrow(OptionError);
  });
});

const fitDegree = (degree: number) => {
  const Q = polynomials(degree);
  return (_: NDArray, y: NDArray) => {
    const fitted = Q.matmul(Q.T.matmul(y));
    return { predict: () => fitted };
  };
};
const X = points.reshape(n, 1);
const simulate = (degree: number, repeats: number, seed: number) =>
  biasVariance({
    sample: (k) => ({ X, y: f.add(normal(k, [n], { std: 0.3 })) }),
    truth,
    noiseVariance,
    X,
    fit: fitDegree(degree),
    repeats,
    key: key(seed),
  });

describe("biasVariance", () => {
  for (const degree of [1, 3, 9]) {
    const exact = golden.rows[degree]!;
    it(`degree ${degree}: 2000 training sets come within 4 standard errors of the exact values`, () => {
      const result = simulate(degree, 2000, degree);
      const { standardErrors } = result;
      expect(Math.abs(result.bias2 - exact.bias2)).toBeLessThan(4 * standardErrors.bias2);
      expect(Math.abs(result.variance - exact.variance)).toBeLessThan(4 * standardErrors.variance);
      expect(Math.abs(result.error - exact.expectedTestError)).toBeLessThan(4 * standardErrors.error);
      // The jackknife agrees with the closed form of the reference; 10 %: three standard errors of an error from 2000 values.
      const relative = Math.sqrt(2 / ((degree + 1) * 1999));
      expect(Math.abs(standardErrors.variance / exact.variance / relative - 1)).toBeLessThan(0.1);
      expect(result.error).toBe(result.bias2 + result.variance + result.noise);
    });
  }

  it("planted: bias² without the correction variance/R is far off where there is hardly any bias", () => {
    const exact = golden.rows[9]!.bias2;
    const all = Array.from({ length: 40 }, (_, s) => simulate(9, 100, 500 + s));
    const errorsOf = (values: readonly number[]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return Math.abs(mean - exact) / Math.sqrt(squares / (values.length - 1) / values.length);
    };
    expect(errorsOf(all.map(({ bias2 }) => bias2))).toBeLessThan(4);
    // variance/R = 3.6e-4 against a bias² of 1.4e-11.
    expect(errorsOf(all.map(({ bias2, variance }) => bias2 + variance / 100))).toBeGreaterThan(10);
  });

  it("is unbiased with three training sets, and the variance has R − 1", () => {
    // Mean over 1500 tiny simulations of degree 1; planted n in place of n − 1 would be a third too small.
    const all = Array.from({ length: 1500 }, (_, s) => simulate(1, 3, 1000 + s));
    for (const [part, exact] of [
      ["bias2", golden.rows[1]!.bias2],
      ["variance", golden.rows[1]!.variance],
    ] as const) {
      const values = all.map((result) => result[part]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      const error = Math.sqrt(squares / (values.length - 1) / values.length);
      expect(Math.abs(mean - exact)).toBeLessThan(4 * error);
      if (part === "variance") expect(Math.abs((2 / 3) * mean - exact)).toBeGreaterThan(4 * error);
    }
  });

  it("has the parts and jackknife errors of the definition, by leaving each training set out", () => {
    const predictions = [0, 1, 2, 3, 4].map((r) => Float64Array.from(normal(fold(key(3), r), [4]).toArray()));
    const at = Float64Array.of(0.5, -1, 0, 2);
    const plain = (sets: readonly Float64Array[]) => {
      const R = sets.length;
      let [bias2, variance, error] = [0, 0, 0];
      for (const [i, target] of at.entries()) {
        const column = sets.map((set) => set[i]!);
        const mean = column.reduce((sum, value) => sum + value, 0) / R;
        const s2 = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (R - 1);
        bias2 += ((mean - target) ** 2 - s2 / R) / 4;
        variance += s2 / 4;
        error += column.reduce((sum, value) => sum + (value - target) ** 2, 0) / R / 4;
      }
      return { bias2, variance, error };
    };
    const result = decompose(predictions, at, 0.25);
    const whole = plain(predictions);
    expect(result.bias2).toBeCloseTo(whole.bias2, 13);
    expect(result.variance).toBeCloseTo(whole.variance, 13);
    expect(result.error).toBeCloseTo(whole.error + 0.25, 13);
    const without = predictions.map((_, r) => plain(predictions.filter((_, other) => other !== r)));
    for (const part of ["bias2", "variance", "error"] as const) {
      const mean = without.reduce((sum, each) => sum + each[part], 0) / 5;
      const jackknife = Math.sqrt((4 / 5) * without.reduce((sum, each) => sum + (each[part] - mean) ** 2, 0));
      expect(result.standardErrors[part]).toBeCloseTo(jackknife, 13);
    }
  });

  it("gives equal numbers for equal keys, and refuses too few repeats and models that give no number", () => {
    expect(simulate(3, 5, 1)).toEqual(simulate(3, 5, 1));
    expect(() => simulate(3, 2, 1)).toThrow(OptionError);
    const options = { sample: () => ({ X, y: f }), truth, noiseVariance, X, repeats: 3, key: key(0) };
    const wrong = (outputs: NDArray) => () => biasVariance({ ...options, fit: () => ({ predict: () => outputs }) });
    expect(wrong(zeros([n, 1]))).toThrow(/the model of repeat 0 gave shape \[25, 1\] for 25 rows/);
    expect(wrong(f.mul(Number.NaN))).toThrow(DataError);
  });
});

describe("bootstrapBiasVariance", () => {
  const data = { X, y: f.add(normal(key(11), [n], { std: 0.3 })) };

  it("sums to the mean squared error of the out-of-bag predictions, row by row", () => {
    const seen = new Map<number, number[]>();
    const fit = (_: NDArray, trainY: NDArray) => {
      const mean = trainY.mean().item();
      return {
        predict: (rows: NDArray) => {
          for (const x of rows.flatten().toArray()) seen.set(x, [...(seen.get(x) ?? []), mean]);
          return zeros([rows.shape[0]!]).add(mean);
        },
      };
    };
    const result = bootstrapBiasVariance(data.X, data.y, { fit, repeats: 60, key: key(2) });
    const perRow = data.X.flatten()
      .toArray()
      .map((x, row) => {
        const predictions = seen.get(x)!;
        const target = data.y.toArray()[row]!;
        return predictions.reduce((sum, value) => sum + (target - value) ** 2, 0) / predictions.length;
      });
    expect(result.error).toBeCloseTo(perRow.reduce((sum, value) => sum + value, 0) / n, 12);
    // Out of bag: about 37 % of 60.
    const counts = [...seen.values()].map((predictions) => predictions.length);
    expect(counts.reduce((sum, count) => sum + count, 0) / n / 60).toBeCloseTo(0.37, 1);
  });

  it("of the mean has its variance: that of a mean of n draws without the row", () => {
    const fit = (_: NDArray, trainY: NDArray) => {
      const mean = trainY.mean().item();
      return { predict: (rows: NDArray) => zeros([rows.shape[0]!]).add(mean) };
    };
    const { variance, bias2PlusNoise } = bootstrapBiasVariance(data.X, data.y, { fit, repeats: 2000, key: key(5) });
    const values = data.y.toArray();
    const spread = (list: readonly number[]) => {
      const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
      return list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length;
    };
    const others = values.map((_, row) => values.filter((_, other) => other !== row));
    const exact = others.reduce((sum, list) => sum + spread(list) / n, 0) / n;
    // About 735 predictions per row, shared between rows: relative standard error √(2/735) at most.
    expect(Math.abs(variance / exact - 1)).toBeLessThan(4 * Math.sqrt(2 / 735));
    const bias = others.map((list, row) => (values[row]! - list.reduce((sum, v) => sum + v, 0) / list.length) ** 2);
    expect(bias2PlusNoise / (bias.reduce((sum, value) => sum + value, 0) / n)).toBeCloseTo(1, 2);
  });

  it("says when a row has too few predictions", () => {
    const fit = () => ({ predict: (rows: NDArray) => zeros([rows.shape[0]!]) });
    const call = () => bootstrapBiasVariance(data.X, data.y, { fit, repeats: 2, key: key(0) });
    expect(call).toThrow(/was out of bag [01] times in 2 repeats.*Take more repeats/);
  });
});

describe("linearSmootherErrors", () => {
  const rows = normal(key(20), [12, 3]);
  const y = rows
    .matmul(array([1, -2, 0.5]))
    .add(normal(key(21), [12]))
    .add(4);

  for (const l2 of [0, 0.3]) {
    it(`equals refits without each row of linearRegression, l2 = ${l2}`, () => {
      const { leaveOneOutResiduals, leaveOneOut } = linearSmootherErrors(ridgeSmoother(rows, { l2 }), y);
      const errors = Array.from({ length: 12 }, (_, row) => {
        const others = [...Array(12).keys()].filter((other) => other !== row);
        const model = linearRegression({ l2: (l2 * 12) / 11 }).fit(rows.take(others), y.take(others));
        return y
          .take([row])
          .sub(model.predict(rows.take([row])))
          .item();
      });
      for (const [row, value] of leaveOneOutResiduals.toArray().entries()) expect(value).toBeCloseTo(errors[row]!, 9);
      expect(leaveOneOut).toBeCloseTo(errors.reduce((sum, error) => sum + error ** 2, 0) / 12, 9);
    });
  }

  it("has the fitted values of linearRegression, and GCV by its formula", () => {
    const H = ridgeSmoother(rows, { l2: 0.3 });
    const fitted = linearRegression({ l2: 0.3 }).fit(rows, y).predict(rows);
    expect(H.matmul(y).sub(fitted).abs().max().item()).toBeLessThan(1e-9);
    const { generalized, degreesOfFreedom } = linearSmootherErrors(H, y);
    const mse = y.sub(fitted).square().mean().item();
    expect(generalized).toBeCloseTo(mse / (1 - degreesOfFreedom / 12) ** 2, 9);
  });

  it("takes columns that others determine, and refuses a row that alone decides its prediction", () => {
    const doubled = concat([rows, rows.mul(2)], 1);
    expect(ridgeSmoother(doubled).sub(ridgeSmoother(rows)).abs().max().item()).toBeLessThan(1e-13);
    const lonely = array([[0], [0], [1]]);
    expect(() => linearSmootherErrors(ridgeSmoother(lonely), array([1, 2, 3]))).toThrow(/row 2 alone decides/);
  });
});
