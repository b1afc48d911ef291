import { describe, expect, it } from "vitest";
import { array } from "../../array/index.ts";
import { linearRegression } from "./linear-regression.ts";

const X = [
  [1, 2],
  [2, 1],
  [3, 5],
  [4, 3],
  [6, 8],
];
const y = [3, 2, 7, 6, 11];

describe("linearRegression", () => {
  it("finds the line through exact points", () => {
    const model = linearRegression().fit([[1], [2], [3]], [5, 8, 11]);
    expect(model.coef.toArray()).toEqual([3]);
    expect(model.intercept.item()).toBe(2);
    expect(model.predict([[4]]).toArray()).toEqual([14]);
    expect(model.score([[1], [2], [3]], [5, 8, 11])).toBe(1);
  });
  it("gives the same by all solvers", () => {
    const exact = linearRegression({ l2: 0.1 }).fit(X, y);
    for (const solver of ["qr", "cholesky", "normal-equation", "lbfgs", "gradient-descent"] as const) {
      const model = linearRegression({ l2: 0.1, solver, tolerance: 1e-15, maxSteps: 100_000 }).fit(X, y);
      for (const [j, w] of model.coef.toArray().entries()) expect(w).toBeCloseTo(exact.coef.toArray()[j]!, 6);
      expect(model.intercept.item()).toBeCloseTo(exact.intercept.item(), 6);
      expect(model.report.solver).toBe(solver);
    }
  });
  it("has the same ridge solution from rows as from columns", () => {
    const wide = X.slice(0, 3).map(([a, b]) => [a!, b!, a! * b!, a! - b!, a! ** 2]); // 3 rows, 5 columns: the dual
    const zeros = Array.from({ length: 5 }, () => [0, 0, 0, 0, 0]); // rows of zeros at the mean change sums, not W
    const dual = linearRegression({ l2: 0.3, intercept: false }).fit(wide, [1, 2, 4]);
    const primal = linearRegression({ l2: (0.3 * 3) / 8, intercept: false }).fit(
      [...wide, ...zeros],
      [1, 2, 4, 0, 0, 0, 0, 0],
    );
    expect(dual.report.message).toContain("3 × 3");
    for (const [j, w] of dual.coef.toArray().entries()) expect(w).toBeCloseTo(primal.coef.toArray()[j]!, 12);
  });
  it("gives the coefficients of least norm when columns are equal, and says the rank", () => {
    const model = linearRegression().fit(
      [
        [1, 1],
        [2, 2],
        [4, 4],
      ],
      [2, 4, 8],
    );
    for (const w of model.coef.toArray()) expect(w).toBeCloseTo(1, 12);
    expect(model.rank).toBe(1);
    expect(model.report.message).toContain("The 2 columns have rank 1");
  });
  it("gives a constant column the coefficient 0", () => {
    const model = linearRegression().fit(
      [
        [1, 7.3],
        [2, 7.3],
        [3, 7.3],
      ],
      [5, 8, 11],
    );
    expect(model.coef.at(1).item()).toBe(0);
    expect(model.coef.at(0).item()).toBeCloseTo(3, 12);
    expect(model.rank).toBe(1);
  });
  it("fits one row by its target", () => {
    const model = linearRegression().fit([[3, 4]], [7]);
    expect(model.coef.toArray()).toEqual([0, 0]);
    expect(model.intercept.item()).toBe(7);
    expect(model.report.status).toBe("converged");
  });
  it("keeps all digits when means are 10⁸ times the spread", () => {
    const far = [0, 1, 2, 3].map((v) => [1e8 + v]);
    const model = linearRegression().fit(far, [0, 2, 4, 6]);
    expect(model.coef.item()).toBe(2); // a Gram matrix of uncentered columns has no digit left
  });
  it("takes columns of 1e-200", () => {
    const model = linearRegression().fit([[1e-200], [2e-200], [3e-200]], [1, 2, 3]);
    expect(model.coef.item()).toBeCloseTo(1e200, -186);
    expect(model.report.objective).toBeLessThan(1e-28);
  });
  it("leaves out rows of weight 0", () => {
    const model = linearRegression().fit([[1], [2], [3], [9]], [5, 8, 11, -100], { sampleWeight: [1, 1, 1, 0] });
    expect(model.coef.item()).toBeCloseTo(3, 12);
  });
  it("takes weights of any size: only their ratios count", () => {
    const sampleWeight = [1, 2, 1, 3, 1];
    for (const l2 of [0, 0.1]) {
      const expected = linearRegression({ l2 }).fit(X, y, { sampleWeight }).coef.toArray();
      for (const size of [2 ** 1000, 2 ** -1060]) {
        const scaled = sampleWeight.map((weight) => weight * size);
        const { coef, report } = linearRegression({ l2 }).fit(X, y, { sampleWeight: scaled });
        for (const [j, w] of coef.toArray().entries()) expect(w).toBeCloseTo(expected[j]!, 13);
        expect(report.status).toBe("converged");
      }
    }
  });
  it("refuses a penalty whose products overflow", () => {
    expect(() => linearRegression({ l2: 1e308 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: linearRegression: l2 must be at most 1e+100, got 1e+308, whose products with the data overflow.]`,
    );
    expect(linearRegression({ l2: 1e100 }).fit(X, y).report.status).toBe("converged");
  });
  it("reports an objective that the data confirm", () => {
    const l2 = 0.2;
    const model = linearRegression({ l2 }).fit(X, y);
    const loss = array(y).sub(model.predict(X)).square().mean().item() / 2;
    const penalty = (l2 / 2) * model.coef.square().sum().item();
    expect(model.report.objective).toBeCloseTo(loss + penalty, 14);
  });
  it("says what the normal equation costs", () => {
    const nearly = X.map(([a, b]) => [a!, a! + 1e-5 * b!]);
    const { report } = linearRegression({ solver: "normal-equation" }).fit(nearly, y);
    expect(report.message).toMatch(
      /condition number \d\.\de\+1\d, the square of that of X: about 1\d of 16 digits are lost, where solver: "qr" loses \d/,
    );
  });
  it("refuses dependent columns by the solvers that cannot take them", () => {
    const twice = X.map(([a]) => [a!, 2 * a!]);
    expect(() => linearRegression({ solver: "cholesky" }).fit(twice, y)).toThrowErrorMatchingInlineSnapshot(
      `[DomainError: linearRegression: the columns of X depend on each other to working precision, so XᵀX has no Cholesky factor. Add a ridge (l2), or use solver: "qr", which gives the coefficients of least norm.]`,
    );
    expect(() => linearRegression({ solver: "normal-equation" }).fit(twice, y)).toThrow("XᵀX has no inverse");
  });
  it("goes from Cholesky to QR by itself when the condition asks for it", () => {
    const nearly = X.map(([a, b]) => [a!, a! + 1e-7 * b!]);
    expect(linearRegression().fit(X, y).report.solver).toBe("cholesky");
    expect(linearRegression().fit(nearly, y).report.solver).toBe("qr");
  });
  it("stops at maxSteps, says so, and throws it when strict", () => {
    const learner = linearRegression({ solver: "gradient-descent", maxSteps: 3 });
    const { report } = learner.fit(X, y);
    expect(report.status).toBe("max-steps");
    expect(report.steps).toBe(3);
    expect(report.history).toHaveLength(4);
    expect(() => learner.fit(X, y, { strict: true })).toThrow(`linearRegression: ${report.message}`);
  });
  it("tells each step and stops when its signal is set", () => {
    const seen: number[] = [];
    const signal = { aborted: false };
    const { report } = linearRegression({ solver: "gradient-descent" }).fit(X, y, {
      signal,
      onStep: ({ index, objective }) => {
        seen.push(objective);
        signal.aborted = index === 5;
      },
    });
    expect(report.status).toBe("aborted");
    expect(seen).toEqual(report.history);
    expect(report.steps).toBe(5);
  });
});

describe("errors of linearRegression", () => {
  const fit = (data: Parameters<ReturnType<typeof linearRegression>["fit"]>) => () => linearRegression().fit(...data);
  it("names row and column of a value that is not finite", () => {
    expect(
      fit([
        [
          [1, 2],
          [3, NaN],
        ],
        [1, 2],
      ]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: linearRegression: X[1, 1] is NaN. Impute or drop the row: impute({ strategy: "median" }).]`,
    );
    expect(
      fit([
        [
          [1, 2],
          [3, 4],
        ],
        [1, Infinity],
      ]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: linearRegression: y[1] is Infinity. Drop the row, or correct the value.]`,
    );
  });
  it("explains shapes", () => {
    expect(
      fit([
        [1, 2, 3],
        [1, 2, 3],
      ]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: linearRegression: X has shape [3], but it must be a matrix, rows × features. For one feature write one list per row: [[1], [2]]; for one row, [[1, 2]].]`,
    );
    expect(
      fit([
        [[1], [2]],
        [1, 2, 3],
      ]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: linearRegression: X has 2 rows, but y has 3. Each row needs one entry, in the same order.]`,
    );
    expect(
      fit([
        [[1], [2, 3]],
        [1, 2],
      ]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: linearRegression: X: ragged list: x[1] has 2 entries where 1 entries are expected (shape [2, 1] by the first rows). All rows must have the same length.]`,
    );
    expect(() =>
      linearRegression()
        .fit(X, y)
        .predict([[1, 2, 3]]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: linearRegression.predict: X has 3 columns, but the model was fitted on 2. Give the same features, in the same order.]`,
    );
  });
  it("names a number whose square overflows", () => {
    expect(
      fit([
        [[1], [1e200]],
        [1, 2],
      ]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: linearRegression: X[1, 0] is 1e+200, whose square overflows. Give the column in another unit.]`,
    );
    expect(
      fit([
        [[1], [2]],
        [1, -1e300],
      ]),
    ).toThrow("y[1, 0] is -1e+300");
  });
  it("compares the number of targets", () => {
    const model = linearRegression().fit(
      X,
      y.map((v) => [v, 2 * v]),
    );
    expect(() => model.score(X, y)).toThrow("y has 1 targets, but the model was fitted on 2");
  });
  it("explains empty data and weights", () => {
    expect(fit([array([]).reshape(0, 2), []])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: linearRegression: X has no rows. Fit on at least one row.]`,
    );
    expect(fit([X, y, { sampleWeight: [1, 1, -1, 1, 1] }])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: linearRegression: sampleWeight[2] is -1; weights are finite and 0 or more. 0 leaves a row out.]`,
    );
    expect(fit([X, y, { sampleWeight: [0, 0, 0, 0, 0] }])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: linearRegression: all weights are 0, so no row is left to learn from.]`,
    );
  });
  it("reports all problems of the options at once", () => {
    expect(() => linearRegression({ l2: -1, tol: 1, solver: "newton" } as never)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: linearRegression: unknown option "tol". Did you mean "tolerance"? l2 must be 0 or more, got -1. solver must be one of "auto", "qr", "cholesky", "normal-equation", "coordinate-descent", "proximal-gradient", "lbfgs", "gradient-descent", got "newton".]`,
    );
  });
});
