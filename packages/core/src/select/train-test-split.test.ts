import { describe, expect, it } from "vitest";
import { arange, array } from "../array/index.ts";
import { tableFromColumns } from "../data/index.ts";
import { DataError, OptionError, ShapeError } from "../errors/index.ts";
import { key } from "../random/index.ts";
import { trainTestSplit } from "./index.ts";

const X = arange(20).reshape(10, 2);
const labels = ["a", "a", "a", "a", "a", "a", "a", "b", "b", "b"];

describe("trainTestSplit", () => {
  it("takes rows and targets together, each row on one side", () => {
    const y = arange(10);
    const { train, test, indices } = trainTestSplit(X, y, { testFraction: 0.3, key: key(1) });
    expect([...indices.train, ...indices.test].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([train.X.shape, test.X.shape]).toEqual([
      [7, 2],
      [3, 2],
    ]);
    expect(test.y.toArray()).toEqual([...indices.test]);
    expect(test.X.toNested()).toEqual([...indices.test].map((row) => [2 * row, 2 * row + 1]));
    expect(train.X.at(":", 0).toArray()).toEqual([...indices.train].map((row) => 2 * row));
  });

  it("gives the same rows for the same key, others for another", () => {
    const draw = (seed: number) => [...trainTestSplit(X, labels, { testFraction: 0.3, key: key(seed) }).indices.test];
    expect(draw(1)).toEqual(draw(1));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => draw(seed).join())).size).toBeGreaterThan(1);
  });

  it("keeps class shares by largest remainders", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { test, train } = trainTestSplit(X, labels, { testFraction: 0.3, key: key(seed), stratify: true });
      // 3 test rows: shares are 2.1 of "a" and 0.9 of "b".
      expect(test.y.filter((label) => label === "b").length).toBe(1);
      expect(train.y.filter((label) => label === "b").length).toBe(2);
    }
  });

  it("puts every class on both sides, also where its share is below one row", () => {
    const rare = [...new Array(58).fill("often"), "rare", "rare"] as string[];
    const options = { testFraction: 0.1, key: key(0), stratify: true };
    const { test, train } = trainTestSplit(arange(60), rare, options);
    expect(test.y.filter((label) => label === "rare").length).toBe(1);
    expect(train.y.filter((label) => label === "rare").length).toBe(1);
    expect(test.y.length).toBe(6);
  });

  it("splits a table, so that its encoder is fitted on training rows", () => {
    const table = tableFromColumns({ age: [1, 2, 3, 4], plan: ["x", "y", "x", "z"] });
    const { train, test, indices } = trainTestSplit(table, ["a", "b", "a", "b"], { testFraction: 0.5, key: key(2) });
    expect([train.X.rows, test.X.rows, train.X.names]).toEqual([2, 2, ["age", "plan"]]);
    const ages = test.X.column("age");
    expect([...(ages as { values: Float64Array }).values]).toEqual([...indices.test].map((row) => row + 1));
  });

  it("refuses what cannot be split, with the reason", () => {
    const options = { testFraction: 0.5, key: key(0) };
    expect(() => trainTestSplit(X, ["a", "b"], options)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: trainTestSplit: X has 10 rows but y has 2. Both must come from the same rows, in the same order.]`,
    );
    expect(() => trainTestSplit(X, arange(10), { ...options, stratify: true })).toThrow(OptionError);
    expect(() => trainTestSplit(X, labels, { ...options, testFraction: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: trainTestSplit: testFraction must be above 0 and below 1, got 1.]`,
    );
    expect(() => trainTestSplit(array([[1]]), ["a"], options)).toThrow(DataError);
    expect(() => trainTestSplit(X, labels, { ...options, testSize: 0.2 } as typeof options)).toThrow(/unknown option/);
    expect(() => trainTestSplit(X, labels, { testFraction: 0.5 } as typeof options)).toThrow(/key is required/);
    const many = ["a", "a", "b", "b", "c", "c", "d", "d", "e", "e"];
    expect(() => trainTestSplit(X, many, { testFraction: 0.3, key: key(0), stratify: true })).toThrow(
      /3 test rows and 7 training rows cannot both hold 5 classes/,
    );
    // @ts-expect-error: a single number has no rows; the compiler says so too.
    expect(() => trainTestSplit(X.sum(), labels, options)).toThrow(ShapeError);
  });

  it("says that a list is no array", () => {
    const options = { testFraction: 0.5, key: key(0) };
    expect(() => trainTestSplit([[1], [2]] as never, ["a", "b"], options)).toThrow(
      "X is a list. Wrap it with array(X)",
    );
  });
});
