// The certificate: never below the true distance to the optimum, 0 at it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Progress } from "../progress.ts";
import { dualityGap, withBestIntercept } from "./gap.ts";
import { newton } from "./newton.ts";
import { type Problem, parameterCount, valueAndGradient } from "./problem.ts";

const problems = fc
  .record({
    n: fc.integer({ min: 3, max: 9 }),
    d: fc.integer({ min: 1, max: 3 }),
    classes: fc.integer({ min: 2, max: 3 }),
    intercept: fc.boolean(),
  })
  .chain(({ n, d, classes, intercept }) =>
    fc
      .record({
        X: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: n * d, maxLength: n * d }),
        codes: fc.array(fc.integer({ min: 0, max: classes - 1 }), { minLength: n, maxLength: n }),
        theta: fc.array(fc.integer({ min: -9, max: 9 }), {
          minLength: (d + 1) * classes,
          maxLength: (d + 1) * classes,
        }),
        l2: fc.constantFrom(0.01, 0.1, 1),
      })
      .map(({ X, codes, theta, l2 }) => {
        const k = classes === 2 ? 1 : classes;
        const problem: Problem = {
          n,
          d,
          k,
          X: Float64Array.from(X, (x) => x / 3 + 2), // away from 0, so that the intercept matters
          codes: Int32Array.from(codes, (code, i) => (i < classes ? i : code)), // every class occurs
          weights: Float64Array.from(codes, (code) => 1 + code),
          totalWeight: codes.reduce((sum, code) => sum + 1 + code, 0),
          penalties: new Float64Array(d).fill(l2),
          intercept,
        };
        return { problem, theta: Float64Array.from(theta.slice(0, parameterCount(problem)), (w) => w / 4) };
      }),
  );

const objectiveOf = (problem: Problem, theta: Float64Array) =>
  valueAndGradient(problem, theta, new Float64Array(theta.length));

function optimumOf(problem: Problem): Float64Array {
  const start = new Float64Array(parameterCount(problem));
  const limits = { accuracy: 1e-15, maxSteps: 200, penalized: true, nullObjective: 1, certified: () => true };
  return newton(problem, start, limits, new Progress({})).theta;
}

/** P − D without solving for the intercept first: a column of ones with an infinite penalty stands for it. */
function unbalancedGap(problem: Problem, theta: Float64Array): number {
  const { n, d, k, X, penalties } = problem;
  const wider = Float64Array.from({ length: n * (d + 1) }, (_, at) =>
    at % (d + 1) === d ? 1 : X[Math.floor(at / (d + 1)) * d + (at % (d + 1))]!,
  );
  const withoutB = theta.slice();
  if (problem.intercept) withoutB.fill(0, d * k);
  const same: Problem = {
    ...problem,
    d: d + 1,
    X: wider,
    penalties: Float64Array.of(...penalties, 1e300),
    intercept: false,
  };
  const padded = new Float64Array((d + 1) * k);
  padded.set(withoutB.subarray(0, d * k));
  return dualityGap(same, padded) - objectiveOf(same, padded) + objectiveOf(problem, withoutB);
}

const bounds = (gap: typeof dualityGap) =>
  fc.property(problems, ({ problem, theta }) => {
    const point = theta.slice();
    if (problem.intercept) point.fill(0, problem.d * problem.k);
    const excess = objectiveOf(problem, point) - objectiveOf(problem, optimumOf(problem));
    return gap(problem, point) >= excess * (1 - 1e-9) - 1e-12;
  });

describe("dualityGap", () => {
  it("is never below the distance to the optimum", () => {
    fc.assert(bounds(dualityGap), { numRuns: 200 });
  });
  it("would be, without solving for the intercept (planted)", () => {
    expect(fc.check(bounds(unbalancedGap), { numRuns: 1000 }).failed).toBe(true);
  });
  it("is 0 at the optimum, up to rounding", () => {
    fc.assert(
      fc.property(problems, ({ problem }) => {
        expect(dualityGap(problem, optimumOf(problem))).toBeLessThan(1e-11);
      }),
      { numRuns: 100 },
    );
  });
});

describe("withBestIntercept", () => {
  it("leaves residuals that sum to 0 in every column of scores", () => {
    fc.assert(
      fc.property(problems, ({ problem, theta }) => {
        fc.pre(problem.intercept);
        const best = withBestIntercept(problem, theta);
        const gradient = new Float64Array(best.length);
        valueAndGradient(problem, best, gradient);
        for (const g of gradient.subarray(problem.d * problem.k)) expect(Math.abs(g)).toBeLessThan(1e-14);
      }),
      { numRuns: 1000 },
    );
  });
});
