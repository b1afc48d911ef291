import { describe, expect, it } from "vitest";
import { correlations } from "./correlations.ts";
import { profile } from "./profile.ts";
import { type ColumnInput, tableFromColumns } from "./table.ts";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
/** 40 labels, half of them "a", then half "b". */
const label = range(40).map((i) => (i < 20 ? "a" : "b"));
/** A column that says nothing about the label: 0, 1, 2, 3 over and over. */
const harmless = range(40).map((i) => (i % 4) + 0.5);

function warningsOf(column: ColumnInput, target: ColumnInput = label): readonly string[] {
  return profile(tableFromColumns({ column, target }), { target: "target" })[0]!.warnings;
}

describe("profile", () => {
  it("summarizes numbers without their missing values", () => {
    const [age] = profile(tableFromColumns({ age: [4, 7, 13, 16, NaN] }));
    expect(age).toEqual({
      name: "age",
      type: "number",
      missing: 1,
      distinct: 4,
      // numpy 2.4, np.percentile([4, 7, 13, 16], [25, 50, 75]): 6.25, 10, 13.75
      summary: {
        min: 4,
        lowerQuartile: 6.25,
        median: 10,
        upperQuartile: 13.75,
        max: 16,
        mean: 10,
        std: Math.sqrt(22.5),
      },
      top: [],
      warnings: [],
    });
  });

  it("counts categories, most frequent first", () => {
    const codes = Int32Array.of(1, 0, 1, -1);
    const [plan] = profile(tableFromColumns({ plan: { type: "category", codes, categories: ["x", "y", "unused"] } }));
    expect(plan).toMatchObject({ missing: 1, distinct: 2, summary: undefined });
    expect(plan!.top).toEqual([
      { value: "y", count: 2 },
      { value: "x", count: 1 },
    ]);
  });

  it("finds constants, empty columns, mostly empty columns and infinite values", () => {
    expect(warningsOf(new Array(40).fill(3))).toEqual(["constant: every row holds 3. Drop it."]);
    expect(warningsOf(new Array(40).fill("x"))).toEqual(['constant: every row holds "x". Drop it.']);
    expect(warningsOf(new Array(40).fill(NaN))).toEqual(["no value in any row. Drop it."]);
    expect(warningsOf(harmless.map((x, i) => (i % 4 === 0 ? x : NaN)))).toEqual(["75 % of the rows are missing."]);
    expect(warningsOf(harmless.map((x, i) => (i === 7 ? Infinity : x)))).toEqual([
      "1 values are infinite. Learners reject them.",
    ]);
  });

  it("finds identifiers: texts that hardly repeat, integers that count the rows", () => {
    const mixed = range(40).map((i) => (i * 7) % 40);
    expect(warningsOf(mixed.map((i) => `customer ${i}`))).toEqual(["identifier-like: 40 texts in 40 rows. Drop it."]);
    expect(warningsOf(mixed)).toEqual([
      "identifier-like: an integer that counts the rows. Drop it unless it means something.",
    ]);
    expect(warningsOf(range(40).map((i) => 100 + i * i))[0]).toContain("identifier-like");
    expect(warningsOf(mixed.map((i) => i + 0.5))).toEqual([]);
  });

  it("finds a copy of the target, also with other types", () => {
    expect(warningsOf(label)).toEqual(["gives the target away: a copy of it. Drop it."]);
    const zeroOne = label.map((l) => (l === "a" ? 0 : 1));
    expect(warningsOf(zeroOne.map(String), zeroOne)[0]).toContain("a copy");
    expect(
      warningsOf(
        range(40).map((i) => i * 1.5),
        range(40).map((i) => i * 1.5),
      )[0],
    ).toContain("a copy");
  });

  it("finds a number column and a category that separate the classes", () => {
    const separating = label.map((l, i) => (l === "a" ? 0 : 100) + (i % 7) + 0.5);
    expect(warningsOf(separating)).toEqual([
      "gives the target away: alone it tells 100 % of the rows. Drop it unless it is known before the target.",
    ]);
    expect(warningsOf(label.map((l, i) => (l === "a" ? ["p", "q"] : ["r", "s"])[i % 2]!))[0]).toContain("gives");
    const missingTells = label.map((l, i) => (l === "a" ? harmless[i]! : NaN));
    expect(warningsOf(missingTells)[0]).toContain("gives the target away");
  });

  it("stays silent when two of forty rows are on the wrong side, or the column says nothing", () => {
    const nearly = label.map((l, i) => (i === 3 || i === 30 ? 50 : l === "a" ? 0 : 100) + (i % 7) + 0.5);
    expect(warningsOf(nearly)).toEqual([]);
    expect(warningsOf(harmless)).toEqual([]);
  });

  it("stays silent about a rare class that a column does not tell", () => {
    const rare = range(400).map((i) => (i % 100 === 50 ? "yes" : "no"));
    expect(
      warningsOf(
        range(400).map((i) => ((i * 37) % 400) + 0.5),
        rare,
      ),
    ).toEqual([]);
  });

  it("is quick and silent about a target of mostly different texts", () => {
    const names = range(400).map((i) => `name ${i % 200}`);
    expect(
      warningsOf(
        range(400).map((i) => (Math.floor(i / 2) % 200) + 0.5),
        names,
      ),
    ).toEqual([]);
  });

  it("finds a leak in a long table by looking at a part of its rows", () => {
    const long = range(60_000).map((i) => ((i * 7919) % 60_000) + 0.5);
    const sign = long.map((x) => (x < 30_000 ? "low" : "high"));
    expect(warningsOf(long, sign)[0]).toContain("alone it tells 100 %");
    expect(
      warningsOf(
        long,
        range(60_000).map((i) => String((i * i) % 7)),
      ),
    ).toEqual([]);
  });

  it("finds a number column that is the number target in another unit", () => {
    const price = range(40).map((i) => 100 + ((i * 13) % 40) * 1.7);
    expect(
      warningsOf(
        price.map((p, i) => p * 1.19 + (i % 2) * 1e-3),
        price,
      )[0],
    ).toMatch(/correlation with it is 1\.0000/);
    expect(
      warningsOf(
        price.map((p, i) => p + (i % 3) * 30),
        price,
      ),
    ).toEqual([]);
  });

  it("says which columns there are when the target is unknown", () => {
    expect(() => profile(tableFromColumns({ age: [1] }), { target: "ag" })).toThrow(
      'no column "ag". Did you mean "age"?',
    );
  });
});

describe("correlations", () => {
  it("lists pairs above the limit, strongest first, each once", () => {
    const x = range(40).map((i) => (i * 7) % 40);
    const table = tableFromColumns({
      x,
      double: x.map((t) => 2 * t),
      near: x.map((t, i) => -t + (i % 5)),
      harmless,
      constant: new Array(40).fill(1),
      text: x.map(String),
    });
    const pairs = correlations(table);
    expect(pairs.map(({ a, b }) => `${a}-${b}`)).toEqual(["x-double", "x-near", "double-near"]);
    expect(pairs[0]!.r).toBeCloseTo(1, 14);
    expect(pairs[1]!.r).toBeLessThan(-0.9);
  });

  it("leaves out the rows where one of the two is missing", () => {
    const table = tableFromColumns({ x: [1, 2, 3, NaN, 5], y: [2, 4, 6, 1000, NaN] });
    expect(correlations(table)[0]!.r).toBeCloseTo(1, 14);
  });
});
