import { describe, expect, it } from "vitest";
import { sgd } from "../optim/index.ts";
import { key } from "../random/index.ts";
import { linearRegression, logisticRegression, stochastic } from "./index.ts";

const X = [
  [-1, 0.5],
  [0.3, -1],
  [1.2, 0.4],
  [-0.4, -0.2],
  [0.9, 1.1],
  [-1.3, 0.1],
  [0.2, -0.7],
];
const y = [1, -2, 3.5, 0.4, 4.1, 0.2, -1.1];
const labels = ["a", "b", "a", "b", "b", "a", "b"];
const descend = (batchSize: number, epochs: number, learningRate = 0.1) =>
  stochastic({ optimizer: sgd({ learningRate }), batchSize, epochs, key: key(1) });

describe("stochastic", () => {
  it("in full batches is gradient descent, step for step", () => {
    const rate = 0.3;
    const l2 = 0.2;
    const { coef, intercept, report } = linearRegression({ solver: descend(X.length, 3, rate), l2 }).fit(X, y);
    let w = [0, 0];
    let b = 0;
    for (let step = 0; step < 3; step++) {
      const errors = X.map((row, i) => row[0]! * w[0]! + row[1]! * w[1]! + b - y[i]!);
      const slope = (j: number) => X.reduce((sum, row, i) => sum + row[j]! * errors[i]!, 0) / X.length + l2 * w[j]!;
      w = [w[0]! - rate * slope(0), w[1]! - rate * slope(1)];
      b -= (rate * errors.reduce((sum, e) => sum + e, 0)) / X.length;
      // all from the same errors
    }
    for (const [j, value] of coef.toArray().entries()) expect(value).toBeCloseTo(w[j]!, 13);
    expect(intercept.item()).toBeCloseTo(b, 13);
    expect(report.status).toBe("max-steps");
    expect(report.message).toContain("Raise epochs");
  });
  it("takes one step per row with batches of 1: each row once per epoch", () => {
    const single = linearRegression({ solver: descend(1, 1, 1e-4), intercept: false }).fit(X, y);
    const sum = linearRegression({ solver: descend(X.length, 1, 1e-4 * X.length), intercept: false }).fit(X, y);
    // for a tiny rate the steps of an epoch add up to one large step
    for (const [j, w] of single.coef.toArray().entries()) expect(w / sum.coef.toArray()[j]!).toBeCloseTo(1, 2);
  });
  it("weights rows as the objective does", () => {
    const sampleWeight = [1, 2, 1, 3, 1, 1, 2];
    const order = sampleWeight.flatMap((weight, i) => new Array<number>(weight).fill(i));
    const weighted = logisticRegression({ solver: descend(7, 20), l2: 0.1 }).fit(X, labels, { sampleWeight });
    const repeated = logisticRegression({ solver: descend(11, 20), l2: 0.1 }).fit(
      order.map((i) => X[i]!),
      order.map((i) => labels[i]!),
    );
    for (const [j, w] of weighted.coef.toArray().entries()) expect(w).toBeCloseTo(repeated.coef.toArray()[j]!, 13);
  });
  it("reaches the optimum with a falling rate, and nearly with averaging", () => {
    const exact = logisticRegression({ l2: 0.1, tolerance: 1e-12 }).fit(X, labels);
    const falling = stochastic({
      optimizer: sgd({ learningRate: (t) => 2 / (10 + 0.1 * t) }),
      batchSize: 2,
      epochs: 2000,
      key: key(3),
    });
    const averaged = stochastic({
      optimizer: sgd({ learningRate: 0.2 }),
      batchSize: 2,
      epochs: 400,
      key: key(3),
      average: true,
    });
    for (const [solver, excess] of [
      [falling, 5e-5],
      [averaged, 1e-3],
    ] as const) {
      const { report } = logisticRegression({ solver, l2: 0.1 }).fit(X, labels);
      expect(report.objective - exact.report.objective).toBeLessThan(excess);
      expect(report.objective - exact.report.objective).toBeLessThanOrEqual(report.gap + 1e-15);
    }
    const noisy = stochastic({ optimizer: sgd({ learningRate: 0.2 }), batchSize: 2, epochs: 400, key: key(3) });
    const last = logisticRegression({ solver: noisy, l2: 0.1 }).fit(X, labels).report.objective;
    const mean = logisticRegression({ solver: averaged, l2: 0.1 }).fit(X, labels).report.objective;
    expect(mean).toBeLessThan(last); // the average takes out noise
  });
  it("gives the same bits for the same key, others for another", () => {
    const fit = (seed: number) =>
      logisticRegression({
        solver: stochastic({ optimizer: sgd({ learningRate: 0.1 }), batchSize: 2, epochs: 5, key: key(seed) }),
      }).fit(X, labels);
    expect(fit(5).coef.toArray()).toEqual(fit(5).coef.toArray());
    expect(fit(5).coef.toArray()).not.toEqual(fit(6).coef.toArray());
  });
  it("takes momentum, several classes and several targets", () => {
    const solver = stochastic({
      optimizer: sgd({ learningRate: 0.1, momentum: 0.9, nesterov: "look-ahead" }),
      batchSize: 7,
      epochs: 2000,
      key: key(2),
    });
    const three = logisticRegression({ solver, l2: 0.1 }).fit(X, ["a", "b", "c", "a", "b", "c", "a"]);
    expect(three.report.status).toBe("converged");
    const both = linearRegression({ solver, l2: 0.1 }).fit(
      X,
      y.map((v) => [v, -v]),
    );
    expect(both.report.status).toBe("converged");
    expect(both.coef.at(0, 0).item()).toBeCloseTo(-both.coef.at(0, 1).item(), 12);
  });
  it("says when it diverges, and gives the last finite model", () => {
    const { report, coef } = linearRegression({ solver: descend(X.length, 3000, 10) }).fit(X, y);
    expect(report.status).toBe("stalled");
    expect(report.message).toMatch(
      /^Diverged: the objective became (Infinity|NaN) in epoch \d+: lower the learning rate/,
    );
    expect(coef.toArray().every(Number.isFinite)).toBe(true);
  });
  it("stops at its signal", () => {
    const signal = { aborted: false };
    const { report } = linearRegression({ solver: descend(2, 100) }).fit(X, y, {
      signal,
      onStep: ({ index }) => (signal.aborted = index === 4),
    });
    expect(report.status).toBe("aborted");
    expect(report.steps).toBe(4);
  });
  it("explains its options", () => {
    expect(() => stochastic({ batchSize: 0, epochs: 1.5, key: key(0) } as never)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: stochastic: optimizer is required. batchSize must be at least 1, got 0. epochs must be an integer, got 1.5.]`,
    );
  });
});
