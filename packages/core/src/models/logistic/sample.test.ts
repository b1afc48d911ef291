import { describe, expect, it } from "vitest";
import { readTensor } from "../../program/index.ts";
import { key, normal } from "../../random/index.ts";
import { Progress } from "../progress.ts";
import { newton } from "./newton.ts";
import { nullModel, type Problem, parameterCount, sigmoid, valueAndGradient } from "./problem.ts";
import { startFromSample } from "./sample.ts";

const draw = (seed: number, size: number): Float64Array => readTensor(normal(key(seed), [size]))!.data as Float64Array;

function problemOf(n: number, d: number): Problem {
  const [X, noise] = [draw(1, n * d), draw(2, n)];
  const codes = Int32Array.from({ length: n }, (_, i) =>
    Number(sigmoid(X[i * d]! - X[i * d + 1]!) > 0.5 + 0.2 * noise[i]!),
  );
  const weights = new Float64Array(n).fill(1);
  return { n, d, k: 1, X, codes, weights, totalWeight: n, penalties: new Float64Array(d).fill(1e-3), intercept: true };
}

const limits = { accuracy: 1e-15, maxSteps: 50, penalized: true, nullObjective: 0.69, certified: () => true };

describe("startFromSample", () => {
  const problem = problemOf(40_000, 20);
  const start = startFromSample(problem, limits)!;
  const valueAt = (theta: Float64Array) => valueAndGradient(problem, theta, new Float64Array(parameterCount(problem)));

  it("leads to the same optimum in fewer steps", () => {
    const [cold, warm] = [new Progress({}), new Progress({})];
    const from = (theta: Float64Array, progress: Progress) => newton(problem, theta, limits, progress).theta;
    const [a, b] = [from(nullModel(problem), cold), from(start, warm)];
    expect(warm.steps).toBeLessThan(cold.steps);
    expect(valueAt(start) - valueAt(b)).toBeLessThan(0.03 * (valueAt(nullModel(problem)) - valueAt(b)));
    expect(Math.abs(valueAt(a) - valueAt(b))).toBeLessThan(1e-14);
    b.forEach((value, at) => {
      expect(Math.abs(value - a[at]!)).toBeLessThan(1e-7); // where the objective is the same to rounding
    });
  });

  it("leaves problems alone whose samples are small, or lack a class, or have no optimum", () => {
    expect(startFromSample(problemOf(5_000, 20), limits)).toBeUndefined();
    const rare = problem.codes.map((_, i) => Number(i === 1 || i === 7));
    expect(startFromSample({ ...problem, codes: rare }, limits)).toBeUndefined();
    const separated = problem.codes.map((code, i) => (i % 16 === 0 ? Number(problem.X[i * 20]! > 0) : code));
    const free = { ...problem, codes: separated, penalties: new Float64Array(20) };
    expect(startFromSample(free, { ...limits, penalized: false })).toBeUndefined();
  });
});
