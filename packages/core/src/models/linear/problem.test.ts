// The fused pass against autodiff of `halfSquared`.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromTyped, type NDArray, type Scalar } from "../../array/index.ts";
import { valueAndGrad } from "../../autodiff/index.ts";
import { halfSquared } from "../../losses/index.ts";
import { type Problem, valueAndGradient } from "./problem.ts";

const tolerance = 1e-12; // f64; the sums run in another order

const problems = fc
  .record({
    n: fc.integer({ min: 1, max: 7 }),
    d: fc.integer({ min: 1, max: 3 }),
    t: fc.integer({ min: 1, max: 3 }),
    intercept: fc.boolean(),
  })
  .chain(({ n, d, t, intercept }) => {
    const numbers = (count: number) =>
      fc
        .array(fc.integer({ min: -20, max: 20 }), { minLength: count, maxLength: count })
        .map((values) => Float64Array.from(values, (x) => x / 7));
    const weights = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: n, maxLength: n });
    return fc
      .tuple(numbers(n * d), numbers(n * t), weights, numbers(d), numbers((intercept ? d + 1 : d) * t))
      .map(([X, Y, s, penalties, theta]) => {
        const problem: Problem = {
          n,
          d,
          t,
          X,
          Y,
          weights: Float64Array.from(s),
          totalWeight: s.reduce((sum, weight) => sum + weight, 0),
          penalties: penalties.map(Math.abs),
          intercept,
        };
        return { problem, theta };
      });
  });

/** The losses of all targets are added: the mean over the rows of the sum over the targets. */
function lossOf({ n, d, t, X, Y, weights, penalties, intercept }: Problem) {
  const design = fromTyped([n, d], X) as NDArray;
  const targets = fromTyped([n, t], Y) as NDArray;
  const strengths = fromTyped([d, 1], penalties) as NDArray;
  return (theta: NDArray): Scalar => {
    const W = theta.at([0, d * t]).reshape(d, t);
    const linear = design.matmul(W);
    const z = intercept ? linear.add(theta.at([d * t, (d + 1) * t]).reshape(1, t)) : linear;
    return halfSquared(z, targets, { weights }).mul(t).add(W.square().mul(strengths).sum().mul(0.5));
  };
}

type Pass = typeof valueAndGradient;

const agrees = (pass: Pass) =>
  fc.property(problems, ({ problem, theta }) => {
    const gradient = new Float64Array(theta.length);
    const value = pass(problem, theta, gradient);
    const expected = valueAndGrad(lossOf(problem))(fromTyped([theta.length], theta) as NDArray);
    const close = (a: number, b: number) => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
    return close(value, expected.value.item()) && expected.grad.toArray().every((g, i) => close(gradient[i]!, g));
  });

describe("the fused pass of linear regression", () => {
  it("has the value and gradient of the loss", () => fc.assert(agrees(valueAndGradient), { numRuns: 200 }));

  const planted: readonly (readonly [string, Pass])[] = [
    [
      "mean over targets instead of sum",
      (problem, theta, gradient) => {
        const value = valueAndGradient(
          { ...problem, penalties: problem.penalties.map((p) => p * problem.t) },
          theta,
          gradient,
        );
        for (let i = 0; i < gradient.length; i++) gradient[i] = gradient[i]! / problem.t;
        return value / problem.t;
      },
    ],
    [
      "1/n instead of 1/Σs",
      (problem, theta, gradient) => valueAndGradient({ ...problem, totalWeight: problem.n }, theta, gradient),
    ],
    [
      "λ‖w‖² instead of ½λ‖w‖²",
      (problem, theta, gradient) =>
        valueAndGradient({ ...problem, penalties: problem.penalties.map((p) => 2 * p) }, theta, gradient),
    ],
  ];
  for (const [mistake, pass] of planted) {
    it(`sees a planted mistake: ${mistake}`, () => {
      const failed: boolean = fc.check(agrees(pass), { numRuns: 200 }).failed;
      expect(failed).toBe(true);
    });
  }
});
