// Tables: reading, describing, checking. Beside the times, the memory of the long table: 5 million rows are written and read as a
// stream, judged by `steepest evaluate` and scored by `steepest predict`, in programs of their own, and each has to stay under 300 MB.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCsv, writeCsv } from "@steepest/tables";
import { duplicates, fitEncoder, profile, tableFromColumns } from "steepest/data";

const LONG_ROWS = 5_000_000;
const MOST_MIB = 286; // 300 MB
const here = dirname(fileURLToPath(import.meta.url));
const program = join(here, "../tables/long-file.mjs");
const command = join(here, "../tables/command.mjs");
const range = (n, f) => Float64Array.from({ length: n }, (_, i) => f(i));

const grid = (rows, columns) =>
  tableFromColumns([
    ...Array.from({ length: columns }, (_, j) => [`c${j}`, range(rows, (i) => ((i * 31 + j * 17) % 1009) / 8)]),
    ["y", range(rows, (i) => (i * i) % 3)],
  ]);
const wide = grid(200, 10_000);
const long = grid(20_000, 100);
const million = grid(1_000_000, 2);
const tenth = grid(100_000, 2);
const cities = tableFromColumns({
  city: {
    type: "category",
    codes: Int32Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 250),
    categories: Array.from({ length: 250 }, (_, i) => `city ${i}`),
  },
  y: range(100_000, (i) => i % 2),
});
const encoder = fitEncoder(
  cities.take(Int32Array.from({ length: 100_000 }, (_, i) => i).filter((i) => (i * 7919) % 250 < 200)),
  {
    target: "y",
    maxCategories: 200,
  },
);
const text = writeCsv(grid(100_000, 4));

const sink = { total: 0 };
const keep = (value) => {
  sink.total += value;
};

function requireSmall(what, peak) {
  if (peak > MOST_MIB) throw new Error(`${what}: ${peak} MiB at the peak, more than ${MOST_MIB}`);
}

/** One command in a process of its own: what it prints, its seconds, its memory. */
function steepest(folder, ...words) {
  const out = join(folder, "measured.json");
  const options = { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 2 ** 20 };
  const printed = execFileSync(process.execPath, [command, out, ...words], options);
  return { printed, ...JSON.parse(readFileSync(out, "utf8")) };
}

/** A model of 200 cities from the first rows judges and scores all of them. */
function provesCommands(folder) {
  execFileSync(process.execPath, [program, "write", join(folder, "first.csv"), "20000"]);
  const options = ["--drop", "id,since", "--max-categories", "200", "--standardize", "--l2", "0.001", "--cv", "0"];
  steepest(folder, "train", "first.csv", "--target", "label", ...options, "--out", "run");
  const judged = ["csv", "parquet"].map((extension) => {
    const { printed, seconds, peakMiB } = steepest(folder, "evaluate", "run", `long.${extension}`, "--json");
    requireSmall(`evaluate ${extension}`, peakMiB);
    notes.push(`steepest evaluate, 5 million rows of ${extension}, 202 columns of X: ${seconds} s, ${peakMiB} MiB`);
    const { data, metrics } = JSON.parse(printed);
    if (data.rows !== LONG_ROWS) throw new Error(`evaluate ${extension}: ${data.rows} rows`);
    return JSON.stringify(metrics);
  });
  if (judged[0] !== judged[1]) throw new Error(`evaluate: ${judged[0]} from CSV, ${judged[1]} from Parquet`);
  for (const extension of ["csv", "parquet"]) {
    const words = ["predict", "run", `long.${extension}`, "--proba", "--columns", "id"];
    const { seconds, peakMiB } = steepest(folder, ...words, "--out", `scored.${extension}`);
    requireSmall(`predict ${extension}`, peakMiB);
    notes.push(`steepest predict, 5 million rows of ${extension} to ${extension}: ${seconds} s, ${peakMiB} MiB`);
  }
}

function provesMemory() {
  const folder = mkdtempSync(join(tmpdir(), "steepest-bench-"));
  try {
    for (const extension of ["csv", "parquet"]) {
      const path = join(folder, `long.${extension}`);
      const run = (verb) =>
        JSON.parse(execFileSync(process.execPath, [program, verb, path, String(LONG_ROWS)], { encoding: "utf8" }));
      const written = run("write");
      const read = run("read");
      const expected = (LONG_ROWS * (LONG_ROWS - 1)) / 2 + (LONG_ROWS / 1000) * ((999 * 1000) / 2 / 8);
      if (read.rows !== LONG_ROWS || read.sum !== expected)
        throw new Error(`${extension}: ${read.rows} rows, sum ${read.sum}, not ${expected}`);
      const peak = Math.max(written.peakMiB, read.peakMiB);
      requireSmall(extension, peak);
      const size = Math.round(statSync(path).size / 2 ** 20);
      notes.push(
        `5 million rows as ${extension} (${size} MiB): written in ${written.seconds} s with ${written.peakMiB} MiB, read in ${read.seconds} s with ${read.peakMiB} MiB`,
      );
    }
    provesCommands(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const notes = ["peaks are the resident memory of a whole Node process"];
export const workloads = [
  {
    id: "csv",
    what: "readCsv, 100,000 rows × 5 numbers",
    unit: "ns",
    check: provesMemory,
    run: () => keep(readCsv(text).table.rows),
  },
  {
    id: "profile-wide",
    what: "profile, 200 rows × 10,001 columns",
    unit: "ns",
    run: () => keep(profile(wide, { target: "y" }).length),
  },
  {
    id: "profile-long",
    what: "profile, 20,000 rows × 101 columns",
    unit: "ns",
    run: () => keep(profile(long, { target: "y" }).length),
  },
  {
    id: "duplicates-1e6",
    what: "duplicates, 1,000,000 rows × 3 columns",
    unit: "ns",
    run: () => keep(duplicates(million).count),
  },
  {
    id: "duplicates-1e5",
    what: "duplicates, 100,000 rows × 3 columns",
    unit: "ns",
    run: () => keep(duplicates(tenth).count),
  },
  {
    id: "encode-200",
    what: "one-hot of 200 categories, 100,000 rows, 20 % unseen",
    unit: "ns",
    run: () => keep(encoder.features(cities).unseen.city),
  },
];
export const ratios = [
  { of: "profile-wide", to: "profile-long", what: "as many cells in 100 times as many columns: 1 would be linear" },
  { of: "duplicates-1e6", to: "duplicates-1e5", what: "ten times as many rows: 10 would be linear" },
];
