import { describe, expect, it } from "vitest";
import { classificationReport, confusion } from "./index.ts";

describe("confusion", () => {
  const actual = ["spam", "ham", "spam", "ham", "ham"];
  const predicted = ["spam", "ham", "ham", "ham", "spam"];

  it("has rows of actual and columns of predicted labels, ascending", () => {
    const matrix = confusion(actual, predicted);
    expect(matrix.labels).toEqual(["ham", "spam"]);
    expect(matrix.counts).toEqual([
      [2, 1],
      [1, 1],
    ]);
  });

  it("calls the greater label positive, whatever the order of the columns", () => {
    const [one, other] = [confusion(actual, predicted), confusion(actual, predicted, { labels: ["spam", "ham"] })];
    expect([one.positive, one.tp, one.fp, one.fn, one.tn]).toEqual(["spam", 1, 1, 1, 2]);
    expect([other.positive, other.tp, other.fp, other.fn, other.tn]).toEqual(["spam", 1, 1, 1, 2]);
    expect(confusion(actual, predicted, { positive: "ham" }).tp).toBe(2);
  });

  it("sums hits and misses over three classes", () => {
    const matrix = confusion(["a", "b", "c", "c"], ["a", "c", "c", "b"]);
    expect([matrix.average, matrix.positive]).toEqual(["macro", undefined]);
    expect([matrix.tp, matrix.fp, matrix.fn, matrix.tn]).toEqual([2, 2, 2, 6]);
    expect(matrix.perClass.get("c")).toEqual({ precision: 0.5, recall: 0.5, specificity: 0.5, f1: 0.5, support: 2 });
  });

  it("of one class among three speaks when it is named", () => {
    const matrix = confusion(["a", "b", "c", "c"], ["a", "c", "c", "c"], { positive: "c" });
    expect([matrix.average, matrix.tp, matrix.fp, matrix.support]).toEqual(["binary", 2, 1, 2]);
  });

  it("true negatives of an absent rest are exactly 0, also with weights that do not add up", () => {
    const sampleWeight = [0.1, 0.2, 0.3, 0.7];
    const matrix = confusion([1, 1, 1, 1], [1, 1, 0, 1], { labels: [0, 1], sampleWeight });
    expect(matrix.tn).toBe(0);
    expect(matrix.undefinedMetrics).toContain("specificity");
  });

  it("prints counts and weights as aligned text", () => {
    expect(confusion(actual, predicted).toTable()).toMatchInlineSnapshot(`
      "actual \\ predicted  ham  spam
      ham                   2     1
      spam                  1     1"
    `);
    const options = { sampleWeight: [1, 2.5, 1, 1, 1] };
    expect(confusion(actual, predicted, options).toTable()).toMatchInlineSnapshot(`
      "actual \\ predicted   ham  spam
      ham                 3.50     1
      spam                   1     1"
    `);
  });
});

describe("classificationReport", () => {
  it("lists every class, the averages and the accuracy", () => {
    expect(`\n${classificationReport(["cat", "dog", "dog"], ["cat", "dog", "cat"])}\n`).toMatchInlineSnapshot(`
      "
                precision  recall     f1  support
      cat           0.500   1.000  0.667        1
      dog           1.000   0.500  0.667        2
      macro         0.750   0.750  0.667        3
      weighted      0.833   0.667  0.667        3
      accuracy                     0.667        3
      "
    `);
  });
});
