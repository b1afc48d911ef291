import * as fc from "fast-check";
import { type Column, tableFromColumns } from "steepest/data";
import { describe, expect, it } from "vitest";
import { readParquet } from "./read-parquet.ts";
import { parquetBytes, writeParquet } from "./write-parquet.ts";

const cells = (column: Column): unknown[] =>
  column.type === "category"
    ? Array.from(column.codes, (code) => column.categories[code] ?? null)
    : Array.from(column.values);

describe("writeParquet", () => {
  it("is read back bit for bit, in any row groups, compressed or not", async () => {
    const row = fc.record({
      x: fc.double(),
      c: fc.option(fc.string({ unit: "grapheme", maxLength: 5 })),
      at: fc.option(fc.integer({ min: -(10 ** 12), max: 10 ** 12 })),
    });
    const property = fc.asyncProperty(
      fc.array(row, { maxLength: 30 }),
      fc.constantFrom("snappy" as const, "none" as const),
      fc.integer({ min: 1, max: 40 }),
      async (rows, compression, rowGroupRows) => {
        const categories = [...new Set(rows.flatMap(({ c }) => (c === null ? [] : [c])))];
        const codes = Int32Array.from(rows, ({ c }) => (c === null ? -1 : categories.indexOf(c)));
        const table = tableFromColumns({
          "a.b": Float64Array.from(rows, ({ x }) => x),
          c: { type: "category", codes, categories },
          at: { type: "date", values: Float64Array.from(rows, ({ at }) => at ?? NaN) },
        });
        const back = await readParquet(await writeParquet(table, { compression, rowGroupRows }));
        expect(back.schema).toEqual(table.names.map((name) => ({ name, type: table.column(name).type })));
        for (const name of table.names) expect(cells(back.table.column(name))).toEqual(cells(table.column(name)));
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it("writes 10,000 columns in seconds, and they are read in seconds", async () => {
    const columns = Array.from({ length: 10_000 }, (_, j) => [`c${j}`, Float64Array.of(j, j / 8)] as const);
    const started = performance.now();
    const { table } = await readParquet(await writeParquet(tableFromColumns(columns)));
    expect(table.column("c9999")).toEqual({ type: "number", values: Float64Array.of(9999, 9999 / 8) });
    // About 2 s on two cores. A call of the decoder per column would take minutes: each goes through the whole schema.
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it("joins tables of the same columns into one file", async () => {
    const pieces: Uint8Array[] = [];
    const tables = [tableFromColumns({ x: [1, 2], c: ["a", "b"] }), tableFromColumns({ x: [3], c: ["b"] })];
    for await (const piece of parquetBytes(tables)) pieces.push(piece);
    const { table } = await readParquet(new Uint8Array(Buffer.concat(pieces)));
    expect([cells(table.column("x")), cells(table.column("c"))]).toEqual([
      [1, 2, 3],
      ["a", "b", "b"],
    ]);
  });

  it("refuses options that it does not have", async () => {
    const table = tableFromColumns({ x: [1] });
    await expect(writeParquet(table, { codec: "zstd" } as object)).rejects.toThrow('unknown option "codec"');
    await expect(writeParquet(table, { rowGroupRows: 0 })).rejects.toThrow("rowGroupRows must be a positive integer");
  });
});
