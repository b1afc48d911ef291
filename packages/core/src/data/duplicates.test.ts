import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { duplicates, duplicatesAcross } from "./duplicates.ts";
import { type Table, tableFromColumns } from "./table.ts";

const rows = fc.array(
  fc.record({
    x: fc.constantFrom(0, -0, 1, NaN, Infinity),
    c: fc.constantFrom(-1, 0, 1),
    k: fc.constantFrom(0, 2 ** 40),
  }),
  { maxLength: 40 },
);
type Row = { x: number; c: number; k: number };

const table = (from: readonly Row[], categories: readonly [string, string] = ["a", "b"]): Table =>
  tableFromColumns({
    x: Float64Array.from(from, ({ x }) => x),
    c: { type: "category", codes: Int32Array.from(from, ({ c }) => c), categories },
    k: { type: "date", values: Float64Array.from(from, ({ k }) => k) },
  });

/** The definition, in words: the texts of the cells, compared with every earlier row. */
const text = ({ x, c, k }: Row, categories: readonly string[] = ["a", "b"]) => `${x + 0}|${categories[c]}|${k}`;

describe("duplicates", () => {
  it("finds the rows that the definition finds, each with the first row that is equal", () => {
    fc.assert(
      fc.property(rows, (from) => {
        const texts = from.map((row) => text(row));
        const expected = texts.map((own, row) => ({ row, of: texts.indexOf(own) })).filter(({ row, of }) => of < row);
        expect(duplicates(table(from))).toEqual({ count: expected.length, first: expected.slice(0, 10) });
      }),
    );
  });

  it("counts nothing in a table without rows, and every row but one in a table of one repeated row", () => {
    expect(duplicates(tableFromColumns({ x: [] as number[] }))).toEqual({ count: 0, first: [] });
    expect(duplicates(tableFromColumns({ x: new Float64Array(1000) })).count).toBe(999);
  });

  it("goes through a million rows in seconds, whether all differ or all are equal", () => {
    const x = Float64Array.from({ length: 1_000_000 }, (_, i) => i / 7);
    const started = performance.now();
    expect(duplicates(tableFromColumns({ x, y: x })).count).toBe(0);
    expect(duplicates(tableFromColumns({ x: x.map((v) => v - v), y: x.map(() => NaN) })).count).toBe(999_999);
    expect(performance.now() - started).toBeLessThan(10_000); // 0.5 s on two cores; quadratic work would take hours
  });
});

describe("duplicatesAcross", () => {
  it("finds the test rows that occur in train, by text where categories are numbered differently", () => {
    fc.assert(
      fc.property(rows, rows, (train, test) => {
        const texts = train.map((row) => text(row));
        const expected = test
          .map((row, i) => ({ row: i, of: texts.indexOf(text(row, ["b", "c"])) }))
          .filter(({ of }) => of >= 0);
        const found = duplicatesAcross(table(train), table(test, ["b", "c"]));
        expect(found).toEqual({ count: expected.length, first: expected.slice(0, 10) });
      }),
    );
  });

  it("names a column that the test table lacks or holds in another type", () => {
    const train = tableFromColumns({ age: [1], plan: ["a"] });
    expect(() => duplicatesAcross(train, tableFromColumns({ age: [1] }))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: duplicatesAcross: test: there is no column "plan". The columns are "age".]`,
    );
    expect(() =>
      duplicatesAcross(train, tableFromColumns({ age: ["x"], plan: ["a"] })),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: duplicatesAcross: column "age" holds category values in test and number values in train. Read both with one schema.]`,
    );
  });

  it("leaves aside columns that train does not have", () => {
    const train = tableFromColumns({ age: [1] });
    expect(duplicatesAcross(train, tableFromColumns({ id: [7, 8], age: [1, 2] })).count).toBe(1);
  });
});
