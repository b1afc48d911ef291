import { describe, expect, it } from "vitest";
import { sgd } from "../../optim/index.ts";
import { fold, key, normal } from "../../random/index.ts";
import { stochastic } from "../stochastic.ts";
import { logisticRegression } from "./logistic-regression.ts";

const X = [[0.2], [0.9], [1.1], [1.4], [2.2], [0.7]];
const y = ["no", "no", "yes", "no", "yes", "yes"] as const;

describe("logisticRegression", () => {
  it("keeps the type of the labels and predicts the later class on a tie", () => {
    const labels: ("ham" | "spam")[] = ["ham", "spam", "ham", "spam"];
    const model = logisticRegression({ l2: 1, intercept: false }).fit([[-1], [1], [-2], [3]], labels);
    const predicted: ("ham" | "spam")[] = model.predict([[0], [-0.1], [0.1]]);
    expect(model.decisionFunction([[0]]).toArray()).toEqual([0]);
    expect(predicted).toEqual(["spam", "ham", "spam"]);
  });
  it("predicts the earlier of several classes on a tie", () => {
    const corners = [
      [1, 0],
      [0, 1],
      [-1, -1],
    ];
    const model = logisticRegression({ l2: 1 }).fit(
      [...corners, ...corners.map((row) => row.map((x) => -x))],
      ["a", "b", "c", "a", "b", "c"],
    );
    expect(model.predict([[0, 0]])).toEqual(["a"]);
  });
  it("finds the same by all solvers", () => {
    const exact = logisticRegression({ l2: 0.01, tolerance: 1e-14 }).fit(X, [...y]);
    for (const solver of ["newton", "lbfgs", "gradient-descent"] as const) {
      const model = logisticRegression({ l2: 0.01, solver, tolerance: 1e-13, maxSteps: 100_000 }).fit(X, [...y]);
      expect(model.coef.item()).toBeCloseTo(exact.coef.item(), 5);
      expect(model.intercept.item()).toBeCloseTo(exact.intercept.item(), 5);
      expect(model.report.status).toBe("converged");
      expect(model.report.objective - exact.report.objective).toBeLessThanOrEqual(model.report.gap + 1e-16);
    }
  });
  it("starts Newton and L-BFGS at the log-odds of the classes", () => {
    const { history } = logisticRegression({ l2: 1 }).fit([[1], [2], [3], [5]], ["a", "b", "b", "b"]).report;
    expect(history[0]).toBeCloseTo(-(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75)), 14);
  });
  it("gives probabilities whose rows sum to 1, exact in both tails", () => {
    const model = logisticRegression({ l2: 1e-4 }).fit(X, [...y]);
    const far = model.predictProba([[200], [-200]]).toNested() as number[][];
    for (const row of far) expect(row[0]! + row[1]!).toBe(1);
    expect(far[0]![0]).toBeGreaterThan(0);
    expect(far[0]![0]).toBeLessThan(1e-100);
  });
  it("reports intercepts that sum to 0 over three classes, and coefficients too", () => {
    const model = logisticRegression({ l2: 0.1 }).fit(
      [
        [1, 5],
        [2, 3],
        [8, 1],
        [4, 4],
        [6, 6],
        [9, 2],
      ],
      ["a", "b", "c", "a", "b", "c"],
    );
    expect(model.coef.shape).toEqual([2, 3]);
    expect(Math.abs(model.intercept.sum().item())).toBeLessThan(1e-14);
    for (const sum of model.coef.sum(1).toArray()) expect(Math.abs(sum)).toBeLessThan(1e-15);
  });
  it("does without intercept", () => {
    const model = logisticRegression({ intercept: false, l2: 0.1 }).fit(X, [...y]);
    expect(model.intercept.item()).toBe(0);
    expect(model.predictProba([[0]]).toArray()).toEqual([0.5, 0.5]);
  });
  it("takes weights of any size: only their ratios count", () => {
    const sampleWeight = [1, 2, 1, 3, 1, 1];
    const fit = (weights: number[]) => logisticRegression({ l2: 0.1 }).fit(X, [...y], { sampleWeight: weights });
    for (const size of [2 ** 1000, 2 ** -1060]) {
      const { coef, report } = fit(sampleWeight.map((weight) => weight * size));
      expect(coef.item()).toBeCloseTo(fit(sampleWeight).coef.item(), 8);
      expect(report.status).toBe("converged");
    }
  });
  it("takes labels in typed arrays", () => {
    const codes = y.map((label) => (label === "yes" ? 1 : 0));
    const model = logisticRegression({ l2: 0.1 }).fit(X, Uint8Array.from(codes));
    const predicted = model.predict(X);
    expect(predicted).toEqual(logisticRegression({ l2: 0.1 }).fit(X, codes).predict(X));
    expect(model.classes).toEqual([0, 1]);
    expect(model.score(X, Uint8Array.from(codes))).toBe(model.score(X, codes));
  });
  it("takes class weights by name", () => {
    const named = logisticRegression({ l2: 0.1, classWeight: { yes: 2 }, tolerance: 1e-14 }).fit(X, [...y]);
    const sampleWeight = y.map((label) => (label === "yes" ? 2 : 1));
    const weighted = logisticRegression({ l2: 0.1, tolerance: 1e-14 }).fit(X, [...y], { sampleWeight });
    expect(named.coef.item()).toBe(weighted.coef.item());
  });
  it("balances classes by their weights: as many rows of each", () => {
    const few = logisticRegression({ l2: 0.1, classWeight: "balanced", tolerance: 1e-14 }).fit(
      [[1], [2], [3], [4]],
      ["a", "a", "b", "a"],
    );
    const even = logisticRegression({ l2: 0.1, tolerance: 1e-14 }).fit(
      [[1], [2], [4], [3], [3], [3]],
      ["a", "a", "a", "b", "b", "b"],
    );
    expect(few.coef.item()).toBeCloseTo(even.coef.item(), 7);
    expect(few.intercept.item()).toBeCloseTo(even.intercept.item(), 7);
  });
  it("gives constant and zero columns the coefficient 0, with and without penalty", () => {
    for (const l2 of [0, 0.1]) {
      const model = logisticRegression({ l2 }).fit(
        X.map(([x]) => [x!, 3, 0]),
        [...y],
      );
      expect(model.coef.toArray().slice(1)).toEqual([0, 0]);
      expect(model.report.status).toBe("converged");
    }
  });
  it("takes columns of 1e-200 and 1e140", () => {
    const unit = logisticRegression({ tolerance: 1e-13 }).fit(X, [...y]);
    for (const scale of [1e-200, 1e140]) {
      const model = logisticRegression({ tolerance: 1e-13 }).fit(
        X.map(([x]) => [scale * x!]),
        [...y],
      );
      expect(model.coef.item() * scale).toBeCloseTo(unit.coef.item(), 8);
    }
  });
  it("copes with equal columns without penalty", () => {
    const model = logisticRegression({ tolerance: 1e-12 }).fit(
      X.map(([x]) => [x!, x!]),
      [...y],
    );
    const single = logisticRegression({ tolerance: 1e-12 }).fit(X, [...y]);
    expect(model.report.status).toBe("converged");
    expect(model.coef.sum().item()).toBeCloseTo(single.coef.item(), 5);
  });
  for (const solver of ["newton", "lbfgs"] as const) {
    it(`gives the coefficients of least norm when columns depend on each other (${solver})`, () => {
      const fit = logisticRegression({ solver, tolerance: 1e-12 });
      const { coef, intercept } = fit.fit(
        X.map(([x]) => [x!, x!, 2 * x! + 1]),
        [...y],
      );
      const single = fit.fit(X, [...y]);
      // w along (1, 1, 2), with (1, 1, 2)·w = the coefficient of x
      for (const [j, share] of [1 / 6, 1 / 6, 2 / 6].entries()) {
        expect(coef.toArray()[j]!).toBeCloseTo(share * single.coef.item(), 5);
      }
      expect(intercept.item()).toBeCloseTo(single.intercept.item() - single.coef.item() / 3, 5);
    });
  }
});

