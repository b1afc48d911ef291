// Every reference value of golden/linear-models.json that these models can reach (origin in the file), on the shipped data.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { accuracy, logLoss, meanAbsoluteError, meanSquaredError, r2, rocAuc } from "../metrics/index.ts";
import { sgd } from "../optim/index.ts";
import { key } from "../random/index.ts";
import golden from "./golden/linear-models.json" with { type: "json" };
import { type ClassWeight, linearRegression, logisticRegression, standardize, stochastic } from "./index.ts";

const objectiveTolerance = 1e-8; // relative; what the project promises
const coefTolerance = 1e-6; // relative to the largest coefficient, at a gap of 1e-12: stated in the file

interface GoldenCase {
  readonly id: string;
  readonly options: { readonly l2?: number; readonly intercept?: boolean };
  readonly coef: readonly number[] | readonly (readonly number[])[];
  readonly intercept: number | readonly number[];
  readonly objective: number;
  readonly nullObjective: number;
  readonly [metric: string]: unknown;
}

function caseOf(id: string): GoldenCase {
  const found = (golden.cases as unknown as readonly GoldenCase[]).find((c) => c.id === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
}

/** Features as numbers, the last column as texts. */
function readData(name: string): { X: number[][]; y: string[] } {
  const text = readFileSync(new URL(`../../../../data/${name}.csv`, import.meta.url), "utf8");
  const rows = text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  return { X: rows.map((row) => row.slice(0, -1).map(Number)), y: rows.map((row) => row.at(-1)!) };
}

const zScores = (X: number[][]): number[][] => standardize().fit(X).transform(X).toNested() as number[][];
const unitNorm = (X: number[][]): number[][] => zScores(X).map((row) => row.map((x) => x / Math.sqrt(X.length)));

function expectNear(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  const scale = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!) / scale));
  expect(actual.length).toBe(expected.length);
  expect(worst).toBeLessThan(tolerance);
}

describe("diabetes, least squares and ridge", () => {
  const { X: raw, y: texts } = readData("diabetes");
  const X = unitNorm(raw);
  const y = texts.map(Number);
  const solvers = ["auto", "qr", "cholesky", "normal-equation", "lbfgs"] as const;
  for (const id of [
    "diabetes-ols",
    "diabetes-ridge-0.1",
    "diabetes-ridge-1",
    "diabetes-ridge-10",
    "diabetes-ridge-no-intercept",
  ]) {
    for (const solver of solvers) {
      it(`${id} by ${solver}`, () => {
        const expected = caseOf(id);
        const model = linearRegression({ ...expected.options, solver, tolerance: 1e-15 }).fit(X, y);
        expect(Math.abs(model.report.objective / expected.objective - 1)).toBeLessThan(objectiveTolerance);
        expectNear(model.coef.toArray(), expected.coef as number[], coefTolerance);
        expect(model.intercept.item()).toBeCloseTo(expected.intercept as number, 8);
      });
    }
  }
  it("gradient descent by name reaches the same ridge solution", () => {
    const expected = caseOf("diabetes-ridge-1");
    const model = linearRegression({ ...expected.options, solver: "gradient-descent", tolerance: 1e-12 }).fit(X, y);
    expect(model.report.status).toBe("converged");
    expectNear(model.coef.toArray(), expected.coef as number[], coefTolerance);
  });
  it("metrics of the unpenalized fit", () => {
    const expected = caseOf("diabetes-ols");
    const predicted = linearRegression().fit(X, y).predict(X);
    expect(r2(y, predicted)).toBeCloseTo(expected["r2"] as number, 12);
    expect(meanSquaredError(y, predicted)).toBeCloseTo(expected["mse"] as number, 8);
    expect(meanAbsoluteError(y, predicted)).toBeCloseTo(expected["mae"] as number, 10);
  });
  it("sample weights 1, 2, 3, 1, …", () => {
    const expected = caseOf("diabetes-ridge-weighted");
    const sampleWeight = y.map((_, row) => 1 + (row % 3));
    const model = linearRegression({ l2: expected.options.l2! }).fit(X, y, { sampleWeight });
    expect(Math.abs(model.report.objective / expected.objective - 1)).toBeLessThan(objectiveTolerance);
    expectNear(model.coef.toArray(), expected.coef as number[], coefTolerance);
    expect(model.intercept.item()).toBeCloseTo(expected.intercept as number, 8);
  });
  it("two targets at once", () => {
    const expected = caseOf("diabetes-ridge-two-targets");
    const both = y.map((value) => [value, value ** 2 / 100]);
    const model = linearRegression({ l2: expected.options.l2! }).fit(X, both);
    expect(model.coef.shape).toEqual([10, 2]);
    expect(Math.abs(model.report.objective / expected.objective - 1)).toBeLessThan(objectiveTolerance);
    expectNear(model.coef.T.toArray(), (expected.coef as number[][]).flat(), coefTolerance);
    expectNear(model.intercept.toArray(), expected.intercept as number[], coefTolerance);
    expect(model.score(X, both)).toBeGreaterThan(0.3); // the mean of both R²
  });
});

