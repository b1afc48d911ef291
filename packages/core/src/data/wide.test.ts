// Tables at the edge: thousands of columns, hundreds of categories. Each step has to stay proportional to the number of cells.
import { describe, expect, it } from "vitest";
import { duplicates } from "./duplicates.ts";
import { fitEncoder } from "./encode.ts";
import { tableFromRows } from "./from-rows.ts";
import { profile } from "./profile.ts";
import { tableFromColumns } from "./table.ts";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
/** Generous: about ten times what two slow cores need. Quadratic work over 10,000 columns takes minutes. */
const MOST_MS = 15_000;

describe("a table of 10,000 columns", () => {
  const columns = range(10_000).map((j) => {
    const values = Float64Array.from({ length: 60 }, (_, i) => ((i * 31 + j * 17) % 101) / 10);
    return [`c${j}`, values] as const;
  });
  const y = Float64Array.from({ length: 60 }, (_, i) => (i * i) % 3);
  const table = tableFromColumns([...columns, ["y", y]]);

  it("is profiled, checked for duplicates, encoded and cut in seconds", () => {
    const started = performance.now();
    expect(profile(table, { target: "y" })).toHaveLength(10_001);
    expect(duplicates(table).count).toBe(0);
    const encoder = fitEncoder(table, { target: "y", standardize: true });
    expect(encoder.features(table).X.shape).toEqual([60, 10_000]);
    expect(table.select(table.names.toReversed()).take([5, 3]).rows).toBe(2);
    expect(performance.now() - started).toBeLessThan(MOST_MS);
  });

  it("comes from records in seconds", () => {
    const record = Object.fromEntries(range(10_000).map((j) => [`c${j}`, j]));
    const started = performance.now();
    expect(tableFromRows(range(50).map(() => record)).names).toHaveLength(10_000);
    expect(performance.now() - started).toBeLessThan(MOST_MS);
  });
});

describe("a column of 200 categories", () => {
  const city = (codes: Int32Array, count: number) =>
    tableFromColumns({
      city: { type: "category", codes, categories: range(count).map((i) => `city ${i}`) },
      y: Float64Array.from(codes, (code) => code % 2),
    });
  const train = city(
    Int32Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 200),
    200,
  );

  it("is encoded in seconds, and counts the categories that training did not have", () => {
    const started = performance.now();
    const encoder = fitEncoder(train, { target: "y", maxCategories: 200 });
    const later = city(
      Int32Array.from({ length: 100_000 }, (_, i) => i % 250),
      250,
    );
    const { X, unseen } = encoder.features(later);
    expect(X.shape[0]).toBe(100_000);
    expect(unseen).toEqual({ city: 20_000 }); // 50 of 250 cities, 400 rows each
    expect(profile(train, { target: "y" })[0]!.distinct).toBe(200);
    expect(performance.now() - started).toBeLessThan(MOST_MS);
  });
});
