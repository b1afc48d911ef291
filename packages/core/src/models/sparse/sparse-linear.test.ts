// Lasso and elastic net against reference values, and their certificates against the truth.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kFold } from "../../select/index.ts";
import { estimatorLaws } from "../../testing/index.ts";
import golden from "../golden/linear-models.json" with { type: "json" };
import { linearPath, linearRegression, pipeline, standardize } from "../index.ts";
import { centeredColumns, correlation, residualOf } from "./columns.ts";
import { dualValue, primalValue } from "./gap.ts";

interface SparseCase {
  readonly id: string;
  readonly options: { readonly l1?: number; readonly l2?: number };
  readonly coef: readonly number[];
  readonly intercept: number;
  readonly objective: number;
  readonly nullObjective: number;
  readonly nonzero: number;
  readonly l1: number;
  readonly meanMse: number;
  readonly lambdaMax: number;
  readonly meanMseAtLambdaMax: number;
}
const cases = golden.cases as unknown as readonly SparseCase[];
const caseOf = (id: string) => cases.find((c) => c.id === id)!;

function diabetes(): { X: number[][]; y: number[] } {
  const text = readFileSync(new URL("../../../../../data/diabetes.csv", import.meta.url), "utf8");
  const rows = text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").map(Number));
  const raw = rows.map((row) => row.slice(0, -1));
  const z = standardize().fit(raw).transform(raw).toNested() as number[][];
  return { X: z.map((row) => row.map((x) => x / Math.sqrt(raw.length))), y: rows.map((row) => row.at(-1)!) };
}
const { X, y } = diabetes();

function expectCase(id: string, model: ReturnType<ReturnType<typeof linearRegression>["fit"]>): void {
  const expected = caseOf(id);
  const scale = Math.max(...expected.coef.map(Math.abs));
  expect(model.report.status).toBe("converged");
  expect(Math.abs(model.report.objective / expected.objective - 1)).toBeLessThan(1e-9); // stated in the file
  model.coef.toArray().forEach((w, j) => {
    expect(Math.abs(w - expected.coef[j]!) / scale).toBeLessThan(1e-6);
  });
  expect(model.coef.toArray().filter((w) => w !== 0)).toHaveLength(expected.nonzero);
  expect(model.intercept.item()).toBeCloseTo(expected.intercept, 6);
}

describe("lasso and elastic net on the diabetes data", () => {
  for (const id of [
    "diabetes-lasso-0.01",
    "diabetes-lasso-0.1",
    "diabetes-lasso-1",
    "diabetes-elastic-net-0.1-0.5",
    "diabetes-elastic-net-0.01-0.9",
  ]) {
    for (const solver of ["coordinate-descent", "proximal-gradient"] as const) {
      it(`${id} by ${solver}`, () => {
        expectCase(id, linearRegression({ ...caseOf(id).options, solver, tolerance: 1e-13 }).fit(X, y));
      });
    }
  }
  it("sample weights 1, 2, 3, 1, …", () => {
    const sampleWeight = y.map((_, row) => 1 + (row % 3));
    expectCase("diabetes-lasso-weighted", linearRegression({ l1: 0.5, tolerance: 1e-13 }).fit(X, y, { sampleWeight }));
  });
  it("two targets are two problems", () => {
    const both = linearRegression({ l1: 0.5, tolerance: 1e-13 }).fit(
      X,
      y.map((v, i) => [v, -2 * v + (i % 5)]),
    );
    const first = linearRegression({ l1: 0.5, tolerance: 1e-13 }).fit(X, y);
    both.coef
      .at(":", 0)
      .toArray()
      .forEach((w, j) => {
        expect(w).toBeCloseTo(first.coef.toArray()[j]!, 8);
      });
  });
  it("the strength of the smallest error over five contiguous folds", () => {
    const expected = caseOf("diabetes-lasso-cv");
    const folds = kFold({ folds: 5 }).split({ samples: y.length });
    const choice = linearPath({ tolerance: 1e-10 }).choose(X, y, folds);
    expect(choice.path.strengths[0]! / expected.lambdaMax).toBeCloseTo(1, 12);
    expect(choice.strength / expected.l1).toBeCloseTo(1, 8);
    expect(Math.min(...choice.meanErrors) / expected.meanMse).toBeCloseTo(1, 6);
    expect(choice.meanErrors[0]! / expected.meanMseAtLambdaMax).toBeCloseTo(1, 8);
  });
});

