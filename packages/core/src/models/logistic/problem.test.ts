// The fused passes against autodiff of the losses of `steepest/losses`, and in places where naive formulas break.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromTyped, type NDArray, type Scalar } from "../../array/index.ts";
import { hessian as autodiffHessian, valueAndGrad } from "../../autodiff/index.ts";
import { bce, crossEntropy } from "../../losses/index.ts";
import { hessian, type Problem, parameterCount, probabilitiesAndLoss, softplus, valueAndGradient } from "./problem.ts";

const tolerance = 1e-12; // f64; the sums run in another order

/** A problem and a point, from small integers so that shrinking reads well. */
const problems = fc
  .record({
    n: fc.integer({ min: 1, max: 7 }),
    d: fc.integer({ min: 1, max: 3 }),
    classes: fc.integer({ min: 2, max: 4 }),
    intercept: fc.boolean(),
  })
  .chain(({ n, d, classes, intercept }) => {
    const k = classes === 2 ? 1 : classes;
    const numbers = (count: number) =>
      fc.array(fc.integer({ min: -20, max: 20 }), { minLength: count, maxLength: count });
    return fc
      .record({
        X: numbers(n * d),
        codes: fc.array(fc.integer({ min: 0, max: classes - 1 }), { minLength: n, maxLength: n }),
        weights: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: n, maxLength: n }),
        penalties: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: d, maxLength: d }),
        theta: numbers((d + (intercept ? 1 : 0)) * k),
      })
      .map(({ X, codes, weights, penalties, theta }) => {
        const problem: Problem = {
          n,
          d,
          k,
          X: Float64Array.from(X, (x) => x / 7),
          codes: Int32Array.from(codes),
          weights: Float64Array.from(weights),
          totalWeight: weights.reduce((sum, s) => sum + s, 0),
          penalties: Float64Array.from(penalties, (p) => p / 10),
          intercept,
        };
        return { problem, theta: Float64Array.from(theta, (w) => w / 9) };
      });
  });

/** The same objective from the losses that users have, in array operations. */
function lossOf({ n, d, k, X, codes, weights, penalties, intercept }: Problem) {
  const design = fromTyped([n, d], X) as NDArray;
  const labels = fromTyped([n], codes) as NDArray<"int">;
  const strengths = fromTyped([d, 1], penalties) as NDArray;
  return (theta: NDArray): Scalar => {
    const W = theta.at([0, d * k]).reshape(d, k);
    const linear = design.matmul(W);
    const z = intercept ? linear.add(theta.at([d * k, (d + 1) * k]).reshape(1, k)) : linear;
    const loss = k === 1 ? bce(z.squeeze(1), [...codes], { weights }) : crossEntropy(z, labels, { weights });
    return loss.add(W.square().mul(strengths).sum().mul(0.5));
  };
}

describe("the fused pass", () => {
  it("has the value and gradient of the loss", () => {
    fc.assert(
      fc.property(problems, ({ problem, theta }) => {
        const gradient = new Float64Array(parameterCount(problem));
        const value = valueAndGradient(problem, theta, gradient);
        const expected = valueAndGrad(lossOf(problem))(fromTyped([theta.length], theta) as NDArray);
        expect(Math.abs(value - expected.value.item())).toBeLessThanOrEqual(tolerance * Math.max(1, value));
        for (const [i, g] of expected.grad.toArray().entries()) {
          expect(Math.abs(gradient[i]! - g)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(g)));
        }
      }),
      { numRuns: 200 },
    );
  });
  it("has the second derivatives of the loss, and 1 along shifts of all scores", () => {
    fc.assert(
      fc.property(problems, ({ problem, theta }) => {
        const size = theta.length;
        const { k } = problem;
        const expected = (autodiffHessian(lossOf(problem))(fromTyped([size], theta) as NDArray) as NDArray).toArray();
        const shifts = (at: number) =>
          k > 1 && Math.floor(Math.floor(at / size) / k) === Math.floor((at % size) / k) ? 1 : 0;
        for (const [at, h] of hessian(problem, theta).entries()) {
          expect(Math.abs(h - shifts(at) - expected[at]!)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(h)));
        }
      }),
      { numRuns: 100 },
    );
  });
  it("sees a wrong gradient (planted: weights left out of it)", () => {
    const planted = (problem: Problem, theta: Float64Array, gradient: Float64Array) =>
      valueAndGradient(
        { ...problem, weights: new Float64Array(problem.n).fill(1), totalWeight: problem.n },
        theta,
        gradient,
      );
    const check = fc.check(
      fc.property(problems, ({ problem, theta }) => {
        const gradient = new Float64Array(theta.length);
        planted(problem, theta, gradient);
        const expected = valueAndGrad(lossOf(problem))(fromTyped([theta.length], theta) as NDArray).grad.toArray();
        return expected.every((g, i) => Math.abs(gradient[i]! - g) <= tolerance * Math.max(1, Math.abs(g)));
      }),
    );
    expect(check.failed).toBe(true);
  });
});

describe("losses far out", () => {
  it("is 40 for a score of −40 and the later class, where −log(p + 1e-8) says 18.42", () => {
    const z = Float64Array.of(-40);
    expect(probabilitiesAndLoss(z, 1, 1)).toBeCloseTo(40, 12);
    expect(z[0]).toBeCloseTo(Math.exp(-40), 30);
    expect(-Math.log(z[0]! + 1e-8)).toBeCloseTo(18.42, 2);
  });
  it("is tiny and not 0 on the right side", () => {
    expect(softplus(-40)).toBeCloseTo(Math.exp(-40), 30);
    expect(softplus(-40)).toBeGreaterThan(0);
    expect(softplus(1000)).toBe(1000);
  });
  it("does not overflow in a softmax over 1000 and −1000", () => {
    expect(probabilitiesAndLoss(Float64Array.of(1000, 0, -1000), 3, 2)).toBe(2000);
    expect(probabilitiesAndLoss(Float64Array.of(1000, 0, -1000), 3, 0)).toBe(0);
  });
});
