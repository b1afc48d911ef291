import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parquetWriteBuffer } from "hyparquet-writer";
import { DataError } from "steepest";
import type { Column } from "steepest/data";
import { describe, expect, it } from "vitest";
import { readParquet, streamParquet } from "./read-parquet.ts";

const path = (name: string) => fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
const bytes = (name: string) => new Uint8Array(readFileSync(path(name)));

/** Values with null for missing, whatever the column. */
function cells(column: Column): unknown[] {
  if (column.type === "category") return Array.from(column.codes, (code) => column.categories[code] ?? null);
  return Array.from(column.values, (x) => (Number.isNaN(x) ? null : x));
}

describe("readParquet", () => {
  it("reads every type that pyarrow wrote, with the same values", async () => {
    const { table, schema } = await readParquet(path("mixed.parquet"));
    const found = Object.fromEntries(table.names.map((name) => [name, cells(table.column(name))]));
    const leapDay = Date.UTC(2024, 1, 29);
    const noon = leapDay + 12.5 * 3_600_000;
    expect(found).toEqual({
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
      money: [0.3, null, -1.1], // the nearest f64, not 3 · 0.1
      none: [null, null, null],
    });
    expect(schema.filter(({ type }) => type === "date").map(({ name }) => name)).toEqual(["day", "ms", "us", "ns"]);
  });

  it.each(["none", "snappy", "gzip", "brotli", "zstd", "lz4", "v2", "delta"])(
    "reads rows written as %s",
    async (form) => {
      const { table } = await readParquet(path(`rows-${form}.parquet`));
      const n = Array.from({ length: 1000 }, (_, i) => i);
      expect(cells(table.column("x"))).toEqual(n.map((i) => (i % 7 ? i * 0.25 : null)));
      expect(cells(table.column("k"))).toEqual(n);
      expect(cells(table.column("c"))).toEqual(n.map((i) => `c${(i * i) % 11}`));
    },
  );

  it("reads what pandas writes", async () => {
    const { table } = await readParquet(bytes("pandas.parquet"));
    expect(table.names.map((name) => [name, cells(table.column(name))])).toEqual([
      ["age", [31, null]],
      ["plan", ["basic", "pro"]],
      ["at", [Date.UTC(2024, 1, 29), null]],
    ]);
  });

  it("reads a file without rows", async () => {
    const { table } = await readParquet(path("no-rows.parquet"));
    expect([table.rows, table.names]).toEqual([0, ["x", "k", "c"]]);
  });

  it("reads only the columns that are asked for, in that order, so that nested ones do not matter", async () => {
    const { table } = await readParquet(path("nested.parquet"), { columns: ["id"] });
    expect(cells(table.column("id"))).toEqual([1, 2]);
    const swapped = await readParquet(path("rows-none.parquet"), { columns: ["c", "x"] });
    expect(swapped.table.names).toEqual(["c", "x"]);
  });

  it("takes promised types where the cells fit them", async () => {
    const file = new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: "zip", data: [2134, null], type: "INT32" },
          { name: "age", data: ["31", " "], type: "STRING" },
          { name: "paid", data: [true, false], type: "BOOLEAN" },
          { name: "day", data: ["2024-02-29", "NA"], type: "STRING" },
        ],
      }),
    );
    const types = { zip: "category", age: "number", paid: "number", day: "date" } as const;
    const { table } = await readParquet(file, { types, missing: ["NA"] });
    expect(table.names.map((name) => cells(table.column(name)))).toEqual([
      ["2134", null],
      [31, null],
      [1, 0],
      [Date.UTC(2024, 1, 29), null],
    ]);
  });
});

