import { describe, expect, it } from "vitest";
import { tableFromColumns } from "../data/index.ts";
import {
  type FittedTableModel,
  linearRegression,
  logisticRegression,
  pipeline,
  standardize,
  type TableModel,
  tableModel,
} from "./index.ts";

const columns = {
  age: [20, 31, NaN, 58, 44, 27],
  plan: ["a", "b", "a", "b", "c", "a"],
  left: ["no", "no", "yes", "yes", "yes", "no"],
};
const table = tableFromColumns(columns);
const classifier = logisticRegression({ l2: 0.1 });

describe("tableModel", () => {
  const model = tableModel({ encode: { target: "left", standardize: true }, estimator: classifier }).fit(table);

  it("is the encoder, then the estimator", () => {
    const { X } = model.encode(table);
    const direct = classifier.fit(X, [...model.encoder.labels(table)]);
    expect(model.names).toEqual(["age", "plan=a", "plan=b", "plan=c"]);
    expect(model.predictProba(table).toArray()).toEqual(direct.predictProba(X).toArray());
    expect(model.decisionFunction(table).toArray()).toEqual(direct.decisionFunction(X).toArray());
    expect(model.predict(table)).toEqual(direct.predict(X));
    expect(model.score(table)).toBe(direct.score(X, columns.left));
    expect(model.report).toEqual(direct.report);
  });
  it("predicts rows without target, with missing values and unseen categories, and counts them", () => {
    const fresh = tableFromColumns({ plan: ["a", "z"], age: [NaN, 30] });
    expect(model.predict(fresh)).toHaveLength(2);
    expect(model.encode(fresh).unseen).toEqual({ plan: 1 });
    expect(model.encode(fresh).missing).toEqual({ age: 1 });
  });
  it("names columns that are missing, and those that it does not read", () => {
    expect(() => model.predict(tableFromColumns({ age: [1] }))).toThrow('no column "plan"');
    expect(model.unused(tableFromColumns({ ...columns, shoe: columns.age, id: columns.plan }))).toEqual(["shoe", "id"]);
  });
  it("takes numbers as classes in the order of their values, and gives texts", () => {
    const digits = tableFromColumns({ x: [1, 2, 3, 4, 5, 6], digit: [10, 10, 2, 10, 2, 2] });
    const byDigit = tableModel({
      encode: { target: "digit" },
      estimator: logisticRegression({ l2: 0.1, classWeight: { "10": 2 } }),
    }).fit(digits);
    expect(byDigit.classes).toEqual(["2", "10"]);
    expect(byDigit.classes).toEqual(byDigit.encoder.classes);
    expect(new Set(byDigit.predict(digits))).toEqual(new Set(["2", "10"]));
    expect(byDigit.score(digits)).toBeGreaterThan(0.6);
  });
  it("fits numbers with a regression", () => {
    const line = tableFromColumns({ x: [1, 2, 3], y: [5, 8, 11] });
    const fitted = tableModel({ encode: { target: "y" }, estimator: linearRegression() }).fit(line);
    expect(fitted.predict(tableFromColumns({ x: [4] })).toArray()[0]).toBeCloseTo(14, 12);
    expect(fitted.score(line)).toBe(1);
  });
  it("leaves out rows of the training table, and their weights", () => {
    const options = { target: "left", missing: "drop-row" as const };
    const dropping = tableModel({ encode: options, estimator: classifier }).fit(table, {
      sampleWeight: [1, 2, 100, 1, 1, 1],
    });
    const complete = tableModel({ encode: options, estimator: classifier }).fit(table.take([0, 1, 3, 4, 5]), {
      sampleWeight: [1, 2, 1, 1, 1],
    });
    expect(dropping.predictProba(table).toArray()).toEqual(complete.predictProba(table).toArray());
    expect(dropping.predict(table)).toHaveLength(5);
    expect([...dropping.encode(table).rows]).toEqual([0, 1, 3, 4, 5]);
  });
  it("takes a pipeline as estimator", () => {
    const scaled = tableModel({ encode: { target: "left" }, estimator: pipeline([standardize()], classifier) }).fit(
      table,
    );
    expect(scaled.predict(table)).toHaveLength(6);
  });
  it("takes an estimator that is chosen at run time", () => {
    const choose = (target: string): TableModel<FittedTableModel> =>
      tableModel({ encode: { target }, estimator: target === "left" ? classifier : linearRegression() });
    expect(choose("left").fit(table).task).toBe("classification");
    expect(choose("age").task).toBe("regression");
  });
  it("passes on what encoder and estimator refuse", () => {
    expect(() => tableModel({ encode: { target: "gone" }, estimator: classifier }).fit(table)).toThrow(
      'there is no column "gone"',
    );
    expect(() => tableModel({ encode: { target: "left" }, estimator: classifier }).fit(table.take([0, 1]))).toThrow(
      'all 2 labels are "no"',
    );
    expect(() => tableModel({ encode: { target: "plan" }, estimator: linearRegression() }).fit(table)).toThrow(
      "holds text",
    );
    expect(() => tableModel({ encode: { target: "left" }, estimator: logisticRegression as never })).toThrow(
      "with its parentheses",
    );
  });
});
