import { Readable } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { DataError } from "steepest";
import { type Table, tableFromColumns } from "steepest/data";
import { describe, expect, it } from "vitest";
import {
  type CsvBatch,
  type CsvSource,
  csvLines,
  readCsv,
  type StreamCsvOptions,
  streamCsv,
  writeCsv,
} from "../index.ts";

async function collect(source: CsvSource, options?: StreamCsvOptions): Promise<CsvBatch[]> {
  const batches: CsvBatch[] = [];
  for await (const batch of streamCsv(source, options)) batches.push(batch);
  return batches;
}
/** Cells by value: codes of categories differ between batches. */
function plain(table: Table): (string | number | null)[][] {
  const columns = table.names.map((name) => table.column(name));
  return Array.from({ length: table.rows }, (_, row) =>
    columns.map((column) =>
      column.type === "category" ? (column.categories[column.codes[row]!] ?? null) : column.values[row]!,
    ),
  );
}
const schema = [
  { name: "x", type: "number" },
  { name: "t", type: "category" },
] as const;

describe("streamCsv", () => {
  it("gives tables of about batchRows rows, with numbers, lines and cells of their rows", async () => {
    const text = 'id,x,t\nr0,1,a\nr1,2,"b\nb"\nr2,3,a\n';
    const batches = await collect([...text], { schema, batchRows: 2 });
    expect(batches.map(({ table }) => plain(table))).toEqual([
      [
        [1, "a"],
        [2, "b\nb"],
      ],
      [[3, "a"]],
    ]);
    expect(batches.map(({ rows, lines }) => [[...rows], [...lines]])).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
      [[2], [5]],
    ]);
    expect(batches[0]!.header).toEqual(["id", "x", "t"]);
    expect(batches[1]!.cells).toEqual([["r2", "3", "a"]]);
  });

  it("infers types from the first batch; what does not fit later is a bad row", async () => {
    const text = "x,t\n1,a\n2,b\nx,c\n";
    const skipped = await collect([...text], { batchRows: 2, onBadRow: "skip" });
    expect(skipped[0]!.schema).toEqual(schema);
    expect(skipped.flatMap(({ table }) => plain(table))).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    expect(skipped.flatMap(({ rejects }) => rejects.map(({ row, line, text }) => [row, line, text]))).toEqual([
      [2, 4, "x,c"],
    ]);
    await expect(collect([...text], { batchRows: 2 })).rejects.toMatchObject({ code: "column-not-numeric", row: 2 });
  });

  it("gives what came before a bad row, then throws", async () => {
    const seen: number[] = [];
    const run = async () => {
      for await (const { table } of streamCsv([..."x,t\n1,a\n2,b\n3\n"], { schema, batchRows: 2 }))
        seen.push(table.rows);
    };
    await expect(run()).rejects.toThrow("the row has 1 field, the header 2 (line 4)");
    expect(seen).toEqual([2]);
  });

  it("gives one table without rows for a header alone, and refuses an empty stream", async () => {
    for (const text of ["x,t", "x,t\n"]) {
      const [batch, ...more] = await collect([text], { schema });
      expect([batch!.table.rows, batch!.table.names, batch!.header, more]).toEqual([0, ["x", "t"], ["x", "t"], []]);
    }
    await expect(collect([])).rejects.toMatchObject({ code: "empty-file" });
    await expect(collect([""])).rejects.toBeInstanceOf(DataError);
  });

  it("names the columns that a schema misses as soon as the header is there", async () => {
    const endless = async function* () {
      yield "x,u\n";
      for (;;) yield "1,a\n";
    };
    await expect(collect(endless(), { schema })).rejects.toMatchObject({ code: "missing-column", column: "t" });
  });

  it("closes its source when the reader stops", async () => {
    let closed = false;
    const endless = async function* () {
      try {
        yield "x,t\n";
        for (;;) yield "1,a\n";
      } finally {
        closed = true;
      }
    };
    for await (const { table } of streamCsv(endless(), { schema, batchRows: 10 })) {
      expect(table.rows).toBe(10);
      break;
    }
    expect(closed).toBe(true);
  });

  it("refuses a quote that is never closed before it fills the memory", async () => {
    let chunks = 0;
    const endless = function* () {
      yield 'x,t\n1,"';
      for (;;) {
        chunks++;
        yield "a".repeat(1 << 20);
      }
    };
    await expect(collect(endless(), { schema })).rejects.toMatchObject({ code: "endless-row", row: 0 });
    expect(chunks).toBeLessThan(20);
  });

  it("says after which line bytes are not UTF-8", async () => {
    const source = [new TextEncoder().encode("x,t\n1,a\n"), Uint8Array.of(0x32, 0x2c, 0xe9, 0x0a)];
    await expect(collect(source, { schema })).rejects.toMatchObject({ code: "not-utf8" });
  });

  it("refuses an impossible batch size", async () => {
    await expect(collect(["x\n1\n"], { batchRows: 0 })).rejects.toThrow("batchRows must be a positive integer");
  });

  it("holds no more memory after 60 MB than after 6", async () => {
    const line = new TextEncoder().encode("0.123456789,some text\n".repeat(3000));
    const source = function* () {
      yield new TextEncoder().encode("x,t\n");
      for (let i = 0; i < 900; i++) yield line;
    };
    let rows = 0;
    const held: number[] = [];
    for await (const { table } of streamCsv(Readable.from(source()), { schema })) {
      rows += table.rows;
      if (rows >= 270_000 * (held.length + 1)) held.push(heldMemory());
    }
    expect(rows).toBe(2_700_000);
    expect(held).toHaveLength(10);
    expect(held.at(-1)! - held[0]!).toBeLessThan(5e6); // keeping the numbers alone would add 19 MB
  });
});

