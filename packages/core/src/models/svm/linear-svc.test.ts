// Linear machines: liblinear's optimum, agreement with svc, laws.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { estimatorLaws } from "../../testing/index.ts";
import golden from "../golden/svc.json" with { type: "json" };
import { linearKernel, linearSvc, restoreModel, standardize, svc } from "../index.ts";

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

describe("linearSvc", () => {
  it("with the intercept as a penalized column has liblinear's optimum", () => {
    const expected = golden.cases.find((c) => c.id === "breast-squared-hinge") as unknown as {
      objective: number;
      coef: number[];
      b: number;
    };
    const ones = breast.X.map((row) => [...row, 1]);
    const model = linearSvc({ C: 1, intercept: false, tolerance: 1e-13 }).fit(ones, benign);
    expect(Math.abs(model.report.objective / expected.objective - 1)).toBeLessThan(1e-9);
    [...expected.coef, expected.b].forEach((w, j) => {
      expect(model.coef.toArray()[j]).toBeCloseTo(w, 6);
    });
  });
  it("with hinge is svc with a linear kernel", () => {
    const a = linearSvc({ loss: "hinge", tolerance: 1e-8 }).fit(breast.X, benign);
    const b = svc({ kernel: linearKernel(), tolerance: 1e-8 }).fit(breast.X, benign);
    expect(a.intercept.item()).toBeCloseTo(b.intercept.item(), 6);
    a.coef.toArray().forEach((w, j) => {
      expect(w).toBeCloseTo(b.coef!.toArray()[j]!, 6);
    });
  });
  it("of three classes is one against the rest, and is restored", () => {
    const { X, y } = readData("iris");
    const model = linearSvc({ C: 10 }).fit(X, y);
    expect(model.report.status).toBe("converged");
    expect(model.coef.shape).toEqual([4, 3]);
    expect(model.score(X, y)).toBeGreaterThan(0.93);
    expect(JSON.stringify(restoreModel(model.state()))).toBe(JSON.stringify(model));
  });
  it("refuses C ≤ 0", () => expect(() => linearSvc({ C: 0 })).toThrow("C must be positive, got 0."));
});

for (const loss of ["hinge", "squared-hinge"] as const) {
  const tolerance = loss === "hinge" ? 1e-11 : 1e-15;
  estimatorLaws({ test: it }, `linearSvc, ${loss}`, () => linearSvc({ C: 0.37, loss, tolerance }), {
    averaged: false,
    tolerance: 1e-6,
  });
}
