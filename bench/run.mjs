// npm run bench -- <suite> [--rounds 5] [--time 200] [--out file] [--force]
// npm run bench -- --peers …: the comparison with other libraries, see peers/main.mjs
// Runs a suite's workloads interleaved, round by round, and writes bench/results/<suite>.json. Speed is measured here and
// nowhere else: no test depends on it.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Bench } from "tinybench";

if (process.argv.includes("--peers")) {
  await import("./peers/main.mjs");
  process.exit();
}
const here = dirname(fileURLToPath(import.meta.url));
const suites = readdirSync(join(here, "suites")).map((file) => file.replace(/\.mjs$/, ""));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    time: { type: "string", default: "200" },
    out: { type: "string" },
    force: { type: "boolean", default: false },
  },
});
const [name] = positionals;
if (name === undefined || !suites.includes(name)) {
  console.error(
    `usage: npm run bench -- <suite> [--rounds 5] [--time ms] [--out file] [--force]\nsuites: ${suites.join(", ")}`,
  );
  process.exit(2);
}
if (!existsSync(join(here, "../packages/core/dist/index.js"))) {
  console.error("bench: packages/core is not built; run `npm run build` first.");
  process.exit(2);
}
const foreign = loadavg()[0];
if (foreign > 0.5 * cpus().length && !options.force) {
  console.error(
    `bench: the load is ${foreign.toFixed(2)} on ${cpus().length} cores; figures would be noise. Wait, or add --force.`,
  );
  process.exit(2);
}

const { workloads, ratios, notes, versions: peers = {} } = await import(`./suites/${name}.mjs`);
const samples = new Map(workloads.map((w) => [w.id, []]));
const before = loadavg()[0];
for (const w of workloads) w.check?.(); // correctness before timing
for (let round = 0; round < Number(options.rounds); round++) {
  // Rotated order: no workload always runs on the heap that another one leaves.
  for (const w of workloads.map((_, i) => workloads[(i + round) % workloads.length])) {
    // A peer in another process times itself.
    if (w.measure) {
      samples.get(w.id).push(...w.measure(Number(options.time)));
      continue;
    }
    const bench = new Bench({
      time: Number(options.time),
      iterations: 3,
      warmupTime: 50,
      warmupIterations: 2,
      retainSamples: true,
    });
    bench.add(w.id, () => w.run());
    bench.runSync();
    const { result } = bench.tasks[0];
    if (result.state !== "completed") throw new Error(`${w.id}: ${result.state} ${result.error ?? ""}`);
    samples.get(w.id).push(...result.latency.samples.map((ms) => (ms * 1e6) / (w.batch ?? 1)));
  }
  console.error(`round ${round + 1} of ${options.rounds}`);
}

const summary = workloads.map(({ id, what, unit }) => {
  const sorted = samples.get(id).sort((a, b) => a - b);
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return { workload: id, what, unit, count: sorted.length, minNs: sorted[0], medianNs: at(0.5), p90Ns: at(0.9) };
});
const medians = new Map(summary.map((s) => [s.workload, s]));
const compared = ratios.map(({ of, to, what }) => ({
  what,
  of,
  to,
  median: medians.get(of).medianNs / medians.get(to).medianNs,
  min: medians.get(of).minNs / medians.get(to).minNs,
}));
const git = (...args) => execFileSync("git", args, { cwd: here, encoding: "utf8" }).trim();
const report = {
  schema: "steepest-bench/1",
  suite: name,
  machine: {
    cpu: cpus()[0].model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${release()}`,
  },
  load: { before, after: loadavg()[0] },
  versions: {
    node: process.versions.node,
    v8: process.versions.v8,
    steepest:
      git("rev-parse", "--short", "HEAD") +
      (git("status", "--porcelain", ":/packages/core/src") === "" ? "" : "+changes"),
    ...peers,
    tinybench: JSON.parse(readFileSync(join(here, "../node_modules/tinybench/package.json"), "utf8")).version,
  },
  schedule: { rounds: Number(options.rounds), msPerBlock: Number(options.time), order: "rotated" },
  notes,
  results: summary,
  ratios: compared,
};
const out = options.out ?? join(here, "results", `${name}.json`);
mkdirSync(dirname(out), { recursive: true });
writeFileSync(`${out}.part`, `${JSON.stringify(report, null, 2)}\n`);
renameSync(`${out}.part`, out);

const time = (ns) =>
  ns < 1e3 ? `${ns.toFixed(0)} ns` : ns < 1e6 ? `${(ns / 1e3).toFixed(2)} µs` : `${(ns / 1e6).toFixed(2)} ms`;
const width = Math.max(...summary.map((s) => s.workload.length));
for (const s of summary) {
  console.log(
    `${s.workload.padEnd(width)}  median ${time(s.medianNs).padStart(9)}  min ${time(s.minNs).padStart(9)}  p90 ${time(s.p90Ns).padStart(9)}  ${s.what}`,
  );
}
console.log("");
for (const r of compared) console.log(`${r.median.toFixed(2).padStart(8)}×  ${r.what}`);
console.log(`\nwritten to ${out}`);
