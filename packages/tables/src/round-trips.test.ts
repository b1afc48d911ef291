// One law for every format: what is written is read back bit for bit. And proof that the law notices what writers do wrong.
import * as fc from "fast-check";
import { type Column, type Table, tableFromColumns } from "steepest/data";
import { describe, expect, it } from "vitest";
import { readArrow } from "./arrow/read-arrow.ts";
import { writeArrow } from "./arrow/write-arrow.ts";
import { readCsv } from "./csv/read-csv.ts";
import { writeCsv } from "./csv/write-csv.ts";
import { readNpz } from "./npy/read-npz.ts";
import { writeNpz } from "./npy/write-npz.ts";
import { readParquet } from "./parquet/read-parquet.ts";
import { writeParquet } from "./parquet/write-parquet.ts";
import type { ColumnSpec } from "./schema.ts";

type Schema = readonly ColumnSpec[];
type RoundTrip = (table: Table, schema: Schema) => Promise<Table>;

const ROUND_TRIPS: Readonly<Record<string, RoundTrip>> = {
  csv: async (table, schema) => readCsv(writeCsv(table), { schema }).table,
  parquet: async (table, schema) => (await readParquet(await writeParquet(table), { schema })).table,
  arrow: async (table, schema) => (await readArrow(await writeArrow(table), { schema })).table,
  npz: async (table, schema) => (await readNpz(await writeNpz(table), { schema })).table,
};

/** Numbers that CSV can hold too, half of them where formats differ: the ends of f64, −0, integers at 2^53. */
const edges = fc.constantFrom(0, -0, 5e-324, -1.7976931348623157e308, 2 ** 53, 2 ** 53 + 2, 0.1, NaN);
const number = fc.oneof(edges, fc.double({ noDefaultInfinity: true }));
/** No empty texts and no spaces alone: CSV and NumPy read these as missing. */
const text = fc.oneof(
  fc.constantFrom("a", '"', "a,b", "NaN", "0", "🙂", "line\nbreak"),
  fc.string({ unit: "grapheme" }),
);
const category = fc.option(text.filter((value) => value.trim() !== "" && !value.includes("\0")));
const date = fc.option(fc.integer({ min: -(10 ** 13), max: 10 ** 13 }));
const rows = fc.array(fc.record({ number, category, date }), { minLength: 1, maxLength: 20 });

function tableOf(cells: readonly { number: number; category: string | null; date: number | null }[]): Table {
  const categories = [...new Set(cells.flatMap((cell) => (cell.category === null ? [] : [cell.category])))];
  return tableFromColumns({
    "x, 1": Float64Array.from(cells, (cell) => cell.number),
    c: {
      type: "category",
      codes: Int32Array.from(cells, (cell) => (cell.category === null ? -1 : categories.indexOf(cell.category))),
      categories,
    },
    at: { type: "date", values: Float64Array.from(cells, (cell) => cell.date ?? NaN) },
  });
}

function law(roundTrip: RoundTrip): Promise<void> {
  const property = fc.asyncProperty(rows, async (cells) => {
    const table = tableOf(cells);
    const schema = table.names.map((name) => ({ name, type: table.column(name).type }));
    const back = await roundTrip(table, schema);
    expect(back.names).toEqual(table.names);
    for (const name of table.names) expect(back.column(name)).toEqual(table.column(name));
  });
  return fc.assert(property, { numRuns: 150 }) as Promise<void>;
}

/** A round trip whose columns are changed on the way. */
const changed = (change: (column: Column) => Column): RoundTrip => {
  return async (table) => tableFromColumns(table.names.map((name) => [name, change(table.column(name))] as const));
};
const numbers = (change: (x: number) => number) =>
  changed((column) => (column.type === "number" ? { ...column, values: column.values.map(change) } : column));

const MISTAKES: Readonly<Record<string, RoundTrip>> = {
  "numbers rounded to f32": numbers(Math.fround),
  "numbers with 15 digits": numbers((x) => Number(x.toPrecision(15))),
  "−0 that becomes 0": numbers((x) => x + 0),
  "missing numbers that become 0": numbers((x) => (Number.isNaN(x) ? 0 : x)),
  "dates cut to seconds": changed((column) =>
    column.type === "date" ? { ...column, values: column.values.map((ms) => Math.floor(ms / 1000) * 1000) } : column,
  ),
  "dates before 1970 cut toward zero": changed((column) =>
    column.type === "date" ? { ...column, values: column.values.map((ms) => Math.trunc(ms / 10) * 10) } : column,
  ),
  "missing categories that become the first one": changed((column) =>
    column.type === "category" && column.categories.length > 0
      ? { ...column, codes: column.codes.map((code) => Math.max(code, 0)) }
      : column,
  ),
  "texts that are changed": changed((column) =>
    column.type === "category" ? { ...column, categories: column.categories.map((value) => `${value} `) } : column,
  ),
};

describe("the law of round trips", () => {
  it.each(Object.entries(ROUND_TRIPS))("holds for %s", (_, roundTrip) => law(roundTrip));

  it.each(Object.entries(ROUND_TRIPS))(
    "keeps 0 apart from −0 in a column that repeats both, in %s",
    async (_, roundTrip) => {
      const table = tableOf([0, -0, -0, 0, 0, -0, 0, -0].map((number) => ({ number, category: null, date: null })));
      const back = await roundTrip(table, [
        { name: "x, 1", type: "number" },
        { name: "c", type: "category" },
        { name: "at", type: "date" },
      ]);
      expect(back.column("x, 1")).toEqual(table.column("x, 1"));
    },
  );

  it.each(Object.entries(MISTAKES))("notices %s", async (_, mistake) => {
    await expect(law(mistake)).rejects.toThrow();
  });
});
