// A long table, written and read in constant memory. Run as a program of its own, so that its memory can be measured:
// node bench/tables/long-file.mjs write|read <path> <rows>      prints { rows, sum, seconds, peakMiB }

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { csvLines, parquetBytes, streamTable } from "@steepest/tables";
import { tableFromColumns } from "steepest/data";

const [verb, path, count] = process.argv.slice(2);
const total = Number(count);
const started = performance.now();
const CITIES = Array.from({ length: 200 }, (_, i) => `city ${i}`);

/** The rows from `start` on: a number with its digits, one with gaps, a category, a date, and two classes that hang on them. */
function part(start, rows) {
  const at = (f) => Float64Array.from({ length: rows }, (_, i) => f(start + i));
  return tableFromColumns({
    id: at((i) => i),
    x: at((i) => (i % 9 === 0 ? NaN : Math.sqrt(i))),
    y: at((i) => ((i * 7919) % 1000) / 8),
    city: {
      type: "category",
      codes: Int32Array.from({ length: rows }, (_, i) => ((start + i) * 31) % 200),
      categories: CITIES,
    },
    since: { type: "date", values: at((i) => 1.6e12 + i * 1000) },
    label: {
      type: "category",
      codes: Int32Array.from({ length: rows }, (_, i) => labelOf(start + i)),
      categories: ["no", "yes"],
    },
  });
}

/** 1 for large y and some cities, with noise. */
function labelOf(i) {
  const noise = ((i * 2654435761) % 4294967296) / 4294967296;
  return ((i * 7919) % 1000) / 1000 + (((i * 31) % 200) % 7) / 7 + 2 * noise > 1.9 ? 1 : 0;
}

function* parts() {
  for (let start = 0; start < total; start += 20_000) yield part(start, Math.min(20_000, total - start));
}

function* csv() {
  let first = true;
  for (const table of parts()) {
    const lines = csvLines(table);
    if (!first) lines.next(); // one header is enough
    first = false;
    yield [...lines].join("");
  }
}

async function write() {
  const file = createWriteStream(path);
  for await (const piece of path.endsWith(".csv") ? csv() : parquetBytes(parts())) {
    if (!file.write(piece)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
  return { rows: total, sum: 0 };
}

async function read() {
  const schema = [
    { name: "x", type: "number" },
    { name: "y", type: "number" },
    { name: "city", type: "category" },
    { name: "since", type: "date" },
  ];
  let rows = 0;
  let sum = 0;
  for await (const { table, carried } of streamTable(path, { schema, carry: ["id"] })) {
    const { values } = table.column("y");
    for (let i = 0; i < values.length; i++) sum += values[i] + Number(carried[i][0]);
    rows += table.rows;
  }
  return { rows, sum };
}

const { rows, sum } = verb === "write" ? await write() : await read();
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ rows, sum, seconds: Number(((performance.now() - started) / 1000).toFixed(1)), peakMiB }));