describe("breast cancer, logistic regression", () => {
  const { X: raw, y: names } = readData("breast-cancer");
  const X = zScores(raw);
  const y = names.map((name) => (name === "benign" ? 1 : 0));
  const fits: readonly { id: string; classWeight?: ClassWeight }[] = [
    { id: "breast-logistic-C0.01" },
    { id: "breast-logistic-C1" },
    { id: "breast-logistic-C100" },
    { id: "breast-logistic-balanced", classWeight: "balanced" },
  ];
  for (const { id, ...options } of fits) {
    for (const solver of ["newton", "lbfgs"] as const) {
      it(`${id} by ${solver}`, () => {
        const expected = caseOf(id);
        const l2 = expected.options.l2!;
        // A gap bounds squares of errors: 1e-14 of it leaves about 1e-7 in the coefficients. L-BFGS gets to 1e-11 for C = 100:
        // its steps then change the objective by less than it can tell.
        const [tolerance, error] = solver === "newton" ? [1e-14, coefTolerance] : [1e-11, 2e-5];
        const model = logisticRegression({ ...options, l2, solver, tolerance }).fit(X, y, { strict: true });
        expect(model.report.gap).toBeLessThanOrEqual(tolerance * expected.nullObjective);
        expect(Math.abs(model.report.objective / expected.objective - 1)).toBeLessThan(objectiveTolerance);
        expectNear(model.coef.toArray(), expected.coef as number[], error);
        expect(model.intercept.item()).toBeCloseTo(expected.intercept as number, solver === "newton" ? 6 : 4);
      });
    }
  }
  it("metrics of the fit with C = 1", () => {
    const expected = caseOf("breast-logistic-C1");
    const model = logisticRegression({ l2: expected.options.l2!, tolerance: 1e-12 }).fit(X, y);
    const p = model.predictProba(X).at(":", 1);
    expect(accuracy(y, model.predict(X))).toBeCloseTo(expected["accuracy"] as number, 12);
    expect(logLoss(y, model.predictProba(X))).toBeCloseTo(expected["logLoss"] as number, 9);
    expect(rocAuc(y, p, { positive: 1 })).toBeCloseTo(expected["auc"] as number, 12);
    expect(model.score(X, y)).toBe(accuracy(y, model.predict(X)));
  });
});

describe("iris, logistic regression", () => {
  const { X, y } = readData("iris");
  it("versicolor and virginica", () => {
    const expected = caseOf("iris-two-class");
    const Z = zScores(X.slice(50));
    const model = logisticRegression({ l2: expected.options.l2!, tolerance: 1e-12 }).fit(Z, y.slice(50));
    expect(model.classes).toEqual(["versicolor", "virginica"]);
    expect(Math.abs(model.report.objective / expected.objective - 1)).toBeLessThan(objectiveTolerance);
    expectNear(model.coef.toArray(), expected.coef as number[], coefTolerance);
    expect(model.score(Z, y.slice(50))).toBeCloseTo(expected["accuracy"] as number, 12);
  });
  for (const solver of ["newton", "lbfgs"] as const) {
    it(`three species by ${solver}`, () => {
      const expected = caseOf("iris-multinomial-C10");
      const model = logisticRegression({ l2: expected.options.l2!, solver, tolerance: 1e-12 }).fit(X, y, {
        strict: true,
      });
      expect(Math.abs(model.report.objective / expected.objective - 1)).toBeLessThan(objectiveTolerance);
      expectNear(model.coef.T.toArray(), (expected.coef as number[][]).flat(), coefTolerance);
      expectNear(model.intercept.toArray(), expected.intercept as number[], coefTolerance);
      expect(model.score(X, y)).toBeCloseTo(expected["accuracy"] as number, 12);
    });
  }
});

describe("moons, logistic regression without penalty", () => {
  const { X, y } = readData("moons");
  const expected = caseOf("moons-logistic");
  for (const solver of ["newton", "lbfgs"] as const) {
    it(`the optimum by ${solver}`, () => {
      const model = logisticRegression({ solver, tolerance: 1e-14 }).fit(X, y);
      expect(Math.abs(model.report.objective / expected.objective - 1)).toBeLessThan(objectiveTolerance);
      expectNear(model.coef.toArray(), expected.coef as number[], coefTolerance);
      expect(model.intercept.item()).toBeCloseTo(expected.intercept as number, 6);
    });
  }
  it("the tutorial's descent: 2000 full-batch steps of rate 0.5 from zero", () => {
    const after = expected["gradientDescent"] as { coef: number[]; intercept: number };
    const solver = stochastic({
      optimizer: sgd({ learningRate: 0.5 }),
      batchSize: X.length,
      epochs: 2000,
      key: key(0),
    });
    const model = logisticRegression({ solver }).fit(X, y);
    expectNear(model.coef.toArray(), after.coef, 1e-12);
    expect(model.intercept.item()).toBeCloseTo(after.intercept, 12);
    expect(model.report.history).toHaveLength(2001);
  });
});

describe("least squares of any rank", () => {
  interface LeastSquaresCase {
    readonly X: number[][];
    readonly y: number[];
    readonly coef: number[];
    readonly rank: number;
    readonly note: string;
  }
  const cases = golden.leastSquares.filter((c) => "note" in c) as unknown as readonly LeastSquaresCase[];
  for (const { X, y, coef, rank, note } of cases) {
    it(note, () => {
      const model = linearRegression({ intercept: false }).fit(X, y);
      expectNear(model.coef.toArray(), coef, 1e-13);
      expect(model.rank).toBe(rank);
    });
  }
  it("NIST Wampler1: all coefficients are 1, to 1e-8, where the normal equation misses it", () => {
    const X = Array.from({ length: 21 }, (_, x) => [0, 1, 2, 3, 4, 5].map((power) => x ** power));
    const y = X.map((row) => row.reduce((sum, x) => sum + x, 0));
    const worst = (solver: "auto" | "qr" | "normal-equation") => {
      const { coef } = linearRegression({ intercept: false, solver }).fit(X, y);
      return Math.max(...coef.toArray().map((w) => Math.abs(w - 1)));
    };
    expect(worst("qr")).toBeLessThan(1e-8);
    expect(worst("auto")).toBeLessThan(1e-8);
    expect(worst("normal-equation")).toBeGreaterThan(1e-8);
  });
});
