import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../errors/index.ts";
import { tableFromArrow } from "./from-arrow.ts";
import { tableFromRows } from "./from-rows.ts";
import { type Column, tableFromColumns } from "./table.ts";

/** The DataError that `run` throws. */
function dataError(run: () => unknown): DataError {
  try {
    run();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("tableFromColumns", () => {
  it("keeps numbers, turns texts into codes, and takes columns with their type as they are", () => {
    const born: Column = { type: "date", values: Float64Array.of(0, NaN) };
    const table = tableFromColumns({ age: [31, NaN], plan: ["pro", "basic"], born });
    expect(table.rows).toBe(2);
    expect(table.names).toEqual(["age", "plan", "born"]);
    expect(table.column("age")).toEqual({ type: "number", values: Float64Array.of(31, NaN) });
    expect(table.column("plan")).toEqual({
      type: "category",
      codes: Int32Array.of(0, 1),
      categories: ["pro", "basic"],
    });
    expect(table.column("born")).toBe(born);
  });

  it("does not copy a Float64Array", () => {
    const values = Float64Array.of(1, 2);
    const column = tableFromColumns({ x: values }).column("x");
    expect(column.type === "number" && column.values).toBe(values);
  });

  it("keeps the order of names that look like integers, when given as pairs", () => {
    const pairs = [
      ["2024", [1]],
      ["id", [2]],
      ["2010", [3]],
      ["__proto__", [4]],
    ] as const;
    expect(tableFromColumns(pairs).names).toEqual(["2024", "id", "2010", "__proto__"]);
  });

  it("says which column has another length", () => {
    expect(dataError(() => tableFromColumns({ a: [1, 2], b: [1] }))).toMatchInlineSnapshot(
      `[DataError: tableFromColumns: column "b" has 1 rows, but "a" has 2. All columns need one length.]`,
    );
  });

  it("refuses a name that occurs twice", () => {
    const error = dataError(() =>
      tableFromColumns([
        ["a", [1]],
        ["a", [2]],
      ]),
    );
    expect(error.code).toBe("duplicate-column");
    expect(error.column).toBe("a");
  });

  it("names the row in which a text stands among numbers", () => {
    const error = dataError(() => tableFromColumns({ a: [1, 2, "x"] as unknown as number[] }));
    expect([error.code, error.column, error.row]).toEqual(["mixed-types", "a", 2]);
  });

  it("refuses a code without category, and a category that occurs twice", () => {
    const codes = Int32Array.of(0, 2);
    const unknown = dataError(() => tableFromColumns({ a: { type: "category", codes, categories: ["x", "y"] } }));
    expect([unknown.code, unknown.row]).toEqual(["unknown-code", 1]);
    const twice = dataError(() => tableFromColumns({ a: { type: "category", codes, categories: ["x", "y", "x"] } }));
    expect(twice.code).toBe("duplicate-category");
  });
});

describe("a table", () => {
  const table = tableFromColumns({ age: [31, 58, 44], wage: [1, 2, 3], plan: ["a", "b", "a"] });

  it("names the nearest columns when there is no such column", () => {
    expect(dataError(() => table.column("agee"))).toMatchInlineSnapshot(
      `[DataError: table.column: there is no column "agee". Did you mean "age"? The columns are "age", "wage", "plan".]`,
    );
  });

  it("selects columns in the order asked for, and reports all unknown names", () => {
    expect(table.select(["plan", "age"]).names).toEqual(["plan", "age"]);
    expect(dataError(() => table.select(["x", "age", "y"])).message).toContain('no columns "x", "y"');
  });

  it("takes rows in any order, also twice, and keeps the categories", () => {
    const taken = table.take([2, 0, 2]);
    expect(taken.column("age")).toEqual({ type: "number", values: Float64Array.of(44, 31, 44) });
    expect(taken.column("plan")).toEqual({ type: "category", codes: Int32Array.of(0, 0, 0), categories: ["a", "b"] });
  });

  it("refuses rows that do not exist", () => {
    for (const row of [-1, 3, 0.5, NaN]) expect(dataError(() => table.take([row])).code).toBe("row-out-of-range");
  });

  it("composes: taking rows twice equals taking the rows of the rows", () => {
    const rows = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat()), (first, stream) => {
        const second = Array.from({ length: 5 }, () => (stream.next().value ?? 0) % first.length);
        const twice = table.take(first).take(second);
        const once = table.take(second.map((i) => first[i]!));
        for (const name of table.names) expect(twice.column(name)).toEqual(once.column(name));
      }),
    );
  });
});

