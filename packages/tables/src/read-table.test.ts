import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BackendError, OptionError } from "steepest";
import { type Column, tableFromColumns } from "steepest/data";
import { describe, expect, it } from "vitest";
import { readTable } from "./read-table.ts";
import { type StreamTableOptions, streamTable } from "./stream-table.ts";
import { writeTable } from "./write-table.ts";

const folder = mkdtempSync(join(tmpdir(), "steepest-tables-"));
const golden = (name: string) => fileURLToPath(new URL(`./golden/${name}`, import.meta.url));
const table = tableFromColumns({
  id: { type: "category", codes: Int32Array.of(0, 1, 2), categories: ["r1", "r2", "r3"] },
  age: [31, NaN, -0],
  plan: { type: "category", codes: Int32Array.of(0, -1, 1), categories: ["basic, ä", "pro"] },
  since: { type: "date", values: Float64Array.of(0, NaN, 1_700_000_000_123) },
});
const FORMATS = ["csv", "tsv", "parquet", "arrow", "arrows", "feather", "npz"];

const cells = (column: Column): unknown[] =>
  column.type === "category"
    ? Array.from(column.codes, (code) => column.categories[code] ?? null)
    : Array.from(column.values);

describe("readTable and writeTable", () => {
  it.each(FORMATS)("give back a table through .%s, bit for bit", async (extension) => {
    const path = join(folder, `table.${extension}`);
    await writeTable(path, table);
    const back = await readTable(path);
    expect(back.table.names).toEqual(table.names);
    for (const name of table.names) expect(back.table.column(name)).toEqual(table.column(name));
    expect(back.schema).toEqual(table.names.map((name) => ({ name, type: table.column(name).type })));
    expect(back.rejects).toEqual([]);
  });

  it("goes by the format that is given, whatever the name", async () => {
    const path = join(folder, "table.data");
    await writeTable(path, table, { format: "parquet" });
    expect((await readTable(path, { format: "parquet" })).format).toBe("parquet");
    await expect(readTable(path)).rejects.toThrowError(OptionError);
    await expect(readTable(path, { format: "csv" })).rejects.toThrow();
    await expect(readTable(path, { format: "xlsx" } as object)).rejects.toThrow("format must be one of");
  });

  it("reads only some columns of every format, in the order asked for", async () => {
    for (const extension of FORMATS) {
      const { table: part } = await readTable(join(folder, `table.${extension}`), { columns: ["plan", "age"] });
      expect(part.names).toEqual(["plan", "age"]);
    }
  });

  it("promises the same types to every format", async () => {
    const results = FORMATS.map(async (extension) => {
      const path = join(folder, `typed.${extension}`);
      await writeTable(path, tableFromColumns({ age: ["31", "none", "4e1"] }));
      const read = (options: object) => readTable(path, { types: { age: "number" }, source: "f", ...options });
      const { table: typed } = await read({ missing: ["none"] });
      expect(typed.column("age")).toEqual({ type: "number", values: Float64Array.of(31, NaN, 40) });
      return read({}).catch((error: unknown) => error as { code: string; row: number; column: string });
    });
    for (const error of await Promise.all(results)) {
      expect(error).toMatchObject({ name: "DataError", code: "column-not-numeric", row: 1, column: "age" });
    }
  });

  it("refuses options that the format does not have", async () => {
    const path = golden("mixed.parquet");
    await expect(readTable(path, { onBadRow: "skip" })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[OptionError: readTable: onBadRow is for csv files, and this one is read as parquet.]`,
    );
    await expect(readTable(path, { arrays: ["x"] })).rejects.toThrow("arrays is for numpy files");
    await expect(writeTable(join(folder, "x.npy"), table)).rejects.toThrow("Write .npz.");
    await expect(writeTable(join(folder, "x.csv"), table, { delimiter: ";" } as object)).rejects.toThrow(OptionError);
  });

  it("leaves nothing behind where it cannot write, and says why", async () => {
    await expect(writeTable(join(folder, "no", "x.csv"), table)).rejects.toThrowError(BackendError);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
    expect(readFileSync(join(folder, "table.csv"), "utf8")).toBe(
      'id,age,plan,since\nr1,31,"basic, ä",1970-01-01\nr2,,,\nr3,-0,pro,2023-11-14T22:13:20.123Z\n',
    );
  });

  it.each(FORMATS)("says that a .%s file is not there", async (extension) => {
    await expect(readTable(`/nowhere/x.${extension}`)).rejects.toMatchObject({ code: "file-not-readable" });
  });
});

describe("streamTable", () => {
  const collect = async (path: string, options: StreamTableOptions) => {
    const batches = [];
    for await (const batch of streamTable(path, options)) batches.push(batch);
    return batches;
  };

  it.each(FORMATS)("gives the same batches from .%s", async (extension) => {
    const schema = [{ name: "age", type: "number" }] as const;
    const options = { schema, batchRows: 2, carry: ["id", "since"] };
    const batches = await collect(join(folder, `table.${extension}`), options);
    expect(batches.flatMap((batch) => cells(batch.table.column("age")))).toEqual([31, NaN, -0]);
    expect(batches.flatMap((batch) => [...batch.rows])).toEqual([0, 1, 2]);
    expect(batches.flatMap((batch) => batch.carried)).toEqual([
      ["r1", "1970-01-01"],
      ["r2", ""],
      ["r3", "2023-11-14T22:13:20.123Z"],
    ]);
    expect(new Set(batches.flatMap(({ header }) => header))).toEqual(new Set(["id", "age", "plan", "since"]));
    expect(batches.every((batch) => batch.schema.length === 1 && batch.rejects.length === 0)).toBe(true);
  });

  it.each(FORMATS)("gives the rows of .%s without columns to carry along, too", async (extension) => {
    const batches = await collect(join(folder, `table.${extension}`), { batchRows: 2 });
    expect(batches.flatMap(({ carried }) => carried)).toEqual([[], [], []]);
    expect(batches.reduce((sum, { table }) => sum + table.rows, 0)).toBe(3);
  });

  it("reports the bad rows of CSV files", async () => {
    const path = join(folder, "bad.csv");
    writeFileSync(path, "id,x\na,1\nb,one\nc,3\n");
    const schema = [{ name: "x", type: "number" }] as const;
    const [batch] = await collect(path, { schema, onBadRow: "skip", carry: ["id"] });
    expect([batch?.carried, batch?.rejects.map(({ row }) => row)]).toEqual([[["a"], ["c"]], [1]]);
    await expect(collect(path, { schema })).rejects.toThrow('holds text that is not a number: "one"');
  });

  it("refuses columns to carry that are not there, in every format", async () => {
    for (const extension of FORMATS) {
      await expect(collect(join(folder, `table.${extension}`), { carry: ["Id"] })).rejects.toMatchObject({
        code: "unknown-column",
      });
    }
  });
});
