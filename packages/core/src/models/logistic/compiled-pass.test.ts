import { describe, expect, it } from "vitest";
import { readTensor } from "../../program/index.ts";
import { key, normal } from "../../random/index.ts";
import { compiledPass, isLarge } from "./compiled-pass.ts";
import { type Problem, parameterCount, plainPass, valueAndGradient } from "./problem.ts";

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
