import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { zipSync } from "fflate";
import { DataError } from "steepest";
import { type Column, tableFromColumns } from "steepest/data";
import { describe, expect, it } from "vitest";
import { readNpz } from "./read-npz.ts";
import { writeNpz } from "./write-npz.ts";

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

async function read(name: string, options = {}) {
  const { table } = await readNpz(path(name), options);
  return Object.fromEntries(table.names.map((column) => [column, cells(table.column(column))]));
}

describe("readNpz", () => {
  it("reads every type that NumPy saved", async () => {
    expect(await read("arrays.npz")).toEqual({
      X_0: [1.5, null, 5],
      X_1: [2, -4, 6],
      y: [0, 1, 1],
      name: ["é", null, "longer"],
      code: ["ab", null, "c"],
      flag: ["true", "false", "true"],
      at: [Date.UTC(2024, 1, 29, 12, 30, 0, 123), null, -1],
      month: [Date.UTC(2024, 1), null, Date.UTC(1969, 11)],
    });
  });

  it("reads compressed archives, both orders of axes and of bytes, and half precision", async () => {
    expect(await read("compressed.npz")).toEqual({
      X_0: [0, 3],
      X_1: [1, 4],
      X_2: [2, 5],
      w: [0.5, 2],
      h: [0.5, 65504],
    });
  });

  it("reads single arrays and records", async () => {
    expect(await read("matrix.npy")).toEqual({ x_0: [1, 3], x_1: [2, 4] });
    expect(await read("records.npy")).toEqual({ x: [1.5, null], c: ["a", null], k: [7, -7] });
  });

  it("takes only the arrays that are asked for", async () => {
    expect(await read("arrays.npz", { arrays: ["y", "flag"], types: { flag: "number" } })).toEqual({
      y: [0, 1, 1],
      flag: [1, 0, 1],
    });
    expect(await read("ragged.npz", { arrays: ["X_test"] })).toEqual({ X_test_0: [1, 1], X_test_1: [1, 1] });
  });

  it("gives back what writeNpz wrote, bit for bit", async () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 5 }).filter((s) => !s.includes("\0"));
    const row = fc.record({ x: fc.double(), c: fc.option(text), at: fc.option(fc.integer()) });
    const property = fc.asyncProperty(
      fc.array(row, { maxLength: 20 }),
      fc.constantFrom("none" as const, "deflate" as const),
      async (rows, compression) => {
        const categories = [...new Set(rows.flatMap(({ c }) => (c === null ? [] : [c])))];
        const table = tableFromColumns({
          x: Float64Array.from(rows, ({ x }) => x),
          c: { type: "category", codes: Int32Array.from(rows, ({ c }) => categories.indexOf(c ?? "")), categories },
          at: { type: "date", values: Float64Array.from(rows, ({ at }) => at ?? NaN) },
        });
        const back = (await readNpz(await writeNpz(table, { compression }))).table;
        for (const name of table.names) expect(back.column(name)).toEqual(table.column(name));
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it("refuses arrays of objects, which only Python can read, and others that are no columns, by name", async () => {
    const error = await failure(readNpz(path("objects.npz"), { source: "objects.npz" }));
    expect(error.message).toMatchInlineSnapshot(
      `"objects.npz: column "names" is Python objects, and a table holds numbers, dates and categories. columns: ["X"] reads the columns that you need without it."`,
    );
    expect((await failure(readNpz(path("complex.npy")))).received).toBe("complex numbers");
    expect((await failure(readNpz(path("cube.npy")))).received).toBe("an array of 3 axes");
    expect(await read("objects.npz", { columns: ["X"] })).toEqual({ X: [0, 1] });
  });

  it("does not round integers unless it is told to, and says which type does not fit", async () => {
    expect(await failure(readNpz(path("large-integer.npy")))).toMatchObject({ code: "integer-too-large", row: 0 });
    const options = { types: { at: "number" } } as const;
    expect(await failure(readNpz(path("arrays.npz"), options))).toMatchObject({ code: "type-mismatch", column: "at" });
  });

  it("says which arrays differ in length", async () => {
    const error = await failure(readNpz(path("ragged.npz"), { source: "r.npz" }));
    expect(error.message).toMatchInlineSnapshot(
      `"r.npz: "X_test_0" has 2 rows, but "X_train_0" has 3. A table needs one length: name the arrays that belong together, such as arrays: ["X_train", "y_train"]."`,
    );
  });

  it("tells files of another kind, empty and cut ones apart", async () => {
    const of = async (file: Uint8Array) => (await failure(readNpz(file, { source: "f" }))).code;
    expect(await of(new Uint8Array(0))).toBe("empty-file");
    expect(await of(bytes("mixed.parquet"))).toBe("wrong-format");
    expect(await of(zipSync({ "a.txt": new Uint8Array(3) }))).toBe("wrong-format");
    for (const name of ["arrays.npz", "compressed.npz", "records.npy"]) {
      const whole = bytes(name);
      for (let size = 8; size < whole.length; size += 7) expect(await of(whole.subarray(0, size))).toBe("corrupt-file");
    }
  });

  it("refuses arrays that are not there", async () => {
    await expect(readNpz(path("arrays.npz"), { arrays: ["Y"] })).rejects.toThrow('arrays: there is no column "Y"');
    await expect(readNpz(path("matrix.npy"), { arrays: ["x"] })).rejects.toThrow("arrays is for .npz archives");
  });
});