describe("toys", () => {
  for (const { X: toyX, y: toyY, options, coef } of golden.toys) {
    it(`l1 ${options.l1}, l2 ${options.l2}`, () => {
      const model = linearRegression({ ...options, tolerance: 1e-14 }).fit(toyX, toyY);
      expect(model.coef.item()).toBeCloseTo(coef[0]!, 12);
      expect(Object.is(model.coef.item(), -0)).toBe(false);
    });
  }
});

describe("duality gaps at given points", () => {
  const n = y.length;
  const design = { n, d: 10, values: Float64Array.from(X.flat()) };
  const columns = centeredColumns(design, new Float64Array(n).fill(1), new Float64Array(10));
  const mean = y.reduce((a, b) => a + b) / n;
  const target = Float64Array.from(y, (v) => v - mean);
  const sides = (w: Float64Array, l1: number, l2: number) => {
    const r = residualOf(columns, target, w);
    const v = Float64Array.from({ length: 10 }, (_, j) => correlation(columns, j, r));
    return { primal: primalValue(columns, w, r, { l1, l2 }), dual: dualValue(columns, target, w, r, v, { l1, l2 }) };
  };
  for (const { l1, l2, w, primal, gapScaled, gapConjugate } of golden.gaps.cases as readonly {
    l1: number;
    l2: number;
    w: number[];
    primal: number;
    gapScaled: number;
    gapConjugate?: number;
  }[]) {
    it(`l1 ${l1}, l2 ${l2}, ${w.filter((x) => x !== 0).length} coefficients`, () => {
      const found = sides(Float64Array.from(w), l1, l2);
      const gap = found.primal - found.dual;
      expect(found.primal / primal).toBeCloseTo(1, 12);
      expect(gap).toBeLessThan(Math.min(gapScaled, gapConjugate ?? Infinity) * (1 + 1e-9)); // t is free: at least as good
      const best = linearRegression({ l1, l2, tolerance: 1e-13 }).fit(X, y).report.objective;
      expect(gap).toBeGreaterThan(found.primal - best - 1e-9);
      if (w.every((x) => x === 0)) expect(gap / gapScaled).toBeCloseTo(1, 10);
      if (gapConjugate !== undefined) expect(gap / gapConjugate).toBeCloseTo(1, 10);
    });
  }
  it("is caught when the dual point is not scaled: the value then exceeds the optimum", () => {
    const r = target;
    const unscaled =
      r.reduce((sum, v, i) => sum + v * target[i]!, 0) / n - r.reduce((sum, v) => sum + v * v, 0) / (2 * n);
    expect(unscaled).toBeGreaterThan(caseOf("diabetes-lasso-1").objective * 1.1);
    expect(sides(new Float64Array(10), 1, 0).dual).toBeLessThan(caseOf("diabetes-lasso-1").objective);
  });
});

describe("paths", () => {
  const wide = fc.record({
    rows: fc.array(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 8, maxLength: 8 }), {
      minLength: 4,
      maxLength: 12,
    }),
    ratio: fc.constantFrom(0.3, 0.7, 1),
  });
  it("every reported gap is at least the distance to the optimum", () => {
    fc.assert(
      fc.property(wide, ({ rows, ratio }) => {
        const features = rows.map((row) => row.slice(0, 7));
        const target = rows.map((row) => row[7]! + row[0]!);
        const rough = linearPath({ l1Ratio: ratio, count: 8, tolerance: 1e-2 }).fit(features, target);
        const exact = linearPath({ l1Ratio: ratio, strengths: rough.strengths, tolerance: 1e-13 }).fit(
          features,
          target,
        );
        rough.strengths.forEach((strength, at) => {
          const l1 = strength * ratio;
          const l2 = strength * (1 - ratio);
          const value = (path: typeof rough) => objectiveOf(features, target, path, at, l1, l2);
          expect(value(rough) - value(exact)).toBeLessThanOrEqual(rough.gaps[at]! + 1e-9);
        });
      }),
      { numRuns: 40 },
    );
  });
  it("end where a fit from zero ends", () => {
    const path = linearPath({ count: 20, tolerance: 1e-12 }).fit(X, y);
    const alone = linearRegression({ l1: path.strengths[19]!, tolerance: 1e-12 }).fit(X, y);
    const last = path.coefs.toArray().slice(190);
    alone.coef.toArray().forEach((w, j) => {
      expect(last[j]).toBeCloseTo(w, 5);
    });
    expect(path.nonzeros[0]).toBe(0);
    expect(path.at(path.strengths[10]!).coef.toArray()[2]).toBeCloseTo(path.coefs.toArray()[102]!, 5);
  });
  it("say that a ridge has no largest strength", () => {
    expect(() => linearPath({ l1Ratio: 0 })).toThrow("no largest strength");
    expect(linearPath({ l1Ratio: 0, strengths: [0.1, 1] }).fit(X, y).strengths).toEqual([1, 0.1]);
  });
});