/** Bytes that this thread still holds after a full collection. */
function heldMemory(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

// ---- laws: what is written is read back, and chunks do not matter --------------------------------------------------------------

const sign = fc.constantFrom(
  ",",
  ";",
  "\t",
  '"',
  '""',
  "\n",
  "\r",
  "\r\n",
  " ",
  "a",
  "é",
  "\u{1f600}",
  "\ufeff",
  "\0",
  "0",
);
/** Half of the texts are made of the characters that mean something; none is blank, which would be read as missing. */
const cellText = fc
  .oneof(
    fc.array(sign, { maxLength: 6 }).map((parts) => parts.join("")),
    fc.string({ unit: "grapheme" }),
  )
  .filter((text) => text.trim() !== "");
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -9, max: 9 }),
  fc.constant(NaN),
);
const day = fc.oneof(
  fc.integer({ min: -6e13, max: 2e14 }),
  fc.integer({ min: -9, max: 9 }).map((d) => d * 864e5),
  fc.constant(NaN),
);

const anyTable: fc.Arbitrary<Table> = fc
  .record({ rows: fc.integer({ min: 1, max: 8 }), names: fc.uniqueArray(cellText, { minLength: 1, maxLength: 4 }) })
  .chain(({ rows, names }) => {
    const size = { minLength: rows, maxLength: rows };
    const column = fc.oneof(
      fc.array(number, size).map((values) => ({ type: "number", values: Float64Array.from(values) }) as const),
      fc.array(day, size).map((values) => ({ type: "date", values: Float64Array.from(values) }) as const),
      fc.array(fc.option(cellText, { nil: null }), size).map((texts) => {
        const categories = [...new Set(texts.filter((text) => text !== null))];
        const codes = Int32Array.from(texts, (text) => (text === null ? -1 : categories.indexOf(text)));
        return { type: "category", codes, categories } as const;
      }),
    );
    return fc
      .array(column, { minLength: names.length, maxLength: names.length })
      .map((columns) => tableFromColumns(names.map((name, i) => [name, columns[i]!] as const)));
  });

const schemaOf = (table: Table) => table.names.map((name) => ({ name, type: table.column(name).type }));
const delimiters = fc.constantFrom(",", ";", "\t");

/** A table that is written and read back is the same, whatever the delimiter. */
function roundTrip(
  write: typeof writeCsv,
  read: (text: string, table: Table) => Table,
): fc.IPropertyWithHooks<[Table, "," | ";" | "\t"]> {
  return fc.property(anyTable, delimiters, (table, delimiter) => {
    const back = read(write(table, { delimiter }), table);
    expect(back.names).toEqual(table.names);
    expect(plain(back)).toEqual(plain(table));
  });
}
const readBack = (text: string, table: Table) => readCsv(text, { schema: schemaOf(table) }).table;
const fails = <T>(property: fc.IProperty<T>) => fc.check(property, { numRuns: 500 }).failed;

