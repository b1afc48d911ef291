// Logistic regression with an l1 penalty against reference values, and its certificate against the truth.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimatorLaws } from "../../testing/index.ts";
import golden from "../golden/linear-models.json" with { type: "json" };
import { logisticPath, logisticRegression, standardize } from "../index.ts";
import { nullModel, type Problem, valueAndGradient } from "../logistic/problem.ts";
import { sparseLogisticDual } from "./logistic-gap.ts";
import { absoluteSum } from "./proximal-newton.ts";

interface SparseCase {
  readonly id: string;
  readonly options: { readonly l1: number; readonly l2: number };
  readonly coef: readonly number[];
  readonly intercept: number;
  readonly objective: number;
  readonly nonzero: number;
}
const caseOf = (id: string) => (golden.cases as unknown as readonly SparseCase[]).find((c) => c.id === id)!;

function readData(name: string): { X: number[][]; y: string[] } {
  const text = readFileSync(new URL(`../../../../../data/${name}.csv`, import.meta.url), "utf8");
  const cells = text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  const raw = cells.map((row) => row.slice(0, -1).map(Number));
  return { X: standardize().fit(raw).transform(raw).toNested() as number[][], y: cells.map((row) => row.at(-1)!) };
}
const breast = readData("breast-cancer");
const benign = breast.y.map((label) => (label === "benign" ? 1 : 0));
const iris = readData("iris");

describe("breast cancer", () => {
  for (const id of ["breast-logistic-l1", "breast-logistic-elastic-net"]) {
    it(id, () => {
      const { options, coef, intercept, objective, nonzero } = caseOf(id);
      const model = logisticRegression({ ...options, tolerance: 1e-12 }).fit(breast.X, benign);
      const scale = Math.max(...coef.map(Math.abs));
      expect(model.report.status).toBe("converged");
      expect(Math.abs(model.report.objective / objective - 1)).toBeLessThan(1e-9); // stated in the file
      model.coef.toArray().forEach((w, j) => {
        expect(Math.abs(w - coef[j]!) / scale).toBeLessThan(1e-6);
      });
      expect(model.coef.toArray().filter((w) => w !== 0)).toHaveLength(nonzero);
      expect(model.intercept.item()).toBeCloseTo(intercept, 6);
    });
  }
  it("proximal gradient reaches the same objective", () => {
    const { options, objective } = caseOf("breast-logistic-elastic-net");
    const { report } = logisticRegression({ ...options, solver: "proximal-gradient", tolerance: 1e-9 }).fit(
      breast.X,
      benign,
    );
    expect(report.status).toBe("converged");
    expect(Math.abs(report.objective / objective - 1)).toBeLessThan(1e-8);
  });
});

describe("three species", () => {
  it("both solvers agree, intercepts sum to 0, and zeros are exact", () => {
    const options = { l1: 0.01, l2: 0.005, tolerance: 1e-9 };
    const a = logisticRegression(options).fit(iris.X, iris.y);
    const b = logisticRegression({ ...options, solver: "proximal-gradient" }).fit(iris.X, iris.y);
    expect(a.report.status).toBe("converged");
    expect(a.report.objective).toBeCloseTo(b.report.objective, 8);
    expect(a.intercept.sum().item()).toBeCloseTo(0, 12);
    expect(a.coef.toArray().filter((w) => w === 0).length).toBeGreaterThan(2);
  });
  it("without l1 coordinate descent is the ridge that Newton finds", () => {
    const a = logisticRegression({ l2: 0.01, solver: "coordinate-descent", tolerance: 1e-12 }).fit(iris.X, iris.y);
    const b = logisticRegression({ l2: 0.01, tolerance: 1e-12 }).fit(iris.X, iris.y);
    a.coef.toArray().forEach((w, at) => {
      expect(w).toBeCloseTo(b.coef.toArray()[at]!, 5);
    });
  });
});

describe("paths", () => {
  it("begin with no coefficient, and every gap is at least the distance to the optimum", () => {
    const rough = logisticPath({ count: 6, tolerance: 1e-2 }).fit(iris.X, iris.y);
    expect(rough.nonzeros[0]).toBe(0);
    rough.strengths.forEach((strength, at) => {
      const exact = logisticRegression({ l1: strength, tolerance: 1e-9 }).fit(iris.X, iris.y).report.objective;
      const model = rough.at(strength).report;
      expect(model.objective - exact).toBeLessThanOrEqual(model.gap + 1e-9);
      expect(rough.gaps[at]).toBeLessThan(1e-2 * Math.log(3));
    });
  });
});