function objectiveOf(
  features: readonly (readonly number[])[],
  target: readonly number[],
  path: ReturnType<ReturnType<typeof linearPath>["fit"]>,
  at: number,
  l1: number,
  l2: number,
): number {
  const d = features[0]!.length;
  const w = path.coefs.toArray().slice(at * d, (at + 1) * d);
  const b = path.intercepts.toArray()[at]!;
  const loss = features.reduce((sum, row, i) => {
    const error = target[i]! - b - row.reduce((s, x, j) => s + x * w[j]!, 0);
    return sum + (error * error) / 2;
  }, 0);
  return loss / target.length + w.reduce((sum, x) => sum + l1 * Math.abs(x) + (l2 / 2) * x * x, 0);
}

describe("ill-posed data", () => {
  it("equal columns: the sum of their coefficients is that of one column", () => {
    const one = linearRegression({ l1: 0.1, tolerance: 1e-13 })
      .fit([[1], [2], [4]], [1, 0, 3])
      .coef.item();
    const model = linearRegression({ l1: 0.1, tolerance: 1e-13 }).fit(
      [
        [1, 1],
        [2, 2],
        [4, 4],
      ],
      [1, 0, 3],
    );
    expect(model.coef.sum().item()).toBeCloseTo(one, 10);
    expect(model.report.status).toBe("converged");
  });
  it("constant columns get 0", () => {
    const { coef } = linearRegression({ l1: 0.1 }).fit(
      [
        [1, 1e9],
        [2, 1e9],
        [4, 1e9],
      ],
      [1, 0, 3],
    );
    expect(coef.toArray()[1]).toBe(0);
  });
  it("a constant target, and one row", () => {
    expect(linearRegression({ l1: 0.1 }).fit([[1], [2]], [3, 3]).report.status).toBe("converged");
    expect(
      linearRegression({ l1: 0.1 })
        .fit([[1]], [3])
        .predict([[5]])
        .item(),
    ).toBe(3);
  });
  it("more columns than rows", () => {
    const wideX = Array.from({ length: 6 }, (_, i) => Array.from({ length: 40 }, (_, j) => Math.sin(7 * i * j + j)));
    const model = linearRegression({ l1: 1e-3, tolerance: 1e-12 }).fit(wideX, [1, 2, 0, 5, -1, 3]);
    expect(model.report.status).toBe("converged");
    expect(model.coef.toArray().filter((w) => w !== 0).length).toBeLessThanOrEqual(6);
  });
  it("solvers that cannot take l1, or have no certificate without a penalty, are refused", () => {
    expect(() => linearRegression({ l1: 0.1, solver: "qr" })).toThrow('solver "qr" cannot take l1');
    expect(() => linearRegression({ solver: "coordinate-descent" })).toThrow("needs a penalty");
    expect(() => linearRegression({ l1: -1 })).toThrow("l1 must be 0 or more, got -1");
  });
});

for (const [l1, l2] of [
  [0.3, 0.1],
  [2, 0.5],
] as const) {
  estimatorLaws({ test: it }, `elastic net ${l1}, ${l2}`, () => linearRegression({ l1, l2, tolerance: 1e-14 }));
}
estimatorLaws({ test: it }, "elastic net in a pipeline", () =>
  pipeline([standardize()], linearRegression({ l1: 0.1, l2: 0.1, tolerance: 1e-14 })),
);
