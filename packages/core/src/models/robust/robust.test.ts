// Poisson, Huber and quantile regression: reference values, stationarity from outside, laws.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimatorLaws } from "../../testing/index.ts";
import golden from "../golden/glm.json" with { type: "json" };
import { poissonRegression, restoreModel, robustRegression, standardize } from "../index.ts";
import { huberRow, poissonRow, quantileRow, squaredHingeRow, squaredRow } from "./row-loss.ts";

const table = readFileSync(new URL("../../../../../data/diabetes.csv", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split(",").map(Number));
const raw = table.map((row) => row.slice(0, -1));
const X = standardize().fit(raw).transform(raw).toNested() as number[][];
const y = table.map((row) => row.at(-1)!);

/** ∂P/∂(w, b) of (1/n)Σ loss + ½·l2·‖w‖². */
function gradient(w: readonly number[], b: number, l2: number, slope: (z: number, target: number) => number): number[] {
  const g = [...w.map((v) => l2 * v), 0];
  X.forEach((row, i) => {
    const s =
      slope(
        row.reduce((sum, x, j) => sum + x * w[j]!, b),
        y[i]!,
      ) / X.length;
    row.forEach((x, j) => {
      g[j]! += s * x;
    });
    g[w.length]! += s;
  });
  return g;
}
const largest = (g: readonly number[]) => Math.max(...g.map(Math.abs));

describe("poissonRegression", () => {
  for (const { l2, coef, intercept } of golden.poisson) {
    it(`with l2 ${l2} has the coefficients of scikit-learn`, () => {
      const model = poissonRegression({ l2, tolerance: 1e-14 }).fit(X, y);
      expect(model.report.status).toBe("converged");
      model.coef.toArray().forEach((w, j) => {
        expect(w).toBeCloseTo(coef[j]!, 7);
      });
      expect(model.intercept.item()).toBeCloseTo(intercept, 7);
      expect(JSON.stringify(restoreModel(model.state()))).toBe(JSON.stringify(model));
    });
  }
  it("with l1 has exact zeros, and is stationary", () => {
    const l1 = 5;
    const model = poissonRegression({ l1, tolerance: 1e-14 }).fit(X, y);
    const w = model.coef.toArray();
    const g = gradient(w, model.intercept.item(), 0, (z, t) => Math.exp(z) - t);
    expect(w.filter((v) => v === 0).length).toBeGreaterThan(2);
    w.forEach((v, j) => {
      if (v === 0) expect(Math.abs(g[j]!)).toBeLessThanOrEqual(l1 + 1e-6);
      else expect(g[j]! + l1 * Math.sign(v)).toBeCloseTo(0, 5);
    });
  });
  it("refuses counts below 0, and nothing but zeros", () => {
    expect(() => poissonRegression().fit([[1], [2]], [1, -2])).toThrow("y[1] is -2");
    expect(() => poissonRegression().fit([[1], [2]], [0, 0])).toThrow("all counts are 0");
  });
  it("columns that depend on each other have a status and finite coefficients", () => {
    const model = poissonRegression().fit(
      [
        [1, 2, 3],
        [2, 4, 3],
        [3, 6, 3],
        [5, 10, 3],
      ],
      [1, 2, 4, 9],
    );
    expect(model.report.status).toBe("converged");
    expect(model.coef.toArray().every(Number.isFinite)).toBe(true);
  });
});

describe("robustRegression", () => {
  for (const delta of [1, 30, 1e3]) {
    it(`huber with delta ${delta} is stationary`, () => {
      const model = robustRegression({ loss: "huber", delta, l2: 0.01, tolerance: 1e-13, maxSteps: 1000 }).fit(X, y);
      expect(model.report.status).toBe("converged");
      const g = gradient(model.coef.toArray(), model.intercept.item(), 0.01, huberRow(delta).slope);
      expect(largest(g)).toBeLessThan(1e-5);
    });
  }
  it("huber does not take a point for the optimum where one row alone has curvature", () => {
    const model = robustRegression({ loss: "huber", delta: 0.1 }).fit([[0], [1], [2], [3], [4]], [0, 1, 2, 3, 100]);
    expect(model.report.status).toBe("converged");
    expect(model.coef.item()).toBeGreaterThan(0.9); // the start is the mean with slope 0
    expect(model.coef.item()).toBeLessThan(1.2);
  });
  it("huber with a wide bend is the ridge, and with a narrow one is not moved by an outlier", () => {
    const wide = robustRegression({ loss: "huber", delta: 1e6, tolerance: 1e-14 }).fit([[0], [1], [2]], [0, 1, 5]);
    expect(wide.coef.item()).toBeCloseTo(2.5, 8);
    const far = (value: number) =>
      robustRegression({ loss: "huber", delta: 0.5, tolerance: 1e-12 })
        .fit([[0], [1], [2], [3], [4]], [0, 1, 2.2, 3, value])
        .coef.item();
    expect(far(1e3)).toBeCloseTo(far(1e6), 6);
  });
  for (const { tau, loss } of golden.quantile) {
    it(`the ${tau}-quantile has the loss of the linear program`, () => {
      const model = robustRegression({ loss: "quantile", tau, tolerance: 1e-7 }).fit(X.slice(0, 150), y.slice(0, 150));
      const predicted = model.predict(X.slice(0, 150)).toArray();
      const own = predicted.reduce((sum, z, i) => sum + quantileRow(tau).value(z, y[i]!), 0) / 150;
      expect(own / loss - 1).toBeGreaterThan(-1e-9);
      expect(own / loss - 1).toBeLessThan(1e-4);
      expect(model.report.gap / model.report.objective).toBeLessThan(1e-4);
    });
  }
  it("mae is twice the loss of the median", () => {
    const a = robustRegression({ loss: "mae", l2: 0.02 }).fit(X.slice(0, 60), y.slice(0, 60));
    const b = robustRegression({ loss: "quantile", tau: 0.5, l2: 0.01 }).fit(X.slice(0, 60), y.slice(0, 60));
    expect(a.report.objective / b.report.objective).toBeCloseTo(2, 4);
  });
  it("says what is wrong with its options", () => {
    expect(() => robustRegression({} as never)).toThrow("loss is required");
    expect(() => robustRegression({ loss: "quantile", tau: 1 })).toThrow("tau must be between 0 and 1, got 1.");
  });
});

describe("losses of rows", () => {
  it.each([squaredRow, huberRow(1.5), poissonRow, squaredHingeRow])(
    "slope and curvature of $name are derivatives",
    (row) => {
      fc.assert(
        fc.property(fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(1, -1, 2), (z, sign) => {
          const target =
            row.name === "poisson" ? Math.abs(sign) : row.name === "squared-hinge" ? Math.sign(sign) : sign;
          const kink = row.name === "huber" ? Math.abs(Math.abs(z - target) - 1.5) : Math.abs(1 - target * z);
          fc.pre(row.name === "poisson" || row.name === "squared" || kink > 1e-3);
          const h = 1e-5;
          const slope = (row.value(z + h, target) - row.value(z - h, target)) / (2 * h);
          const curvature = (row.slope(z + h, target) - row.slope(z - h, target)) / (2 * h);
          expect(Math.abs(slope - row.slope(z, target))).toBeLessThan(1e-6); // h²
          expect(Math.abs(curvature - row.curvature(z, target))).toBeLessThan(1e-6);
          if (row.majorant) expect(row.majorant(z, target)).toBeGreaterThanOrEqual(row.curvature(z, target));
        }),
      );
    },
  );
});

estimatorLaws({ test: it }, "huber", () =>
  robustRegression({ loss: "huber", delta: 2, l2: 0.1, tolerance: 1e-15, maxSteps: 1000 }),
);
estimatorLaws(
  { test: it },
  "quantile",
  () => robustRegression({ loss: "quantile", tau: 0.37, l2: 0.3, tolerance: 1e-13 }),
  {
    tolerance: 1e-6,
  },
);
/** Counts: the laws draw targets from −9 on. */
estimatorLaws({ test: it }, "poissonRegression", () => {
  const learner = poissonRegression({ l2: 0.3, tolerance: 1e-15 });
  type Fit = typeof learner.fit;
  const counts = (targets: Parameters<Fit>[1]) =>
    Array.isArray(targets)
      ? (targets as number[]).map((v) => v + 9)
      : (targets as unknown as { add(b: number): never }).add(9);
  return {
    task: "regression",
    fit: (rows: never, targets: never, options?: never) => learner.fit(rows, counts(targets), options),
  };
});
