// A table goes in, and each fold fits its encoder on its own training rows.
import { expect, it } from "vitest";
import type { NDArray } from "../array/index.ts";
import { fitEncoder, type Table, tableFromColumns } from "../data/index.ts";
import { accuracy, rocAuc } from "../metrics/index.ts";
import { key } from "../random/index.ts";
import { crossValidate, kFold, predictOutOfFold, trainTestSplit } from "./index.ts";

const table = tableFromColumns({
  age: [10, 20, 30, 40, 50, Number.NaN],
  plan: ["a", "a", "b", "b", "c", "c"],
  churned: ["no", "yes", "no", "yes", "no", "yes"],
});

/** One feature is the answer: rows above the mean of the training rows are "yes". */
function fit(rows: Table, y: readonly string[]) {
  const encoder = fitEncoder(rows, { target: "churned", standardize: true });
  const score = (other: Table): NDArray => encoder.features(other).X.at(":", 0);
  return {
    encoder,
    y,
    score,
    predict: (other: Table) =>
      score(other)
        .toArray()
        .map((z) => (z > 0 ? "yes" : "no")),
  };
}

it("categories, medians and scales of a fold come from its training rows alone", () => {
  const labels = fitEncoder(table, { target: "churned" }).labels(table);
  const result = crossValidate(table, labels, {
    folds: kFold({ folds: 3 }),
    fit,
    scores: { accuracy: ({ actual, predicted }) => accuracy(actual, predicted) },
  });
  // Fold 0 leaves plan "a" out, fold 1 "b", fold 2 "c" with the missing age.
  const categories = result.models.map(({ encoder }) => encoder.names.filter((name) => name.startsWith("plan=")));
  expect(categories.map((names) => names.filter((name) => /=[abc]$/.test(name)))).toEqual([
    ["plan=b", "plan=c"],
    ["plan=a", "plan=c"],
    ["plan=a", "plan=b"],
  ]);
  // Fold 2: mean 25 and deviation √125 of ages 10 to 40; its test ages are 50 and, imputed by the median, 25.
  const scores = predictOutOfFold(table, result, (model, rows) => model.score(rows));
  expect(scores.toArray()[4]).toBeCloseTo(25 / Math.sqrt(125), 14);
  expect(scores.toArray()[5]).toBeCloseTo(0, 14);
  expect(result.outOfFold.length).toBe(6);
  // Pooled: "no" at −4.2, 0.33, 2.2 and "yes" at −2.8, 1, 0, so 4 of 9 pairs are in order.
  expect(rocAuc(labels, scores, { positive: "yes" })).toBeCloseTo(4 / 9, 14);
});

it("a table is held out before anything is fitted", () => {
  const labels = ["no", "yes", "no", "yes", "no", "yes"];
  const { train, test, indices } = trainTestSplit(table, labels, { testFraction: 1 / 3, key: key(1), stratify: true });
  const model = fit(train.X, train.y);
  expect(model.encoder.labels(train.X)).toEqual(train.y);
  expect(model.predict(test.X).length).toBe(test.y.length);
  expect([...indices.test].map((row) => labels[row])).toEqual(test.y);
});
