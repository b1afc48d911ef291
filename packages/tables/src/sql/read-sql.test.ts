import { BackendError, DataError } from "steepest";
import type { Column } from "steepest/data";
import { describe, expect, it } from "vitest";
import type { DuckDBModule } from "./duckdb.ts";
import { readSql } from "./read-sql.ts";

const cells = (column: Column): unknown[] =>
  column.type === "category"
    ? Array.from(column.codes, (code) => column.categories[code] ?? null)
    : Array.from(column.values);

/** Columns with their DuckDBTypeId and values, handed out in chunks of two rows, as @duckdb/node-api 1.5.6 does. */
type FakeColumn = readonly [name: string, typeId: number, type: string, values: readonly unknown[]];

/** Values as they come from the real package for the query that each column names. */
const uuid = { hugeint: 0n, toString: () => "00000000-0000-0000-0000-000000000001" };
const COLUMNS: readonly FakeColumn[] = [
  ["b", 5, "BIGINT", [1n, null, 3n]],
  ["d", 11, "DOUBLE", [2.5, null, -0]],
  ["m", 19, "DECIMAL(5,1)", [{ width: 5, scale: 1, value: 3n }, null, { width: 5, scale: 1, value: -11n }]],
  ["t", 17, "VARCHAR", ["a", null, ""]],
  ["f", 1, "BOOLEAN", [true, null, false]],
  ["day", 13, "DATE", [{ days: 19782 }, null, { days: -1 }]],
  ["ts", 12, "TIMESTAMP", [{ micros: 1709209800123456n }, null, { micros: -1n }]],
  ["ns", 22, "TIMESTAMP_NS", [{ nanos: 1709209800123456789n }, null, { nanos: -1n }]],
  ["e", 23, "ENUM('x', 'y')", ["x", null, "y"]],
  ["u", 27, "UUID", [uuid, null, uuid]],
];

function fake(columns: readonly FakeColumn[]) {
  const log: string[] = [];
  const module: DuckDBModule = {
    DuckDBInstance: {
      async create(path) {
        if (path === "locked.db") throw new Error("IO Error: could not set lock.");
        log.push(`open ${path}`);
        return {
          async connect() {
            return {
              async stream(sql) {
                if (sql === "bad") throw new Error("Parser Error: syntax error");
                let row = 0;
                return {
                  columnNames: () => columns.map(([name]) => name),
                  columnTypes: () => columns.map(([, typeId, type]) => ({ typeId, toString: () => type })),
                  async fetchChunk() {
                    const start = row;
                    row += 2;
                    const rowCount = Math.max(0, Math.min(2, (columns[0]?.[3].length ?? 0) - start));
                    return { rowCount, getColumnValues: (at) => columns[at]![3].slice(start, row) };
                  },
                };
              },
              closeSync: () => log.push("close connection"),
            };
          },
          closeSync: () => log.push("close database"),
        };
      },
    },
  };
  return { log, load: async () => module };
}

describe("readSql", () => {
  it("gives every type its column, and closes what it opened", async () => {
    const { load, log } = fake(COLUMNS);
    const { table, schema } = await readSql("select …", { load, database: "shop.db" });
    expect(Object.fromEntries(table.names.map((name) => [name, cells(table.column(name))]))).toEqual({
      b: [1, NaN, 3],
      d: [2.5, NaN, -0],
      m: [0.3, NaN, -1.1],
      t: ["a", null, ""],
      f: ["true", null, "false"],
      day: [Date.UTC(2024, 1, 29), NaN, -86_400_000],
      ts: [1709209800123, NaN, -1],
      ns: [1709209800123, NaN, -1],
      e: ["x", null, "y"],
      u: [String(uuid), null, String(uuid)],
    });
    expect(schema.find(({ name }) => name === "ts")).toEqual({ name: "ts", type: "date" });
    expect(log).toEqual(["open shop.db", "close connection", "close database"]);
  });

  it("says what to install where DuckDB is absent", async () => {
    const load = async () => {
      throw new Error("Cannot find package '@duckdb/node-api'");
    };
    await expect(readSql("select 1", { load })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[BackendError: readSql: SQL is run by DuckDB, and the package @duckdb/node-api cannot be loaded: Cannot find package '@duckdb/node-api'. Install it: npm install @duckdb/node-api@1.5.6-r.1. Parquet, CSV, Arrow and NumPy files need no such package: readTable.]`,
    );
  });

  it("hands on what DuckDB says about a query or a database, and closes both", async () => {
    const { load, log } = fake(COLUMNS);
    const query = await readSql("bad", { load }).catch((error: unknown) => error);
    expect(query).toBeInstanceOf(DataError);
    expect(query).toMatchObject({
      code: "query-failed",
      message: "readSql: the query fails: Parser Error: syntax error",
    });
    expect(log.slice(-2)).toEqual(["close connection", "close database"]);
    await expect(readSql("select 1", { load, database: "locked.db" })).rejects.toBeInstanceOf(BackendError);
  });

  it("names columns that a table cannot hold, and integers that f64 would round", async () => {
    const list = fake([["tags", 24, "VARCHAR[]", [null]], ...COLUMNS.slice(0, 1)]);
    await expect(readSql("…", { load: list.load })).rejects.toMatchObject({
      code: "unsupported-type",
      column: "tags",
      received: "VARCHAR[]",
    });
    expect((await readSql("…", { load: list.load, columns: ["b"] })).header).toEqual(["tags", "b"]);
    const large = fake([["id", 5, "BIGINT", [1n, 2n, 2n ** 60n]]]);
    await expect(readSql("…", { load: large.load })).rejects.toMatchObject({ code: "integer-too-large", row: 2 });
  });
});
