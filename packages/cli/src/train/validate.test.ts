import { describe, expect, it } from "vitest";
import { summarizeFolds } from "./validate.ts";

describe("folds in one number", () => {
  it("mean and deviation with n − 1", () => {
    const { auc } = summarizeFolds([{ auc: 0.9 }, { auc: 0.8 }, { auc: 1 }]);
    expect(auc?.mean).toBeCloseTo(0.9, 15);
    expect(auc?.std).toBeCloseTo(0.1, 15);
    expect(auc?.perFold).toEqual([0.9, 0.8, 1]);
  });

  it("a metric that one fold lacks is left out", () => {
    expect(Object.keys(summarizeFolds([{ auc: 1, f1: 1 }, { f1: 0.5 }]))).toEqual(["f1"]);
  });
});