describe("columns that nearly agree, without penalty", () => {
  const near = [
    [1, 1000],
    [2, 2001],
    [3, 3000],
    [4, 3999],
    [5, 5001],
  ];
  const labels = ["a", "b", "a", "b", "b"];
  const optimum = 0.381908500977; // by Newton to a squared decrement of 1e-13
  for (const solver of ["newton", "lbfgs", "gradient-descent"] as const) {
    it(`are converged only near the optimum (${solver})`, () => {
      const { status, objective, gap } = logisticRegression({ solver }).fit(near, labels).report;
      if (solver === "gradient-descent") {
        expect(status).toBe("max-steps");
        expect(gap).toBeGreaterThan(0.1);
        return;
      }
      expect(status).toBe("converged");
      expect(objective - optimum).toBeLessThan(1e-6);
      expect(gap).toBeGreaterThan(objective - optimum - 1e-12);
      expect(gap).toBeLessThan(2.1 * (objective - optimum) + 1e-12);
    });
  }
  it("are solved in 320 columns of one factor and 2 % noise, by the default solver", () => {
    const [n, d] = [1500, 320];
    const draws = (name: string, size: number) => normal(fold(key(1), name), [size]).toArray();
    const [factor, noise, w, u] = [draws("factor", n), draws("noise", n * d), draws("w", d), draws("u", n)];
    const X = factor.map((c, i) => Array.from({ length: d }, (_, j) => c + 0.02 * noise[i * d + j]!));
    const y = factor.map((c, i) => {
      const signal = w.reduce((sum, weight, j) => sum + weight * noise[i * d + j]!, 0);
      return 0.06 * signal + 0.3 * c + 2 * u[i]! > 0;
    });
    const labels = y.map(String);
    const auto = logisticRegression().fit(X, labels).report;
    const newton = logisticRegression({ solver: "newton" }).fit(X, labels).report;
    expect(auto.solver).toBe("lbfgs");
    expect(auto.status).toBe("converged");
    expect(auto.objective - newton.objective).toBeLessThanOrEqual(1e-6 * auto.history[0]!);
  });
  it("never prove anything where no certificate is affordable, and the message says so", () => {
    const wide = X.map(([x]) => Array.from({ length: 1501 }, () => x!));
    const { report } = logisticRegression().fit(wide, [...y]);
    expect(report.message).toContain("no certificate is affordable for so many parameters");
  });
});

