// docs/benchmarks.md from bench/results/peers.json and learners.json: every figure of the page is a figure of those files.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { judge } from "./targets.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const results = join(here, "../results");

/** Three digits, without exponents. */
function digits(x) {
  const magnitude = Math.floor(Math.log10(Math.abs(x)));
  return x === 0 ? "0" : magnitude >= 2 ? String(Math.round(x)) : x.toFixed(2 - Math.max(magnitude, -4));
}
const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) => [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

const groups = [
  ["Matrix products", (id) => id.startsWith("matmul") || id.startsWith("gram")],
  ["Elementwise chains", (id) => id.startsWith("map-")],
  ["Reductions, rows, optimizer", (id) => /^(sum|logsumexp|layernorm|softmax|adam|rbf)/.test(id)],
  ["Training steps", (id) => /^(mlp|linreg|gpt|logistic-vg)/.test(id)],
  ["First call in a fresh process", (id) => id.startsWith("first-call")],
  ["Cost of a call", (id) => id.endsWith("-add-16")],
];

/** One table: a row per workload, a column per engine that has any of them. */
function resultTable(report, workloads) {
  const records = report.results.filter(({ workload }) => workloads.includes(workload));
  const engines = Object.keys(report.engines).filter((id) =>
    records.some((r) => r.engine === id && r.metric !== undefined),
  );
  const rows = workloads.flatMap((workload) => {
    const of = (engine) => records.find((r) => r.workload === workload && r.engine === engine);
    const metric = records.find((r) => r.workload === workload && r.metric !== undefined)?.metric;
    if (metric === undefined) return [];
    return [[`\`${workload}\``, metric.name, ...engines.map((engine) => cell(of(engine)))]];
  });
  return table(["workload", "unit", ...engines.map((id) => report.engines[id])], rows);
}

function cell(record) {
  if (record === undefined || record.absent !== undefined) return "–";
  if (record.refused !== undefined) return /^wrong result|objective/.test(record.refused) ? "wrong" : "failed";
  return `${digits(record.metric.value)}${record.check?.loose ? " ≈" : ""}${record.settled === false ? " ~" : ""}${record.oneCall ? " ¹" : ""}`;
}

function targetTable(report) {
  return table(
    ["workload", "against", "goal", "measured", "verdict"],
    judge(report).map(({ what, against = "–", asked, direction, unit, measured, isMet, missedBy }) => [
      what,
      against,
      `${direction === "least" ? "≥" : "≤"} ${asked}${unit}`,
      measured === undefined ? "not measured" : `${digits(measured)}${unit}`,
      measured === undefined ? "–" : isMet ? "met" : `**missed by ${digits(100 * missedBy)} %**`,
    ]),
  );
}

function sizeTable({ sizes, engines }) {
  const kilobytes = (bytes) => (bytes === undefined ? "–" : digits(bytes / 1000));
  return table(
    ["package", "import, ms", "installed, KB", "bundle, KB", "its gzip, KB"],
    sizes.map(({ engine, importMs, installedBytes, bundle }) => [
      engines[engine],
      importMs === undefined ? "–" : digits(importMs.median),
      kilobytes(installedBytes),
      kilobytes(bundle?.bytes),
      kilobytes(bundle?.gzipBytes),
    ]),
  );
}

function conditions({ machine, load, versions, schedule, missing }) {
  const peers = Object.entries(versions.peers).map(([name, version]) => `${name} ${version}`);
  const absent = Object.entries(missing).map(([id, reason]) => `${id} (${reason})`);
  return [
    `Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}. Load ${digits(load.before)} before, ${digits(load.after)} after.`,
    `Versions: steepest ${versions.steepest}, Node ${versions.node} (V8 ${versions.v8}), ${peers.join(", ")}.`,
    `Schedule: ${schedule.rounds} rounds of blocks of ${schedule.msPerBlock} ms, engines in rotated order.`,
    ...(absent.length === 0 ? [] : [`Not measured here: ${absent.join(", ")}.`]),
  ].join("\n");
}

const legend = `Figures are medians. "≈": the result is off by more than our tolerance (up to 100 times); "wrong": further, and not timed; "~": two blocks of the warm-up never agreed within 5 %; "¹": one call, since it takes more than 5 s; "–": the library has no such operation, or not in this width.`;

const differences = `- All engines read the same input files and start from the same weights; the loss before the first step must agree to 4 digits with PyTorch in f64, and so must the next two.
- TensorFlow.js and jax-js multiply one-hot rows where others gather embeddings, as their users do. jax-js and steepest run with relaxed SIMD; TensorFlow.js has no such build, and its threads are off in Node.
- The 2-thread jax-js runs through a Worker made for Node by this suite; its own pool is for browsers.
- onnxruntime has no derivatives: the MLP step is one graph with gradients and Adam written by hand.
- steepest is written as in its guide: \`compile\`, \`valueAndGrad\`, \`adam\`, donated parameters; results of other calls are copied out.`;

/** @returns the path of the page */
export function writePage({
  peers = join(results, "peers.json"),
  learners = join(results, "learners.json"),
  out = join(here, "../../docs/benchmarks.md"),
} = {}) {
  const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined);
  const [engine, fits] = [read(peers), read(learners)];
  const sections = [
    "# Benchmarks",
    "Made by `npm run bench -- --peers` from files in `bench/results`; figures are never typed by hand.",
  ];
  if (engine !== undefined) {
    const ids = [...new Set(engine.results.map(({ workload }) => workload))];
    const grouped = groups.map(([title, isIn]) => [title, ids.filter(isIn)]).filter(([, list]) => list.length > 0);
    sections.push(conditions(engine), "## Goals", targetTable(engine), "## Results", legend);
    for (const [title, list] of grouped) sections.push(`### ${title}`, resultTable(engine, list));
    if (engine.sizes.length > 0) sections.push("### Size", sizeTable(engine));
    sections.push("## What differs between the engines", differences);
  }
  if (fits !== undefined) {
    const ids = [...new Set(fits.results.map(({ workload }) => workload))];
    sections.push(
      "## Learners and solvers",
      "Made by `npm run bench -- --peers learners`. A fit is timed only if its objective, computed here from the coefficients that it returns, is as low as that of the best.",
      conditions(fits),
      targetTable(fits),
      legend,
      resultTable(fits, ids),
      ids.map((id) => `- \`${id}\`: ${fits.workloads[id]?.what ?? ""}`).join("\n"),
    );
  }
  writeFileSync(out, `${sections.join("\n\n")}\n`);
  return out;
}
