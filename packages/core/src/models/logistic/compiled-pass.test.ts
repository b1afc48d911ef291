import { describe, expect, it } from "vitest";
import { readTensor } from "../../program/index.ts";
import { key, normal } from "../../random/index.ts";
import { compiledDual, compiledSums } from "./compiled-gap.ts";
import { addCompiledCurvature } from "./compiled-hessian.ts";
import { compiledPass } from "./compiled-pass.ts";
import { coordinateGap, dualityGap, interceptSums, plainDual, withBestIntercept } from "./gap.ts";
import { isLarge } from "./large.ts";
import {
  addPlainCurvature,
  hessian,
  type Problem,
  parameterCount,
  plainPass,
  smallestMargin,
  valueAndGradient,
} from "./problem.ts";
import { scaledProblem, toOriginal, toScaled } from "./scaling.ts";

function problemOf(n: number, d: number, k: number, intercept: boolean): Problem {
  const draw = (seed: number, size: number): Float64Array =>
    readTensor(normal(key(seed), [size]))!.data.slice() as Float64Array;
  const weights = draw(3, n).map(Math.abs);
  return {
    ...{ n, d, k, X: draw(1, n * d), weights, intercept },
    codes: Int32Array.from({ length: n }, (_, i) => (i * 7) % Math.max(2, k)),
    totalWeight: weights.reduce((a, b) => a + b),
    penalties: draw(4, d).map(Math.abs),
  };
}

describe("the compiled pass", () => {
  it.each([
    [1, true],
    [1, false],
    [3, true],
    [3, false],
  ])("is the plain one: %i columns of scores, intercept %s", (k, intercept) => {
    const problem = problemOf(700, 50, k, intercept);
    expect(isLarge(problem)).toBe(true);
    const size = parameterCount(problem);
    for (const scale of [0, 0.1, 30]) {
      const theta = Float64Array.from({ length: size }, (_, i) => scale * Math.sin(i + 1));
      const [plain, compiled] = [new Float64Array(size), new Float64Array(size)];
      const value = plainPass(problem, theta, plain);
      expect(Math.abs(compiledPass(problem, theta, compiled) - value)).toBeLessThan(1e-13 * Math.max(1, value));
      const largest = Math.max(...plain.map(Math.abs));
      plain.forEach((g, i) => {
        expect(Math.abs(compiled[i]! - g)).toBeLessThan(1e-13 * largest);
      });
    }
  });

  it("sees another table of the same size, and leaves small ones alone", () => {
    const [first, second] = [problemOf(700, 50, 1, true), problemOf(700, 50, 1, true)];
    const other = { ...second, X: second.X.map((x) => 2 * x) };
    const theta = new Float64Array(51).fill(0.1);
    const values = [first, other, first].map((problem) => valueAndGradient(problem, theta, new Float64Array(51)));
    expect(values[0]).toBe(values[2]);
    expect(values[1]).not.toBe(values[0]);
    expect(isLarge(problemOf(20, 5, 1, true))).toBe(false);
  });
});

const kinds = [
  [1, true],
  [1, false],
  [3, true],
  [3, false],
] as const;

function farthest(a: Float64Array, b: Float64Array): number {
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0) / largest;
}

describe.each(kinds)("large problems in programs: %i columns of scores, intercept %s", (k, intercept) => {
  const problem = problemOf(1500, 30, k, intercept);
  const size = parameterCount(problem);
  const theta = Float64Array.from({ length: size }, (_, i) => 0.3 * Math.sin(i + 1));
  const { scaled, means, stds } = scaledProblem(problem);
  const copied: Problem = {
    ...scaled,
    units: undefined,
    X: problem.X.map((x, at) => (x - means[at % 30]!) / stds[at % 30]!),
  };

  it("take no copy of the table for its units", () => {
    expect(scaled.X).toBe(problem.X);
    expect(scaled.units).toBeDefined();
    expect(farthest(theta, toScaled(scaledProblem(problem), toOriginal(scaledProblem(problem), theta)))).toBeLessThan(
      1e-14,
    );
  });

  it("have value and gradient in these units", () => {
    const [plain, compiled] = [new Float64Array(size), new Float64Array(size)];
    const value = plainPass(copied, theta, plain);
    expect(compiledPass(scaled, theta, compiled) / value).toBeCloseTo(1, 13);
    expect(farthest(plain, compiled)).toBeLessThan(1e-12);
  });

  it.each([["as they are", problem, problem] as const, ["in units", scaled, copied] as const])(
    "have the second derivatives, columns %s",
    (_, large, plain) => {
      const [a, b] = [new Float64Array(size * size), new Float64Array(size * size)];
      addPlainCurvature(plain, theta, a);
      addCompiledCurvature(large, theta, b);
      expect(farthest(a, b)).toBeLessThan(1e-12);
      expect(farthest(hessian(plain, theta), hessian(large, theta))).toBeLessThan(1e-12);
    },
  );

  it.each([["as they are", problem, problem] as const, ["in units", scaled, copied] as const])(
    "have the sums of the duality gap, columns %s",
    (_, large, plain) => {
      const moved = theta.map((value, at) => (at < 30 * k ? value : value + 0.1 * (at - 30 * k + 1)));
      const [a, b] = [interceptSums(plain, moved), compiledSums(large, theta)(moved)];
      expect(farthest(a.wanted, b.wanted)).toBeLessThan(1e-12);
      expect(farthest(a.found, b.found)).toBeLessThan(1e-12);
      expect(farthest(a.slopes, b.slopes)).toBeLessThan(1e-12);
      expect(Math.abs(a.residual - b.residual)).toBeLessThan(1e-12);
      const best = intercept ? withBestIntercept(large, theta) : theta;
      const dual = plainDual(plain, best);
      expect(Math.abs(compiledDual(large, theta, best) - dual)).toBeLessThan(1e-12 * Math.max(1, Math.abs(dual)));
    },
  );

  it("have the certificates and margins of the plain loops", () => {
    const gap = dualityGap(scaled, theta);
    expect(gap).toBeGreaterThan(0.01);
    expect(dualityGap(problem, toOriginal({ scaled, means, stds }, theta)) / gap).toBeCloseTo(1, 10);
    expect(coordinateGap(scaled, theta) / coordinateGap(copied, theta)).toBeCloseTo(1, 10);
    expect(smallestMargin(scaled, theta)).toBeCloseTo(smallestMargin(copied, theta), 10);
    expect(coordinateGap(scaled, theta)).toBeLessThan(gap);
  });
});

describe("columns for which sums lose digits", () => {
  it.each([
    ["constant", () => 3],
    ["far from 0", (x: number) => 1e6 + x],
    ["tiny", (x: number) => 1e-120 * x],
  ])("are copied: %s", (_, change) => {
    const problem = problemOf(1500, 30, 1, true);
    const { scaled } = scaledProblem({ ...problem, X: problem.X.map((x, at) => (at % 30 === 4 ? change(x) : x)) });
    expect(scaled.units).toBeUndefined();
    expect(scaled.X).not.toBe(problem.X);
  });
});