describe("bad Parquet files", () => {
  const failure = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DataError);
    return error as DataError;
  };

  it("names the columns that a table cannot hold", async () => {
    const error = await failure(readParquet(path("nested.parquet"), { source: "nested.parquet" }));
    expect(error).toMatchObject({ code: "unsupported-type", column: "tags", received: "a list" });
    expect(error.message).toMatchInlineSnapshot(
      `"nested.parquet: column "tags" is a list, and a table holds numbers, dates and categories. columns: ["id", "blob"] reads the columns that you need without it."`,
    );
    const stored = async (name: string) =>
      (await failure(readParquet(path("nested.parquet"), { columns: [name] }))).received;
    expect(await Promise.all(["where", "blob", "clock"].map(stored))).toEqual([
      'a struct of "x"',
      "bytes",
      "time (int64)",
    ]);
  });

  it("does not round integers unless it is told to", async () => {
    const error = await failure(readParquet(path("large-integer.parquet"), { source: "ids.parquet" }));
    expect(error).toMatchObject({ code: "integer-too-large", column: "id", row: 0 });
    expect(error.message).toMatchInlineSnapshot(
      `"ids.parquet: column "id" holds the integer 9007199254740993, which f64 would round in row 0. Expected integers up to 2^53. types: { "id": "category" } keeps the column as text. types: { "id": "number" } rounds."`,
    );
    const kept = await readParquet(path("large-integer.parquet"), { types: { id: "category" } });
    expect(cells(kept.table.column("id"))).toEqual(["9007199254740993", "5"]);
    const rounded = await readParquet(path("large-integer.parquet"), { types: { id: "number" } });
    expect(cells(rounded.table.column("id"))).toEqual([2 ** 53, 5]);
  });

  it("says which type does not fit, and where a text is no number", async () => {
    const dates = await failure(readParquet(path("mixed.parquet"), { types: { day: "number" }, source: "m" }));
    expect(dates.message).toMatchInlineSnapshot(
      `"m: column "day" is date (int32) and cannot be read as "number". It can be "date" or "category"."`,
    );
    const text = await failure(readParquet(path("rows-none.parquet"), { types: { c: "number" }, source: "r" }));
    expect(text).toMatchObject({ code: "column-not-numeric", column: "c", row: 0 });
    expect(text.message).toContain('1000 cells cannot be read:\n  row 0: "c0"\n  row 1: "c1"');
    expect(text.message).toContain("… and 980 more");
  });

  it("names columns that are not there", async () => {
    const error = await failure(readParquet(path("rows-none.parquet"), { columns: ["K"], source: "r" }));
    expect(error.message).toMatchInlineSnapshot(
      `"r: columns: there is no column "K". Did you mean "k" or "x" or "c"? The columns are "x", "k", "c"."`,
    );
    const schema = [{ name: "age", type: "number" }] as const;
    expect(await failure(readParquet(path("rows-none.parquet"), { schema }))).toMatchObject({ code: "missing-column" });
  });

  it("tells files of another kind, empty and cut ones apart", async () => {
    const whole = bytes("rows-snappy.parquet");
    const of = async (file: Uint8Array) => (await failure(readParquet(file, { source: "f" }))).message;
    expect(await of(new Uint8Array(0))).toMatchInlineSnapshot(`"f: the file is empty. Expected a Parquet file."`);
    expect(await of(bytes("arrays.npz"))).toContain("its first bytes look like a zip archive, such as .npz");
    expect(await of(new TextEncoder().encode("a,b\n1,2\n"))).toContain("look like text");
    expect(await of(whole.subarray(0, 5000))).toMatchInlineSnapshot(
      `"f: the Parquet file is cut off: it ends without "PAR1". Copy or write it again."`,
    );
  });

  it("names a compression that it cannot read", async () => {
    const compressors = { LZO: (input: Uint8Array) => input };
    const columnData = [{ name: "x", data: [1, 2, 3], type: "DOUBLE" as const }];
    const file = new Uint8Array(parquetWriteBuffer({ columnData, codec: "LZO", compressors }));
    const error = await failure(readParquet(file, { source: "f" }));
    expect(error).toMatchObject({ code: "unsupported-compression", column: "x", received: "LZO" });
  });

  it("fails with a DataError wherever a file is cut, and never with another error where bytes are changed", async () => {
    const whole = bytes("rows-gzip.parquet");
    for (let size = 0; size < whole.length; size += 97) await failure(readParquet(whole.subarray(0, size)));
    let damaged = 0;
    for (let at = 0; at < whole.length; at += 37) {
      const changed = whole.slice();
      changed[at]! ^= 0x55;
      const error = await readParquet(changed).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined) continue;
      expect(error, `byte ${at}`).toBeInstanceOf(DataError);
      damaged++;
    }
    expect(damaged).toBeGreaterThan(50);
  });

  it("says that a file is not there", async () => {
    await expect(readParquet("/nowhere/x.parquet")).rejects.toThrowErrorMatchingInlineSnapshot(
      `[BackendError: readParquet: cannot read "/nowhere/x.parquet": there is no such file. Check the path and its permissions.]`,
    );
  });
});

describe("streamParquet", () => {
  it.each(["rows-snappy.parquet", "rows-v2.parquet"])(
    "gives the rows of %s in file order, in batches",
    async (name) => {
      const k: number[] = [];
      const x: unknown[] = [];
      const sizes: number[] = [];
      for await (const batch of streamParquet(path(name), { batchRows: 120, columns: ["k", "x"], carry: ["c", "x"] })) {
        sizes.push(batch.table.rows);
        k.push(...(cells(batch.table.column("k")) as number[]));
        x.push(...cells(batch.table.column("x")));
        expect(Array.from(batch.rows)).toEqual(cells(batch.table.column("k")));
        expect(batch.header).toEqual(["x", "k", "c"]);
        const expected = Array.from(batch.rows, (i) => [`c${(i * i) % 11}`, i % 7 ? String(i * 0.25) : ""]);
        expect(batch.carried).toEqual(expected);
      }
      const n = Array.from({ length: 1000 }, (_, i) => i);
      expect(k).toEqual(n);
      expect(x).toEqual(n.map((i) => (i % 7 ? i * 0.25 : null)));
      expect(sizes).toEqual([100, 100, 100, 100, 100, 100, 100, 100, 100, 100]); // groups of 300, 300, 300, 100
    },
  );

  it("gives one table without rows for a file without rows", async () => {
    const batches = [];
    for await (const { table } of streamParquet(path("no-rows.parquet"))) batches.push(table);
    expect(batches.map(({ rows, names }) => [rows, names])).toEqual([[0, ["x", "k", "c"]]]);
  });

  it("refuses a batch size that is no count, and columns to carry that are not there", async () => {
    const first = (options: object) => streamParquet(path("no-rows.parquet"), options).next();
    await expect(first({ batchRows: 0 })).rejects.toThrow("batchRows must be a positive integer, got 0.");
    await expect(first({ carry: ["id"] })).rejects.toThrow('carry: there is no column "id"');
    await expect(first({ delimiter: ";" })).rejects.toThrow('unknown option "delimiter"');
  });
});