describe("tableFromRows", () => {
  it("reads numbers, texts, booleans, dates and null", () => {
    const table = tableFromRows([
      { n: 1, t: "x", b: true, d: new Date(5), m: null },
      { n: null, t: undefined, b: false, d: null, m: null },
    ]);
    expect(table.column("n")).toEqual({ type: "number", values: Float64Array.of(1, NaN) });
    expect(table.column("t")).toEqual({ type: "category", codes: Int32Array.of(0, -1), categories: ["x"] });
    expect(table.column("b")).toEqual({ type: "category", codes: Int32Array.of(0, 1), categories: ["true", "false"] });
    expect(table.column("d")).toEqual({ type: "date", values: Float64Array.of(5, NaN) });
    expect(table.column("m")).toEqual({ type: "number", values: Float64Array.of(NaN, NaN) });
  });

  it("takes rows that are described by an interface", () => {
    interface Customer {
      age: number;
      plan?: string | null;
    }
    const customers: Customer[] = [
      { age: 1, plan: null },
      { age: 2, plan: "x" },
    ];
    expect(tableFromRows(customers).names).toEqual(["age", "plan"]);
  });

  it("names the row and the key that is missing or left over", () => {
    expect(dataError(() => tableFromRows([{ age: 1 }, {}] as { age?: number }[]))).toMatchInlineSnapshot(
      `[DataError: tableFromRows: row 1 has no "age", unlike row 0. Give every row the same keys; null means missing.]`,
    );
    expect(
      dataError(() => tableFromRows([{ age: 1 }, { age: 1, agee: 2 }] as { age: number; agee?: number }[])),
    ).toMatchInlineSnapshot(
      `[DataError: tableFromRows: row 1 has the extra key "agee", unlike row 0. Did you mean "age"? Give every row the same keys; null means missing.]`,
    );
  });

  it("names the row of a cell that is no cell", () => {
    const error = dataError(() => tableFromRows([{ a: 1 }, { a: [2] as unknown as number }]));
    expect([error.code, error.row, error.received]).toEqual(["unknown-type", 1, "a list"]);
  });

  it("refuses no rows", () => {
    expect(dataError(() => tableFromRows([])).code).toBe("empty-table");
  });
});

describe("tableFromArrow", () => {
  const arrow = (columns: Record<string, ArrayLike<unknown>>, numRows: number) => ({
    numRows,
    schema: { fields: Object.keys(columns).map((name) => ({ name })) },
    getChild: (name: string) => (columns[name] === undefined ? null : { toArray: () => columns[name]! }),
  });

  it("takes f64 columns without copying and converts integers, big integers, texts and nulls", () => {
    const x = Float64Array.of(1, 2);
    const table = tableFromArrow(arrow({ x, i: Int32Array.of(3, 4), b: BigInt64Array.of(5n, 6n), t: ["u", null] }, 2));
    const column = table.column("x");
    expect(column.type === "number" && column.values).toBe(x);
    expect(table.column("i")).toEqual({ type: "number", values: Float64Array.of(3, 4) });
    expect(table.column("b")).toEqual({ type: "number", values: Float64Array.of(5, 6) });
    expect(table.column("t")).toEqual({ type: "category", codes: Int32Array.of(0, -1), categories: ["u"] });
  });

  it("says which column has no data", () => {
    const broken = { numRows: 2, schema: { fields: [{ name: "a" }] }, getChild: () => null };
    expect(dataError(() => tableFromArrow(broken))).toMatchInlineSnapshot(
      `[DataError: tableFromArrow: column "a" has no data, but the table has 2 rows.]`,
    );
  });
});
