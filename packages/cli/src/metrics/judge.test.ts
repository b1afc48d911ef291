import { array } from "steepest";
import { describe, expect, it } from "vitest";
import { logOddsOf } from "../model/table-predictor.ts";
import { judge, rocCurvesOf, type ScoredClasses } from "./judge.ts";

/** Decision values as a model without penalty gives them on data that can be separated: far out of what probabilities can hold. */
const DECISIONS = [-900, -800, 820, 860, 900, 950];
const ACTUAL = ["no", "no", "no", "yes", "no", "yes"];

function score(actual: readonly string[], decisions: readonly number[], positive: string): ScoredClasses {
  const shares = decisions.flatMap((z) => [1 / (1 + Math.exp(z)), 1 / (1 + Math.exp(-z))]);
  return {
    task: "classification",
    actual,
    predicted: decisions.map((z) => (z >= 0 ? "yes" : "no")),
    probabilities: array(shares).reshape(actual.length, 2),
    logOdds: logOddsOf(array(decisions)),
    classes: ["no", "yes"],
    positive,
  };
}

describe("judge", () => {
  it("ranks rows whose probabilities are all 1: the area is that of the decision values", () => {
    // 2 × 4 pairs; only 860 < 900 is in the wrong order: 7/8. The probabilities of four rows are 1, which would give 6/8.
    expect(judge(score(ACTUAL, DECISIONS, "yes"))["auc"]).toBe(7 / 8);
    expect(judge(score(ACTUAL, DECISIONS, "no"))["auc"]).toBe(7 / 8);
  });

  it("the curve has the same area, and thresholds that are probabilities", () => {
    const curve = rocCurvesOf(score(ACTUAL, DECISIONS, "yes"))["yes"];
    expect(curve?.area).toBe(7 / 8);
    expect(curve?.thresholds.every((t) => t === Infinity || (t >= 0 && t <= 1))).toBe(true);
  });

  it("log-odds of several classes agree with the softmax where it can be held, and rank where it cannot", () => {
    const z = [0.3, -1.2, 0.5, 900, -40, 20];
    const odds = logOddsOf(array(z).reshape(2, 3)).toArray();
    const sum = Math.exp(0.3) + Math.exp(-1.2) + Math.exp(0.5);
    [0.3, -1.2, 0.5].forEach((value, k) => {
      const p = Math.exp(value) / sum;
      expect(odds[k]).toBeCloseTo(Math.log(p / (1 - p)), 12); // f64, sums of three terms
    });
    expect(odds.slice(3)).toEqual([880, -940, -880]);
  });
});