describe("classes that a line separates", () => {
  it("name the column where names are given", () => {
    const { report } = logisticRegression().fit([[1], [2]], ["no", "yes"], { featureNames: ["age"] });
    expect(report.message).toContain('largest standardized coefficient: "age")');
  });
  const separable = [[0.2], [0.9], [1.4], [2.2]];
  const labels = ["no", "no", "yes", "yes"];
  for (const solver of ["newton", "lbfgs", "gradient-descent"] as const) {
    it(`stall without penalty, say so, and still predict (${solver})`, () => {
      const model = logisticRegression({ solver, maxSteps: 100_000 }).fit(separable, labels);
      expect(model.report.status).toBe("stalled");
      expect(model.report.message).toMatchInlineSnapshot(
        `"The classes are separated without error by the direction found (largest standardized coefficient: column 0), so the loss falls for ever while the coefficients grow: without penalty there is no optimum. Give a penalty, such as l2: 1e-3."`,
      );
      expect(model.predict(separable)).toEqual(labels);
      expect(() => logisticRegression({ solver, maxSteps: 100_000 }).fit(separable, labels, { strict: true })).toThrow(
        "separated",
      );
    });
    it(`are no trouble with a penalty (${solver})`, () => {
      expect(logisticRegression({ l2: 1e-2, solver }).fit(separable, labels).report.status).toBe("converged");
    });
  }
  it("are found when only some rows are separated, others lie on the boundary", () => {
    const model = logisticRegression().fit([[0.2], [0.9], [0.9], [2.2]], labels);
    expect(model.report.status).toBe("stalled");
    expect(model.report.message).toContain("Some rows are separated");
  });
  it("are found by mini-batches too", () => {
    const solver = stochastic({ optimizer: sgd({ learningRate: 1 }), batchSize: 4, epochs: 2000, key: key(0) });
    expect(logisticRegression({ solver, tolerance: 1 }).fit(separable, labels).report.status).toBe("stalled");
  });
  it("are found among three", () => {
    const model = logisticRegression().fit([[0], [1], [5], [6], [20], [21]], ["a", "a", "b", "b", "c", "c"]);
    expect(model.report.status).toBe("stalled");
  });
});