describe("writing and reading", () => {
  it("gives the table back, bit for bit, for any text and any delimiter", () => {
    fc.assert(roundTrip(writeCsv, readBack), { numRuns: 500 });
  });

  it.each<[string, (text: string) => string]>([
    ["line breaks are not kept", (text) => text.replaceAll("\r\n", "\n")],
    ["quotes are lost", (text) => text.replaceAll('""', '"')],
    ["every byte order mark is taken off", (text) => text.replaceAll("\ufeff", "")],
    ["numbers are rounded", (text) => text.replace(/\d{12,}/g, (digits) => digits.slice(0, 11))],
    ["spaces are trimmed", (text) => text.replaceAll(" ", "")],
  ])("is tested by a law that notices when %s", (_, damage) => {
    expect(fails(roundTrip((table, options) => damage(writeCsv(table, options)), readBack))).toBe(true);
  });

  it("line by line is the same text", () => {
    const table = tableFromColumns({ x: [1, NaN], t: ["a", 'b"'] });
    expect([...csvLines(table)]).toEqual(["x,t\n", "1,a\n", ',"b"""\n']);
    expect(writeCsv(table)).toBe('x,t\n1,a\n,"b"""\n');
  });
});

/** UTF-8 bytes cut at random places. */
function cut(text: string, places: readonly number[]): Uint8Array[] {
  const all = new TextEncoder().encode(text);
  const borders = [...new Set(places.map((p) => p % (all.length + 1)))].sort((a, b) => a - b);
  return [...borders, all.length].map((end, i) => all.subarray(borders[i - 1] ?? 0, end));
}

type Stream = (chunks: Uint8Array[], options: StreamCsvOptions) => Promise<CsvBatch[]>;

/** A stream, cut anywhere, gives the rows and rejects of the whole text; damaged texts too. */
function chunksDoNotMatter(stream: Stream) {
  const damage = fc.option(fc.record({ at: fc.nat(), piece: sign }), { nil: undefined });
  return fc.asyncProperty(
    anyTable,
    damage,
    fc.array(fc.nat(), { maxLength: 12 }),
    fc.integer({ min: 1, max: 5 }),
    fc.boolean(),
    async (table, extra, places, batchRows, crlf) => {
      const lineBreak = crlf ? "\r\n" : "\n";
      const lines = [...csvLines(table)].map((line) => line.slice(0, -1) + lineBreak);
      const header = lines[0]!;
      const body = lines.slice(1).join("");
      const at = extra === undefined ? 0 : extra.at % (body.length + 1);
      const text = header + body.slice(0, at) + (extra?.piece ?? "") + body.slice(at);
      const options = { schema: schemaOf(table), onBadRow: "skip" } as const;
      const whole = readCsv(new TextEncoder().encode(text), options);
      const batches = await stream(cut(text, places), { ...options, batchRows });
      expect(batches.flatMap((batch) => plain(batch.table))).toEqual(plain(whole.table));
      expect(batches.flatMap(({ rejects }) => rejects)).toEqual(whole.rejects);
      expect(batches.flatMap(({ rows }) => [...rows])).toEqual([...whole.rows]);
    },
  );
}

describe("streaming", () => {
  it("gives the same rows and rejects as reading whole, wherever the bytes are cut", async () => {
    await fc.assert(chunksDoNotMatter(collect), { numRuns: 500 });
  });

  it.each<[string, Stream]>([
    [
      "chunks are decoded one by one",
      (chunks, options) =>
        collect(
          chunks.map((chunk) => new TextDecoder().decode(chunk)),
          options,
        ),
    ],
    ["the last chunk is lost", (chunks, options) => collect(chunks.slice(0, -1), options)],
    ["the last batch is lost", async (chunks, options) => (await collect(chunks, options)).slice(0, -1)],
  ])("is tested by a law that notices when %s", async (_, stream) => {
    const { failed } = await fc.check(chunksDoNotMatter(stream), { numRuns: 500 });
    expect(failed).toBe(true);
  });
});
