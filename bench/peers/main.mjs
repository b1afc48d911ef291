// npm run bench -- --peers [engine|learners] [--only mlp,gpt] [--engines steepest,jax-js] [--rounds 5] [--time 500] [--quick]
//                          [--against folder] [--out file] [--force]
// npm run bench -- --peers --page [--out file.json]       the page alone, from results on disk
// Compares steepest with its peers: one process per engine, kept alive, interleaved. Writes bench/results/peers.json
// (or learners.json) and docs/benchmarks.md, unless --only, --engines, --quick or --out make it a run for oneself.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { EngineProcess } from "./engine-process.mjs";
import { engines as known, otherBuild } from "./engines.mjs";
import { writePage } from "./page.mjs";
import { measure, measureFirstCalls, proveComparison } from "./schedule.mjs";
import { measureSizes } from "./size.mjs";
import { suites } from "./workloads/index.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const list = (text) => text?.split(",").map((part) => part.trim());

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: "boolean" },
    only: { type: "string" },
    engines: { type: "string" },
    rounds: { type: "string" },
    time: { type: "string" },
    quick: { type: "boolean", default: false },
    against: { type: "string" },
    out: { type: "string" },
    page: { type: "boolean", default: false },
    force: { type: "boolean", default: false },
  },
});
if (options.page) {
  const { suite } = options.out === undefined ? {} : JSON.parse(readFileSync(options.out, "utf8"));
  const one = { peers: "", learners: "", [suite]: options.out, out: options.out?.replace(/\.json$/, ".md") };
  console.log(`written to ${writePage(suite === undefined ? {} : one)}`);
  process.exit(0);
}
const [suite = "engine"] = positionals;
if (suites[suite] === undefined) fail(`unknown suite "${suite}"; there are: ${Object.keys(suites).join(", ")}.`);
const rounds = Number(options.rounds ?? (options.quick ? 2 : 5));
const blockMs = Number(options.time ?? (options.quick ? 50 : 500));
const isPartial = options.only !== undefined || options.engines !== undefined || options.quick;

const all = options.against === undefined ? known : [...known, otherBuild(options.against)];
const chosen =
  options.engines === undefined ? all.filter(suites[suite].takesPart) : list(options.engines).map(engineNamed);
const { workloads, firstCalls = [], sizes = false } = suites[suite].make(options.quick);
const ids = list(options.only);
const selected = workloads.filter(({ id }) => ids?.some((part) => isPartOf(part, id)) ?? true);
const firstCallIds = (ids?.includes("first-call") ?? true) ? firstCalls : [];
const withSizes = sizes && (ids?.includes("size") ?? true);
if (selected.length === 0 && !withSizes && (ids === undefined || !ids.includes("first-call"))) {
  fail(
    `no workload is named ${options.only}; there are: ${workloads.map(({ id }) => id).join(", ")}, first-call, size.`,
  );
}
if (!existsSync(join(here, "../../packages/core/dist/index.js")))
  fail("packages/core is not built; run `npm run build` first.");
const before = loadavg()[0];
if (before > 0.5 * cpus().length && !options.force) {
  fail(`the load is ${before.toFixed(2)} on ${cpus().length} cores; figures would be noise. Wait, or add --force.`);
}

proveComparison();
const say = (text) => console.error(text);
const temporary = mkdtempSync(join(tmpdir(), "steepest-bench-"));
process.once("exit", () => rmSync(temporary, { recursive: true, force: true }));
process.once("SIGINT", () => process.exit(130)); // the engines end with this process: their stdin closes
const running = [];
const missing = {};
const versions = {};
for (const definition of chosen) {
  const started = await EngineProcess.start(definition);
  if (started.running === undefined) {
    missing[definition.id] = started.missing;
    say(`${definition.id}: not here: ${started.missing}`);
    continue;
  }
  if (definition.native && started.settings.tier !== "native") {
    missing[definition.id] = `the native tier is off: ${started.settings.native?.reason ?? "this build has none"}`;
    say(`${definition.id}: ${missing[definition.id]}`);
    started.running.stop();
    continue;
  }
  Object.assign(versions, started.versions);
  running.push({ id: definition.id, threads: definition.threads, definition, ...started });
}
if (running.length === 0) fail("no engine could be started.");

const results = [];
let packages = [];
try {
  for (const [i, workload] of selected.entries()) {
    say(`${i + 1}/${selected.length} ${workload.id}`);
    const folder = join(temporary, workload.id);
    const alive = running.filter((engine) => engine.running.alive);
    results.push(...(await measure(workload, alive, { rounds, blockMs, warmUpMs: 16 * blockMs, folder, say })));
  }
  for (const id of firstCallIds) {
    say(`first-call-${id}`);
    const workload = workloads.find((w) => w.id === id);
    results.push(
      ...(await measureFirstCalls(workload, running, { rounds, folder: join(temporary, `first-${id}`), say })),
    );
  }
  if (withSizes) packages = await measureSizes(running, { rounds: Math.max(rounds, 5), say });
} finally {
  for (const engine of running) engine.running.stop();
}

