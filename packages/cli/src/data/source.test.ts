import { tableFromColumns } from "steepest/data";
import { describe, expect, it } from "vitest";
import { sha256OfTable } from "./fingerprint.ts";
import { sourceOf, withoutSecrets } from "./source.ts";

describe("a data argument", () => {
  it.each([
    ["-", undefined, { kind: "stdin", name: "standard input" }],
    ["a.csv", undefined, { kind: "csv", path: "a.csv", name: "a.csv" }],
    ["a.TSV", undefined, { kind: "csv", path: "a.TSV", name: "a.TSV" }],
    ["data", undefined, { kind: "csv", path: "data", name: "data" }],
    ["a.parquet", undefined, { kind: "typed", format: "parquet", path: "a.parquet", name: "a.parquet" }],
    ["a.feather", undefined, { kind: "typed", format: "arrow", path: "a.feather", name: "a.feather" }],
    ["a.npz", undefined, { kind: "typed", format: "numpy", path: "a.npz", name: "a.npz" }],
    ["a.bin", "parquet", { kind: "typed", format: "parquet", path: "a.bin", name: "a.bin" }],
    ["a.parquet", "csv", { kind: "csv", path: "a.parquet", name: "a.parquet" }],
    ["duckdb: select 1; ", undefined, { kind: "query", sql: "select 1", name: "duckdb: select 1; " }],
  ] as const)("%s with format %s", (argument, format, source) => {
    expect(sourceOf(argument, format)).toEqual(source);
  });

  it("standard input is CSV, and a query has no format", () => {
    expect(() => sourceOf("-", "parquet")).toThrow("standard input is read as CSV");
    expect(() => sourceOf("duckdb:select 1", "csv")).toThrow("a query has no format");
  });

  it.each([
    ["duckdb:select * from postgres_scan('host=h password=geheim1 user=u')", "geheim1"],
    ["create secret (type s3, key_id 'AKIA99', secret 'xyz77')", "AKIA99"],
    ["create secret (type s3, key_id 'AKIA99', secret 'xyz77')", "xyz77"],
    ["duckdb:from 'https://joe:geheim2@host/x.csv'", "geheim2"],
    ["attach 'x' (TOKEN=geheim3)", "geheim3"],
  ])("%s shows nothing of %s", (text, secret) => {
    expect(withoutSecrets(text)).not.toContain(secret);
    expect(withoutSecrets(text)).toContain("***");
  });

  it("that has no secret stays as it is", () => {
    const text = "duckdb:select passworded, a from 'data/tokens.csv' where b = 'secrets' and c != 'key'";
    expect(withoutSecrets(text)).toBe(text);
  });
});

describe("the fingerprint of a table", () => {
  it("changes with a name, a type, a value, and not with anything else", () => {
    const tables = [{ a: [1, 2] }, { b: [1, 2] }, { a: [1, 3] }, { a: ["1", "2"] }, { a: [1, 2], c: [0, 0] }];
    expect(new Set(tables.map((columns) => sha256OfTable(tableFromColumns(columns)))).size).toBe(5);
    expect(sha256OfTable(tableFromColumns({ a: [1, 2] }))).toBe(
      sha256OfTable(tableFromColumns({ a: Float64Array.of(1, 2) })),
    );
  });
});
