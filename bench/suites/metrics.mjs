// Areas under curves: a radix sort of the scores and one pass. Peer: scikit-learn in a Python of its own, on the same rows,
// timed inside of that process, so that neither its start nor the passing of data counts. PYTHON names the interpreter
// (default python3); without scikit-learn the peer is left out.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { averagePrecision, delongInterval, rocAuc } from "steepest/metrics";
import { key, normal } from "steepest/random";

const script = fileURLToPath(new URL("../peers/metrics.py", import.meta.url));
const python = (...args) =>
  JSON.parse(execFileSync(process.env.PYTHON ?? "python3", [script, ...args.map(String)], { encoding: "utf8" }));

function peerVersions() {
  try {
    return python("versions");
  } catch {
    console.error("metrics: no Python with scikit-learn (set PYTHON to one); the peer is left out.");
    return undefined;
  }
}
export const versions = peerVersions() ?? {};
const withPeer = versions["scikit-learn"] !== undefined;

const folder = mkdtempSync(join(tmpdir(), "steepest-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** n rows, half of them positive and one standard deviation higher; rounded to `grid` places, if given. */
function rows(n, grid) {
  const labels = Array.from({ length: n }, (_, row) => row % 2);
  const scores = Float64Array.from(normal(key(n), [n]).toArray(), (z, row) => {
    const score = z + labels[row];
    return grid === undefined ? score : Math.round(score * grid) / grid;
  });
  const file = join(folder, `${n}-${grid ?? "distinct"}`);
  if (withPeer) writeFileSync(file, Buffer.concat([Buffer.from(scores.buffer), Buffer.from(labels)]));
  return { labels, scores, file };
}
const million = rows(1_000_000);
const ties = rows(1_000_000, 100);
const thousands = rows(10_000);

export let sink = 0; // exported, so that no engine may leave the work out

/** Ours and the peer's, which must agree before they are timed. */
function pair(id, what, metric, peerMetric, { labels, scores, file }) {
  const ours = {
    id,
    what,
    unit: "call",
    run() {
      sink += metric(labels, scores);
    },
    check() {
      if (!withPeer) return;
      const [value, peer] = [metric(labels, scores), python(peerMetric, file, 0).value];
      // The peer adds a million terms one by one.
      if (!(Math.abs(value - peer) < 1e-11)) throw new Error(`${id}: ${value}, but the peer has ${peer}`);
    },
  };
  const peer = { id: `${id}, scikit-learn`, what, unit: "call", measure: (ms) => python(peerMetric, file, ms).samples };
  return withPeer ? [ours, peer] : [ours];
}

export const workloads = [
  ...pair("auc 1e6", "rocAuc of 1e6 distinct scores", rocAuc, "auc", million),
  ...pair("auc 1e6 ties", "rocAuc of 1e6 scores with two decimals", rocAuc, "auc", ties),
  ...pair("auc 1e4", "rocAuc of 1e4 distinct scores", rocAuc, "auc", thousands),
  ...pair("ap 1e6", "averagePrecision of 1e6 distinct scores", averagePrecision, "ap", million),
  {
    id: "delong 1e6",
    what: "delongInterval of 1e6 distinct scores",
    unit: "call",
    run() {
      sink += delongInterval(million.labels, million.scores).area;
    },
  },
];

export const ratios = workloads
  .filter(({ measure }) => measure !== undefined)
  .map(({ id, what }) => {
    const ours = id.replace(", scikit-learn", "");
    return { of: id, to: ours, what: `${what}: time of scikit-learn over ours` };
  });

export const notes = [
  "Labels are a list of numbers here and int64 there, scores Float64Array and float64; both check their input. One thread each.",
  "The peer runs in its own process, block by block between ours, and is timed inside of it.",
];