const report = {
  schema: "steepest-bench/1",
  suite: suite === "engine" ? "peers" : suite,
  machine: {
    cpu: cpus()[0].model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${release()}`,
  },
  load: { before, after: loadavg()[0] },
  versions: { node: process.versions.node, v8: process.versions.v8, steepest: revision(), peers: versions },
  schedule: {
    rounds,
    msPerBlock: blockMs,
    order: "rotated",
    quick: options.quick,
    blocksNs: "median of each block, per call",
  },
  engines: Object.fromEntries(running.map(({ id, definition }) => [id, definition.label])),
  missing,
  workloads: Object.fromEntries(selected.map(({ id, what, notes }) => [id, { what, notes }])),
  results,
  sizes: packages,
  ratios: ratiosOf(results),
};
const fixed = join(here, "../results", `${report.suite}.json`);
const out = options.out ?? (isPartial ? undefined : fixed);
const fell = out === undefined ? [] : fallenRatios(out, report);
if (out !== undefined) {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(`${out}.part`, `${JSON.stringify(report, null, 1)}\n`);
  renameSync(`${out}.part`, out);
}
print(report);
for (const { of, to, workload, before, after } of fell) {
  console.log(`fell: ${workload}, ${of} to ${to}: ${before.toFixed(2)}× before, ${after.toFixed(2)}× now`);
}
console.log(out === undefined ? "\nnot written: a part of the suite (--out names a file)" : `\nwritten to ${out}`);
if (out === fixed) console.log(`written to ${writePage()}`);

function engineNamed(id) {
  const engine = all.find((e) => e.id === id);
  return engine ?? fail(`unknown engine "${id}"; there are: ${all.map((e) => e.id).join(", ")}.`);
}

/** "mlp" means the workload of that name; if there is none, all that begin with it. */
function isPartOf(part, id) {
  return workloads.some((w) => w.id === part) ? id === part : id.startsWith(part);
}

function revision() {
  const git = (...args) => execFileSync("git", args, { cwd: here, encoding: "utf8" }).trim();
  const changes = git("status", "--porcelain", ":/packages/core/src");
  return git("rev-parse", "--short", "HEAD") + (changes === "" ? "" : "+changes");
}

/** How many times as fast as each peer: medians, and best against best. */
function ratiosOf(records) {
  const timed = records.filter(({ median }) => median !== undefined);
  const ours = timed.filter(({ engine }) => engine.startsWith("steepest"));
  return ours.flatMap((mine) =>
    timed
      .filter(({ workload, engine }) => workload === mine.workload && engine !== mine.engine)
      .map((theirs) => ({
        workload: mine.workload,
        threads: mine.threads,
        of: mine.engine,
        to: theirs.engine,
        min: theirs.min / mine.min,
        median: theirs.median / mine.median,
      })),
  );
}

/** Ratios to peers that are more than 10 % below those of the run that `file` holds: each wants a note in the changelog. */
function fallenRatios(file, { ratios }) {
  if (!existsSync(file)) return [];
  const former = JSON.parse(readFileSync(file, "utf8")).ratios;
  const same = (a) => (b) => ["workload", "of", "to"].every((key) => a[key] === b[key]);
  return ratios.flatMap((ratio) => {
    const old = former.find(same(ratio));
    const isPeer = !ratio.to.startsWith("steepest");
    if (!isPeer || old === undefined || ratio.median >= 0.9 * old.median) return [];
    return [{ ...ratio, before: old.median, after: ratio.median }];
  });
}

function print({ results, sizes }) {
  for (const r of results) {
    const shown =
      r.metric === undefined
        ? (r.refused ?? r.absent ?? "checked")
        : `${r.metric.value.toPrecision(4).padStart(10)} ${r.metric.name.padEnd(10)} median ${(r.median / 1e6).toPrecision(4)} ms, min ${(r.min / 1e6).toPrecision(4)}, p90 ${(r.p90 / 1e6).toPrecision(4)}, ${r.count} samples${r.cores === undefined ? "" : `, ${r.cores.toFixed(2)} cores`}`;
    if (r.absent === undefined) console.log(`${r.workload.padEnd(24)} ${r.engine.padEnd(16)} ${shown}`);
  }
  for (const s of sizes) {
    console.log(
      `size ${s.engine}: import ${s.importMs?.median.toFixed(1)} ms, installed ${s.installedBytes} bytes, bundle ${s.bundle?.bytes} bytes, gzip ${s.bundle?.gzipBytes}`,
    );
  }
}

function fail(message) {
  console.error(`bench: ${message}`);
  process.exit(2);
}
