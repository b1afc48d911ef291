import { describe, expect, it } from "vitest";
import golden from "./golden/linear-models.json" with { type: "json" };
import { fromSklearn, linearRegression, logisticRegression } from "./index.ts";

const l2Of = (id: string) => (golden.cases.find((c) => c.id === id)!.options as { l2: number }).l2;

describe("fromSklearn", () => {
  it("converts Ridge(alpha) and LogisticRegression(C) as the reference file does", () => {
    expect(fromSklearn({ alpha: 0.1, n: 442 })).toEqual({ l2: l2Of("diabetes-ridge-0.1") });
    expect(fromSklearn({ alpha: 2, n: 883 }).l2).toBeCloseTo(l2Of("diabetes-ridge-weighted"), 17); // Σs = 883
    expect(fromSklearn({ C: 0.01, n: 569 }).l2).toBeCloseTo(l2Of("breast-logistic-C0.01"), 15);
    expect(fromSklearn({ C: 10, n: 150 }).l2).toBeCloseTo(l2Of("iris-multinomial-C10"), 17);
  });
  it("splits by the l1 ratio", () => {
    expect(fromSklearn({ alpha: 0.5, l1Ratio: 0.25 })).toEqual({ l1: 0.125, l2: 0.375 });
    expect(fromSklearn({ C: 1, n: 4, l1Ratio: 0.5 })).toEqual({ l1: 0.125, l2: 0.125 });
  });
  it("gives what the learners take", () => {
    const X = [[1], [2], [4]];
    expect(linearRegression(fromSklearn({ alpha: 1, n: 3 })).fit(X, [1, 2, 3]).report.status).toBe("converged");
    expect(logisticRegression(fromSklearn({ C: 1, n: 3 })).fit(X, ["a", "b", "a"]).report.status).toBe("converged");
  });
  it("asks for what is missing", () => {
    expect(() => fromSklearn({ alpha: 1 } as never)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: fromSklearn: give { alpha, n } for Ridge, { alpha, l1Ratio } for Lasso (1) and ElasticNet, { C, n } for LogisticRegression.]`,
    );
    expect(() => fromSklearn({ C: 0, n: 10 })).toThrow("C must be positive, got 0");
    expect(() => fromSklearn({ alpha: -1, n: 10 })).toThrow("alpha must be 0 or more, got -1");
  });
});