describe("errors of logisticRegression", () => {
  it("names the only class", () => {
    expect(() => logisticRegression().fit([[1], [2]], ["ham", "ham"])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: logisticRegression: all 2 labels are "ham"; at least two classes are needed.]`,
    );
    expect(() =>
      logisticRegression().fit([[1], [2]], ["a", "b"], { sampleWeight: [1, 0] }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: logisticRegression: all rows of class "b" have weight 0, so nothing can be learned about it. Leave these rows out, or give them weight.]`,
    );
  });
  it("names the row of a label that is none", () => {
    expect(() => logisticRegression().fit([[1], [2]], [1, NaN])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: logisticRegression: y[1] is NaN, but a label is a text or a finite number. Drop the row, or give missing labels a name.]`,
    );
    expect(() => logisticRegression().fit([[1], [2]], ["a", null] as never)).toThrow("y[1] is null");
    expect(() => logisticRegression().fit([[1], [2]], [true, false] as never)).toThrowErrorMatchingInlineSnapshot(
      `[DataError: logisticRegression: y[0] is true, but a label is a text or a finite number. Write y.map(String) for the classes "false" and "true", or y.map(Number) for 0 and 1.]`,
    );
  });
  it("refuses numbers and texts that look like one class", () => {
    expect(() => logisticRegression().fit([[1], [2]], [1, "1"])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: logisticRegression: y holds the number 1 and the text "1", which look like one class. Make all labels texts, y.map(String), or all numbers.]`,
    );
    expect(logisticRegression({ l2: 1 }).fit([[1], [2]], [1, "2"]).classes).toEqual([1, "2"]);
  });
  it("explains options", () => {
    expect(() => logisticRegression({ C: 1, classWeight: "even" } as never)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: logisticRegression: unknown option "C". classWeight must be "balanced" or an object such as { yes: 2 }.]`,
    );
    expect(() => logisticRegression({ classWeight: { yess: 2 } }).fit(X, [...y])).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: logisticRegression: classWeight names the class "yess", which y does not have. Did you mean "yes"? The classes are "no", "yes".]`,
    );
    expect(() => logisticRegression({ classWeight: { yes: 0 } }).fit(X, [...y])).toThrow(
      'classWeight of "yes" must be positive, got 0.',
    );
  });
  it("names penalties and class weights whose products overflow", () => {
    expect(() => logisticRegression({ l2: 1e308 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: logisticRegression: l2 must be at most 1e+100, got 1e+308, whose products with the data overflow.]`,
    );
    expect(() => logisticRegression({ classWeight: { yes: 1e300 } }).fit(X, [...y])).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: logisticRegression: classWeight of "yes" must be positive and at most 1e+100, got 1e+300.]`,
    );
  });
  it("explains rows of another width at predict", () => {
    expect(() =>
      logisticRegression({ l2: 1 })
        .fit(X, [...y])
        .predictProba([[1, 2]]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: logisticRegression.predictProba: X has 2 columns, but the model was fitted on 1. Give the same features, in the same order.]`,
    );
  });
});
