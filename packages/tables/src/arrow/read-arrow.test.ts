import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { DataError } from "steepest";
import { type Column, tableFromColumns } from "steepest/data";
import { describe, expect, it } from "vitest";
import { readArrow } from "./read-arrow.ts";
import { writeArrow } from "./write-arrow.ts";

const path = (name: string) => fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
const bytes = (name: string) => new Uint8Array(readFileSync(path(name)));

function cells(column: Column): unknown[] {
  if (column.type === "category") return Array.from(column.codes, (code) => column.categories[code] ?? null);
  return Array.from(column.values, (x) => (Number.isNaN(x) ? null : x));
}

async function failure(work: Promise<unknown>): Promise<DataError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

describe("readArrow", () => {
  it.each(["mixed.arrow", "mixed.arrows"])("reads every type that pyarrow wrote into %s", async (name) => {
    const { table } = await readArrow(path(name));
    const leapDay = Date.UTC(2024, 1, 29);
    const noon = leapDay + 12.5 * 3_600_000;
    expect(Object.fromEntries(table.names.map((column) => [column, cells(table.column(column))]))).toEqual({
      f64: [1.5, null, -0],
      f32: [Math.fround(0.1), null, Infinity],
      f16: [0.5, -2, 65504],
      i64: [Number.MAX_SAFE_INTEGER, null, -3],
      i8: [-128, 0, 127],
      u32: [4294967295, 0, null],
      u64: [1, 2, 3],
      bool: ["true", null, "false"],
      text: ["é", null, ""],
      dict: ["b", "a", "b"],
      day: [leapDay, null, -86_400_000],
      ms: [noon + 123, null, 0], // pyarrow's own cast cuts toward zero
      us: [noon + 123, null, -1],
      ns: [noon + 123, null, -1],
      money: [0.3, null, -1.1],
      none: [null, null, null],
    });
  });

  it("reads what pandas calls Feather, with the order of its categories", async () => {
    const { table } = await readArrow(path("pandas.feather"));
    expect(table.names.map((name) => [name, cells(table.column(name))])).toEqual([
      ["age", [31, null]],
      ["plan", ["basic", "pro"]],
      ["at", [Date.UTC(2024, 1, 29), null]],
    ]);
  });

  it.each(["lz4", "zstd"])("reads buffers compressed with %s, also those of many blocks", async (codec) => {
    const { table } = await readArrow(path(`long-${codec}.feather`));
    const n = Array.from({ length: 12_000 }, (_, i) => i);
    expect(cells(table.column("x"))).toEqual(n.map((i) => (i % 50) / 8));
    expect(cells(table.column("c"))).toEqual(n.map((i) => `city ${i % 37}`));
  });

  it("reads bytes that start anywhere in their buffer", async () => {
    const whole = bytes("mixed.arrow");
    const shifted = new Uint8Array(whole.length + 3).subarray(3);
    shifted.set(whole);
    expect((await readArrow(shifted)).table.rows).toBe(3);
  });

  it("follows a dictionary that is replaced between batches", async () => {
    const { table } = await readArrow(path("replaced.arrows"));
    expect(cells(table.column("c"))).toEqual(["a", "b", "z", null, "a"]);
  });

  it("gives back what writeArrow wrote, bit for bit, with its categories in their order", async () => {
    const row = fc.record({ x: fc.double(), code: fc.integer({ min: -1, max: 2 }), at: fc.option(fc.integer()) });
    const property = fc.asyncProperty(
      fc.array(row, { maxLength: 20 }),
      fc.constantFrom("file" as const, "stream" as const),
      async (rows, format) => {
        const table = tableFromColumns({
          x: Float64Array.from(rows, ({ x }) => x),
          c: { type: "category", codes: Int32Array.from(rows, ({ code }) => code), categories: ["z", "", "ä"] },
          at: { type: "date", values: Float64Array.from(rows, ({ at }) => at ?? NaN) },
        });
        const back = (await readArrow(await writeArrow(table, { format }))).table;
        for (const name of table.names) expect(back.column(name)).toEqual(table.column(name));
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it("names the columns that a table cannot hold", async () => {
    const error = await failure(readArrow(path("nested.arrow"), { source: "nested.arrow" }));
    expect(error.message).toMatchInlineSnapshot(
      `"nested.arrow: column "tags" is a list, and a table holds numbers, dates and categories. columns: ["id"] reads the columns that you need without it."`,
    );
    const stored = async (name: string) =>
      (await failure(readArrow(path("nested.arrow"), { columns: [name] }))).received;
    expect(await Promise.all(["where", "blob", "clock"].map(stored))).toEqual([
      'a struct of "x"',
      "bytes",
      "a time of day",
    ]);
    expect((await readArrow(path("nested.arrow"), { columns: ["id"] })).table.rows).toBe(2);
  });

  it("does not round integers unless it is told to", async () => {
    expect(await failure(readArrow(path("large-integer.arrow")))).toMatchObject({ code: "integer-too-large", row: 0 });
    const { table } = await readArrow(path("large-integer.arrow"), { types: { id: "category" } });
    expect(cells(table.column("id"))).toEqual(["9007199254740993", "5"]);
  });

  it("says which type does not fit", async () => {
    const error = await failure(readArrow(path("mixed.arrow"), { types: { day: "number" } }));
    expect(error).toMatchObject({ code: "type-mismatch", column: "day", received: "a date" });
  });

  it("tells data of another kind, empty and cut ones apart", async () => {
    const of = async (file: Uint8Array) => (await failure(readArrow(file, { source: "f" }))).code;
    expect(await of(new Uint8Array(0))).toBe("empty-file");
    expect(await of(bytes("mixed.parquet"))).toBe("wrong-format");
    expect(await of(new TextEncoder().encode("a,b\n1,2\n"))).toBe("wrong-format");
    expect(await of(bytes("mixed.arrow").subarray(0, 2000))).toBe("truncated-file");
    expect(await of(bytes("mixed.arrows").subarray(0, 2000))).toBe("corrupt-file");
  });

  it("fails with a DataError wherever a file is cut, and a stream inside of a message", async () => {
    const file = bytes("mixed.arrow");
    for (let size = 0; size < file.length; size += 29) await failure(readArrow(file.subarray(0, size)));
    const stream = bytes("mixed.arrows");
    const codes = new Set<string | undefined>();
    for (let size = 0; size < stream.length; size += 29) {
      const error = await readArrow(stream.subarray(0, size)).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined) expect(error).toBeInstanceOf(DataError);
      codes.add((error as DataError | undefined)?.code);
    }
    expect(codes).toContain("corrupt-file");
  });
});

describe("writeArrow", () => {
  it("refuses options that it does not have", async () => {
    const table = tableFromColumns({ x: [1] });
    await expect(writeArrow(table, { codec: "lz4" } as object)).rejects.toThrow('unknown option "codec"');
    await expect(writeArrow(table, { format: "feather" } as object)).rejects.toThrow(
      'format must be "file" or "stream"',
    );
  });
});