describe("the dual value", () => {
  const rows = fc.array(
    fc.record({
      x: fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 })),
      code: fc.constantFrom(0, 1, 2),
      w: fc.integer({ min: -3, max: 3 }),
    }),
    { minLength: 8, maxLength: 12 },
  );
  const problemOf = (data: readonly { x: readonly number[]; code: number }[], k: 1 | 3, l2: number): Problem => ({
    n: data.length,
    d: 2,
    k,
    X: Float64Array.from(data.flatMap(({ x }) => x)),
    codes: Int32Array.from(data, ({ code }, i) => (i < 3 ? (k === 1 ? i % 2 : i) : k === 1 ? code % 2 : code)),
    weights: new Float64Array(data.length).fill(1),
    totalWeight: data.length,
    penalties: new Float64Array(2).fill(l2),
    intercept: true,
  });
  for (const k of [1, 3] as const) {
    for (const l2 of [0, 0.3]) {
      it(`is below every value of the objective: ${k === 1 ? 2 : 3} classes, l2 ${l2}`, () => {
        fc.assert(
          fc.property(rows, (data) => {
            const problem = problemOf(data, k, l2);
            const size = nullModel(problem).length;
            const [a, b] = [data, data.toReversed()].map((list) =>
              Float64Array.from({ length: size }, (_, at) => list[at % list.length]!.w / 2),
            ) as [Float64Array, Float64Array];
            const strengths = { l1: 0.2, l2 };
            const value = (theta: Float64Array) =>
              valueAndGradient(problem, theta, new Float64Array(size)) + 0.2 * absoluteSum(theta, 2 * k);
            const least = Math.min(value(a), value(b), value(nullModel(problem)));
            return sparseLogisticDual(problem, a, strengths) <= least + 1e-12;
          }),
          { numRuns: 200 },
        );
      });
    }
  }
  it("without the step of the intercept is caught: it exceeds the optimum", () => {
    const data = Array.from({ length: 10 }, (_, i) => ({ x: [i % 3, 1 - (i % 2)], code: i % 5 === 0 ? 0 : 1 }));
    const problem = { ...problemOf(data, 1, 0), codes: Int32Array.from(data, ({ code }) => code) };
    const theta = nullModel(problem); // w = 0
    const wrong = theta.map((v, at) => (at === 2 ? 0 : v));
    const optimum = valueAndGradient(problem, theta, new Float64Array(3)); // l1 below is large enough
    expect(sparseLogisticDual(problem, wrong, { l1: 10, l2: 0 })).toBeCloseTo(optimum, 12);
    const entropyAlone = sparseLogisticDual({ ...problem, intercept: false }, theta.fill(0), { l1: 10, l2: 0 });
    expect(entropyAlone).toBeGreaterThan(optimum + 0.1);
  });
});

describe("ill-posed data", () => {
  it("separable classes have an optimum with l1, and solvers that cannot take it are refused", () => {
    const { report } = logisticRegression({ l1: 0.01, tolerance: 1e-10 }).fit(
      [[1], [2], [3], [4]],
      ["a", "a", "b", "b"],
    );
    expect(report.status).toBe("converged");
    expect(() => logisticRegression({ l1: 0.1, solver: "lbfgs" })).toThrow('solver "lbfgs" cannot take l1');
    expect(() => logisticRegression({ solver: "proximal-gradient" })).toThrow("needs a penalty");
  });
  it("constant and equal columns", () => {
    const rows = [
      [1, 7, 1],
      [2, 7, 2],
      [3, 7, 3],
      [2.5, 7, 2.5],
    ];
    const { coef, report } = logisticRegression({ l1: 0.01, tolerance: 1e-10 }).fit(rows, [0, 1, 1, 0]);
    expect(report.status).toBe("converged");
    expect(coef.toArray()[1]).toBe(0);
  });
});

for (const [l1, l2] of [
  [0.03, 0.05],
  [0.3, 0.5],
] as const) {
  estimatorLaws({ test: it }, `logistic elastic net ${l1}, ${l2}`, () =>
    logisticRegression({ l1, l2, tolerance: 1e-15 }),
  );
}
