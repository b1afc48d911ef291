import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BackendError, DataError, OptionError } from "steepest";
import { afterAll, describe, expect, it } from "vitest";
import { type CsvOptions, readCsv, readCsvFile } from "../index.ts";

function errorOf(text: string | Uint8Array, options: CsvOptions = {}): DataError {
  try {
    readCsv(text, options);
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
const bytes = (text: string) => new TextEncoder().encode(text);
const numbers = (...values: number[]) => ({ type: "number", values: Float64Array.from(values) });
const categories = (codes: number[], texts: string[]) => ({
  type: "category",
  codes: Int32Array.from(codes),
  categories: texts,
});

describe("readCsv", () => {
  it("finds numbers, categories and dates, with their missing cells", () => {
    const text = "age,plan,since\n31,basic,2024-02-29\n,,\n-1e2,pro,2024-01-01T12:00:00Z\n";
    const { table, schema, delimiter, rejects, rows } = readCsv(text);
    expect(schema).toEqual([
      { name: "age", type: "number" },
      { name: "plan", type: "category" },
      { name: "since", type: "date" },
    ]);
    expect(table.column("age")).toEqual(numbers(31, NaN, -100));
    expect(table.column("plan")).toEqual(categories([0, -1, 1], ["basic", "pro"]));
    expect(table.column("since")).toEqual({
      type: "date",
      values: Float64Array.of(Date.UTC(2024, 1, 29), NaN, Date.UTC(2024, 0, 1, 12)),
    });
    expect([delimiter, rejects, [...rows]]).toEqual([",", [], [0, 1, 2]]);
  });

  it.each([
    ["a byte order mark", "\ufeffa,b\n1,2\n"],
    ["CRLF", "a,b\r\n1,2\r\n"],
    ["CR", "a,b\r1,2\r"],
    ["no line break at the end", "a,b\n1,2"],
    ["blank lines", "\na,b\n\n1,2\n\n"],
    ["semicolons", "a;b\n1;2\n"],
    ["tabs", "a\tb\n1\t2\n"],
    ["quotes around everything", '"a","b"\n"1","2"\n'],
    ["quotes, CRLF and a byte order mark", '\ufeff"a","b"\r\n"1","2"\r\n'],
  ])("reads text with %s, as text and as bytes", (_, text) => {
    for (const input of [text, bytes(text)]) {
      const { table } = readCsv(input);
      expect(table.names).toEqual(["a", "b"]);
      expect([table.column("a"), table.column("b")]).toEqual([numbers(1), numbers(2)]);
    }
  });

  it("keeps quotes, delimiters and line breaks inside of quoted fields and names", () => {
    const { table } = readCsv('"the\nname",t\n1,"a ""b"", c\r\nd"\n2,x\n');
    expect(table.names).toEqual(["the\nname", "t"]);
    expect(table.column("t")).toEqual(categories([0, 1], ['a "b", c\r\nd', "x"]));
  });

  it("reads a file of one column, quoted or not", () => {
    expect(readCsv('"a"\n"x"\ny\n"z"\n').table.column("a")).toEqual(categories([0, 1, 2], ["x", "y", "z"]));
    expect(readCsv("a\n1\n\n3\n").table.column("a")).toEqual(numbers(1, 3));
    expect(readCsv('a\n1\n""\n3\n').table.column("a")).toEqual(numbers(1, NaN, 3));
  });

  it("reads one row", () => {
    expect(readCsv("a,b\n1,x\n").table.rows).toBe(1);
  });

  it("takes further texts as missing when told so", () => {
    const { table } = readCsv("a,b\n1,x\nn/a,NA\n NA ,y\n", { missing: ["NA", "n/a"] });
    expect(table.column("a")).toEqual(numbers(1, NaN, NaN));
    expect(table.column("b")).toEqual(categories([0, -1, 1], ["x", "y"]));
  });

  it("keeps columns with leading zeros as text, unless numbers are asked for", () => {
    const text = "zip\n94110\n94111\n02134\n";
    expect(readCsv(text).table.column("zip")).toEqual(categories([0, 1, 2], ["94110", "94111", "02134"]));
    expect(readCsv(text, { types: { zip: "number" } }).table.column("zip")).toEqual(numbers(94110, 94111, 2134));
  });

  it("reads a column as text when told so", () => {
    const { table, schema } = readCsv("a,b\n1,2\n", { types: { a: "category" } });
    expect(table.column("a")).toEqual(categories([0], ["1"]));
    expect(schema).toEqual([
      { name: "a", type: "category" },
      { name: "b", type: "number" },
    ]);
  });

  it("reads a column without any value as numbers, all missing", () => {
    expect(readCsv("a,b\n,1\n,2\n").table.column("a")).toEqual(numbers(NaN, NaN));
  });

  it("reads the columns of a schema, in its order, and leaves the others aside", () => {
    const { table } = readCsv("x,age,plan\nfoo,1,2\nbar,3,4\n", {
      schema: [
        { name: "plan", type: "category" },
        { name: "age", type: "number" },
      ],
    });
    expect(table.names).toEqual(["plan", "age"]);
    expect(table.column("plan")).toEqual(categories([0, 1], ["2", "4"]));
  });

  it("keeps a byte order mark that is data", () => {
    expect(readCsv("a,b\n\ufeffx,1\n").table.column("a")).toEqual(categories([0], ["\ufeffx"]));
  });

  it("reads a text of many chunks as it reads a short one", () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i},"t\n${i % 3}",${i / 8}`);
    const { table } = readCsv(`i,t,x\n${lines.join("\n")}`);
    expect(table.rows).toBe(50_000);
    expect(table.column("t")).toMatchObject({ categories: ["t\n0", "t\n1", "t\n2"] });
    const x = table.column("x");
    expect(x.type === "number" && x.values.every((value, i) => value === i / 8)).toBe(true);
  });
});

describe("readCsv refuses", () => {
  it("an empty file", () => {
    for (const empty of ["", "\n\n", "\ufeff"]) expect(errorOf(empty).code).toBe("empty-file");
    expect(errorOf("", { source: "a.csv" })).toMatchInlineSnapshot(
      `[DataError: a.csv: the file is empty. Expected a header line with the names of the columns, then one line per row.]`,
    );
  });

  it("a header alone", () => {
    for (const text of ["a,b", "a,b\n", "a,b\n\n"]) expect(errorOf(text).code).toBe("header-only");
    expect(errorOf("a,b\n")).toMatchInlineSnapshot(
      `[DataError: readCsv: there is a header (2 columns) but no row below it. Expected at least one row of data.]`,
    );
    expect(errorOf("a,b\n", { types: { a: "number", b: "number" } }).code).toBe("header-only");
  });

  it("columns without a name: one keeps it, several are called by their places", () => {
    const header = (text: string) => readCsv(text).header;
    expect(header("a,,b\n1,2,3\n")).toEqual(["a", "", "b"]);
    expect(header("a,,b,\n1,2,3,4\n")).toEqual(["a", "column 2", "b", "column 4"]);
    expect(header("column 3,,\n1,2,3\n")).toEqual(["column 3", "column 2", "column 3'"]);
    const { table } = readCsv("a,,\n1,2,3\n", { columns: ["column 3"] });
    expect(table.column("column 3")).toEqual({ type: "number", values: Float64Array.of(3) });
  });

  it("two columns of one name", () => {
    const error = errorOf("age,plan,age\n1,2,3\n");
    expect([error.code, error.column]).toEqual(["duplicate-column", "age"]);
    expect(error.message).toMatchInlineSnapshot(
      `"readCsv: two columns are called "age". Columns are found by name: rename one of them in the header."`,
    );
  });

  it("ragged rows, with their numbers of fields", () => {
    const error = errorOf('a,b,c\n1,2,3\n1,2\n"x\ny",2,3\n1,2,3,4\n');
    expect([error.code, error.row, error.received, error.expected]).toEqual([
      "ragged-row",
      1,
      "2 fields",
      "3 fields, as in the header",
    ]);
    expect(error.message).toMatchInlineSnapshot(`
      "readCsv: the row has 2 fields, the header 3 (line 3). Expected 3 fields, as in the header. Correct the file, or leave such rows out with onBadRow: "skip". 2 rows cannot be read:
        line 3: the row has 2 fields, the header 3
        line 6: the row has 4 fields, the header 3"
    `);
  });

  it("rows that another delimiter would split, with a hint", () => {
    expect(errorOf("size (w, h);price\n1;2\n").fix).toEqual(['delimiter: ";" if that separates the fields']);
  });

  it("text in a column of numbers, with row, column, line and two ways out", () => {
    const error = errorOf("name,income\nann,1200\nbob,n/a\ncid,1500\n", { source: "customers.csv" });
    expect(error).toMatchInlineSnapshot(
      `[DataError: customers.csv: column "income" holds text that is not a number: "n/a" (line 3). Expected a number or an empty cell. missing: ["n/a"] treats it as missing. types: { "income": "category" } keeps the column as text. Correct the file, or leave such rows out with onBadRow: "skip".]`,
    );
    expect([error.code, error.row, error.column, error.received, error.expected]).toEqual([
      "column-not-numeric",
      1,
      "income",
      '"n/a"',
      "a number or an empty cell",
    ]);
    expect(error.fix).toHaveLength(2);
  });

  it("text where numbers were promised, also when most cells are text", () => {
    const error = errorOf("a\n1\nx\ny\nz\n", { types: { a: "number" } });
    expect([error.code, error.row]).toEqual(["column-not-numeric", 1]);
    expect(error.message).toContain("3 rows cannot be read");
  });

  it.each(["0x10", "1_000", "−5"])("%s in a column of numbers", (cell) => {
    expect(errorOf(`a\n1\n2\n${cell}\n`).code).toBe("column-not-numeric");
  });

  it("1,234 in quotes in a column of numbers", () => {
    expect(errorOf('a,b\n1,2\n"1,234",2\n3,4\n').received).toBe('"1,234"');
  });

  it.each(["NaN", "nan", "inf", "-Infinity", "1e999"])(
    "%s in a column of numbers, unless it is listed as missing",
    (cell) => {
      const text = `a,b\n1,2\n2,${cell}\n3,4\n`;
      const error = errorOf(text);
      expect([error.code, error.row, error.column, error.received]).toEqual(["not-finite", 1, "b", `"${cell}"`]);
      expect(readCsv(text, { missing: [cell] }).table.column("b")).toEqual(numbers(2, NaN, 4));
    },
  );

  it("text in a column of dates", () => {
    const error = errorOf("d\n2024-01-01\n2024-01-02\n2024-02-30\n");
    expect([error.code, error.row, error.column]).toEqual(["column-not-date", 2, "d"]);
  });

  it("unknown columns in types, with the nearest name, and all that a schema misses", () => {
    expect(errorOf("age,plan\n1,x\n", { types: { agee: "number" } })).toMatchInlineSnapshot(
      `[DataError: readCsv: types: there is no column "agee". Did you mean "age"? The columns are "age", "plan".]`,
    );
    const schema = [
      { name: "wage", type: "number" },
      { name: "town", type: "category" },
    ] as const;
    const error = errorOf("age,plan\n1,x\n", { schema });
    expect(error.code).toBe("missing-column");
    expect(error.message).toContain('"wage", "town"');
  });

  it("wrong quotes, in rows and in the header", () => {
    expect(errorOf('a,b\n"x"y,1\n')).toMatchObject({ code: "bad-quote", row: 0 });
    expect(errorOf('a,b\n1,2\n"x,1\n3,4\n')).toMatchObject({ code: "bad-quote", row: 1 });
    expect(errorOf('"a"x,b\n1,2\n')).toMatchObject({ code: "bad-quote" });
  });

  it("bytes that are not UTF-8", () => {
    const latin1 = Uint8Array.of(...bytes("name\nJos"), 0xe9, 0x0a);
    expect(errorOf(latin1)).toMatchObject({ code: "not-utf8" });
    const utf16 = Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x0a, 0);
    expect(errorOf(utf16).message).toContain("iconv");
  });

  it("many bad rows by listing twenty of them and counting all", () => {
    const error = errorOf(`a,b\n${"1,2\n".repeat(50)}${"x,2\n".repeat(30)}`);
    expect(error.row).toBe(50);
    expect(error.message).toContain("30 rows cannot be read");
    expect(error.message.match(/\n {2}line/g)).toHaveLength(20);
    expect(error.message).toContain("… and 10 more");
  });

  it("unknown and impossible options, all at once", () => {
    const options = { delimeter: ",", delimiter: "|", onBadRow: "ignore", types: { a: "int" } };
    expect(() => readCsv("a\n1\n", options as unknown as CsvOptions)).toThrow(OptionError);
    expect(() => readCsv("a\n1\n", options as unknown as CsvOptions)).toThrow(
      /"delimeter".*delimiter must be.*"int".*onBadRow must be/,
    );
  });
});

describe("readCsv with onBadRow: skip", () => {
  it("leaves bad rows out and reports them in file order, with reason and original text", () => {
    const text = 'a,b\n1,x\n2\n"3",y\noops,z\n"4"4,w\n5,"v\nv"\n';
    const { table, rows, lines, rejects } = readCsv(text, { onBadRow: "skip", types: { a: "number" } });
    expect(table.column("a")).toEqual(numbers(1, 3, 5));
    expect(table.column("b")).toEqual(categories([0, 1, 2], ["x", "y", "v\nv"]));
    expect([...rows]).toEqual([0, 2, 5]);
    expect([...lines]).toEqual([2, 4, 7]);
    expect(rejects.map(({ row, line, code, column, text }) => [row, line, code, column, text])).toEqual([
      [1, 3, "ragged-row", undefined, "2"],
      [3, 5, "column-not-numeric", "a", "oops,z"],
      [4, 6, "bad-quote", undefined, '"4"4,w'],
    ]);
    expect(rejects[1]!.reason).toBe('column "a" holds text that is not a number: "oops"');
  });
});

describe("other ways to write files", () => {
  it("reads decimal commas, with points that group digits, as numbers when asked to", () => {
    const text = "a;b\n1033,86;x\n-1.033,5;y\n7;z\n";
    expect(readCsv(text).table.column("a").type).toBe("category");
    const { table, schema } = readCsv(text, { decimal: "," });
    expect(schema[0]).toEqual({ name: "a", type: "number" });
    expect(table.column("a")).toEqual({ type: "number", values: Float64Array.of(1033.86, -1033.5, 7) });
    expect(() => readCsv("a;b\n1,5;x\n2,5;y\n1.5;z\n", { decimal: "," })).toThrow('not a number: "1.5"');
    expect(() => readCsv(text, { decimal: "·" as "," })).toThrow('decimal must be "." or ","');
  });

  it("leaves out lines of spaces, and keeps lines of separators, which are rows of missing cells", () => {
    expect(readCsv("a,b\n1,2\n   \n,\n3,4\n").table.rows).toBe(3);
    expect(readCsv("a\tb\n1\t2\n\t\n").table.rows).toBe(2);
  });

  it.each([
    ["UTF-16", [0xff, 0xfe, 97, 0], "iconv -f utf-16 -t utf-8"],
    ["UTF-16 text", [0xfe, 0xff, 0, 97], "iconv -f utf-16 -t utf-8"],
    ["Excel's .xlsx", [0x50, 0x4b, 3, 4, 20], "save it as CSV"],
    ["gzip", [0x1f, 0x8b, 8], "gunzip"],
    ["Parquet", [0x50, 0x41, 0x52, 0x31], "convert it to CSV"],
  ])("says that a file is %s by its first bytes", (what, bytes, fix) => {
    const error = errorOf(Uint8Array.from(bytes));
    expect(error).toMatchObject({ code: "not-csv", fix: [expect.stringContaining(fix)] });
    expect(error.message).toContain(what);
  });
});

describe("readCsvFile", () => {
  const folder = mkdtempSync(join(tmpdir(), "steepest-tables-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  it("reads as readCsv does, also what is cut between the chunks of the file", async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i},"é\u{1f600}\r\n${i % 7}",2024-01-0${1 + (i % 9)}`);
    const text = `\ufeffi,t,d\r\n${lines.join("\r\n")}\r\n`;
    expect(text.length).toBeGreaterThan(1 << 19);
    const fromFile = await readCsvFile(file("big.csv", text));
    const whole = readCsv(text);
    expect(fromFile.schema).toEqual(whole.schema);
    for (const name of ["i", "t", "d"]) expect(fromFile.table.column(name)).toEqual(whole.table.column(name));
  });

  it("puts the path into messages", async () => {
    const path = file("bad.csv", "a,b\n1\n");
    await expect(readCsvFile(path)).rejects.toThrow(`${path}: the row has 1 field`);
    await expect(readCsvFile(file("latin1.csv", Uint8Array.of(97, 10, 0xe9, 10)))).rejects.toThrow("after line");
  });

  it("says that there is no such file, and what stands in the way of reading it", async () => {
    const error = await readCsvFile(join(folder, "none.csv")).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BackendError);
    expect(error).toMatchObject({ code: "file-not-readable" });
    expect((error as BackendError).message).toContain("there is no such file");
    await expect(readCsvFile(folder)).rejects.toThrow(BackendError);
  });
});
