// The certificate without penalty: the distance to the optimum itself, whatever the columns have in common.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, key, normal } from "../../random/index.ts";
import { certificateOf } from "./certificate.ts";
import { solveByQr } from "./direct.ts";
import { linearRegression } from "./linear-regression.ts";
import { centeredSystem, coordinateGap, objectiveAt, type System } from "./system.ts";

const points = fc
  .record({
    d: fc.integer({ min: 1, max: 4 }),
    n: fc.integer({ min: 2, max: 8 }),
    entries: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 60, maxLength: 60 }),
    noise: fc.constantFrom(0, 1e-3, 1),
  })
  .map(({ d, n, entries, noise }) => {
    const common = (i: number) => entries[i]!;
    const values = Float64Array.from(
      { length: n * d },
      (_, at) => common(Math.floor(at / d)) + noise * entries[10 + at]!, // equal columns, similar ones, others
    );
    const y = { t: 1, vector: true, values: Float64Array.from({ length: n }, (_, i) => entries[45 + i]!) };
    const weights = Float64Array.from({ length: n }, (_, i) => 1 + (i % 3));
    const W = Float64Array.from({ length: d }, (_, j) => entries[53 + j]! / 4);
    return { system: centeredSystem({ n, d, values }, y, weights, true), W };
  });

const isTheDistance = (gapOf: (system: System, W: Float64Array) => number) =>
  fc.property(points, ({ system, W }) => {
    const distance = objectiveAt(system, W, 0) - objectiveAt(system, solveByQr(system, 0).W, 0);
    // the Gram matrix may lose 10 of 16 digits before QR takes over
    return Math.abs(gapOf(system, W) - distance) <= 1e-5 * distance + 1e-9 * Math.max(1, objectiveAt(system, W, 0));
  });

describe("certificateOf", () => {
  it("is the distance to the optimum, for equal, similar and other columns", () => {
    fc.assert(isTheDistance((system, W) => certificateOf(system)!(W)));
  });
  it("is not what one coefficient alone can give (planted)", () => {
    expect(fc.check(isTheDistance(coordinateGap), { numRuns: 300 }).failed).toBe(true);
  });
  it("is not given where a factorization would cost more than the descent", () => {
    const [n, d] = [1501, 1501];
    const weights = new Float64Array(n).fill(1);
    const y = { t: 1, vector: true, values: new Float64Array(n) };
    expect(certificateOf(centeredSystem({ n, d, values: new Float64Array(n * d) }, y, weights, true))).toBe(undefined);
  });
});

describe("solvers that iterate, on columns that nearly agree", () => {
  const draws = (name: string) => normal(fold(key(7), name), [200]).toArray();
  const [a, b, noise] = [draws("a"), draws("b"), draws("noise")];
  const X = a.map((x, i) => [x, x + 0.02 * b[i]!]);
  const y = X.map(([p, q], i) => p! + 3 * (q! - p!) + 0.1 * noise[i]!);
  const exact = linearRegression().fit(X, y).report;
  for (const solver of ["lbfgs", "gradient-descent"] as const) {
    it(`are not converged before the objective is within the tolerance (${solver})`, () => {
      const { report } = linearRegression({ solver }).fit(X, y);
      const nullObjective = report.history[0]!;
      expect(report.gap).toBeCloseTo(report.objective - exact.objective, 12);
      expect(report.status === "converged").toBe(report.objective - exact.objective <= 1e-6 * nullObjective);
    });
  }
  it("converge by L-BFGS", () => {
    expect(linearRegression({ solver: "lbfgs" }).fit(X, y).report.status).toBe("converged");
  });
});
