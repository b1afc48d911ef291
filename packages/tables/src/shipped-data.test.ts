import { fileURLToPath } from "node:url";
import { correlations, fitEncoder, profile } from "steepest/data";
import { describe, expect, it } from "vitest";
import { readCsvFile } from "./index.ts";

const path = (name: string) => fileURLToPath(new URL(`../../../data/${name}.csv`, import.meta.url));

// Rows, columns and classes as in data/README.md.
const SHIPPED = [
  { name: "iris", rows: 150, columns: 5, target: "species", classes: { setosa: 50, versicolor: 50, virginica: 50 } },
  { name: "wine", rows: 178, columns: 14, target: "cultivar", classes: { 0: 59, 1: 71, 2: 48 } },
  { name: "breast-cancer", rows: 569, columns: 31, target: "diagnosis", classes: { benign: 357, malignant: 212 } },
  { name: "diabetes", rows: 442, columns: 11, target: "progression", classes: undefined },
  {
    name: "digits",
    rows: 1797,
    columns: 65,
    target: "digit",
    classes: { 0: 178, 1: 182, 2: 177, 3: 183, 4: 181, 5: 182, 6: 181, 7: 179, 8: 174, 9: 180 },
  },
  { name: "moons", rows: 300, columns: 3, target: "label", classes: { 0: 150, 1: 150 } },
  { name: "circles", rows: 300, columns: 3, target: "label", classes: { 0: 150, 1: 150 } },
] as const;

describe.each(SHIPPED)("data/$name.csv", ({ name, rows, columns, target }) => {
  it(`has ${rows} rows, ${columns} columns, numbers beside the target, and nothing missing`, async () => {
    const { table, schema } = await readCsvFile(path(name));
    expect([table.rows, table.names.length, table.names.at(-1)]).toEqual([rows, columns, target]);
    expect(new Set(schema.slice(0, -1).map(({ type }) => type))).toEqual(new Set(["number"]));
    for (const column of profile(table)) expect([column.name, column.missing]).toEqual([column.name, 0]);
  });

  it("gives no feature that tells the target", async () => {
    const { table } = await readCsvFile(path(name));
    const warnings = profile(table, { target }).flatMap((column) => column.warnings);
    expect(warnings.filter((warning) => !warning.startsWith("constant"))).toEqual([]);
  });
});

describe.each(SHIPPED.filter(({ classes }) => classes !== undefined))("data/$name.csv", ({ name, target, classes }) => {
  it("has the classes of its description", async () => {
    const { table } = await readCsvFile(path(name));
    const encoder = fitEncoder(table, { target, task: "classification" });
    const counts: Record<string, number> = {};
    for (const label of encoder.labels(table)) counts[label] = (counts[label] ?? 0) + 1;
    expect(counts).toEqual(classes);
    expect(encoder.classes).toEqual(Object.keys(classes!));
  });
});

describe("data/breast-cancer.csv", () => {
  it("has 21 pairs of features with |r| above 0.9, and no constant column", async () => {
    const { table } = await readCsvFile(path("breast-cancer"));
    const pairs = correlations(table, { above: 0.9 });
    expect(pairs).toHaveLength(21);
    expect([pairs[0]!.a, pairs[0]!.b]).toEqual(["mean_radius", "mean_perimeter"]);
    expect(profile(table, { target: "diagnosis" }).flatMap(({ warnings }) => warnings)).toEqual([]);
  });
});

describe("data/digits.csv", () => {
  it("has three pixels that are always 0", async () => {
    const { table } = await readCsvFile(path("digits"));
    const constant = profile(table).filter(({ warnings }) => warnings[0]?.startsWith("constant"));
    expect(constant.map(({ name }) => name)).toEqual(["p00", "p40", "p47"]);
  });
});
