// One engine in a process of its own: node child.mjs <engine module>. It answers requests, one JSON line each, on descriptor 3;
// what libraries print stays on stdout and stderr. An engine module exports `open()` → { versions, settings, dtypes, tasks, release }:
// tasks[family](inputs, params) → { run, read }, where run() does the work once and read() does it and returns its numbers
// (an array, or a list of arrays, in row-major order). Either may return a Promise.
import { readFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { median } from "./statistics.mjs";

const engine = await import(pathToFileURL(process.argv[2]).href);
const { versions, settings, dtypes, tasks, release } = await engine.open();
const views = { f32: Float32Array, f64: Float64Array, i32: Int32Array };
let current;

const handlers = {
  open: () => ({ versions, settings: settings(), dtypes, families: Object.keys(tasks) }),

  /** Makes the task, runs it `checkCalls` times, and returns the numbers that the schedule compares. */
  async prepare({ family, inputs, params, probes, checkCalls = 1 }) {
    const loaded = {};
    for (const [name, { file, dtype, shape }] of Object.entries(inputs)) {
      const bytes = readFileSync(file);
      loaded[name] = {
        dtype,
        shape,
        data: new views[dtype](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)),
      };
    }
    const task = await tasks[family](loaded, params);
    const started = performance.now();
    const numbers = [flatten(await task.read())];
    const firstCallMs = performance.now() - started;
    for (let i = 1; i < checkCalls; i++) numbers.push(flatten(await task.read()));
    current = { task, calls: 1 };
    const flat = numbers.length === 1 ? numbers[0] : Float64Array.from(numbers.flatMap((list) => Array.from(list)));
    return { numbers: probes === undefined ? Array.from(flat) : probes.map((p) => flat[p]), firstCallMs };
  },

  /** Runs until two blocks agree within 5 %, and finds how many calls make a sample of at least a millisecond. */
  async warmUp({ ms, limitMs }) {
    const started = performance.now();
    const first = await timeCalls(1);
    if (first > 1e9) return { settled: true, calls: 1 }; // seconds per call: the check was the warm-up
    current.calls = Math.max(1, Math.ceil(1e6 / (await timeCalls(Math.max(1, Math.ceil(2e5 / first))))));
    let before = median(await block(ms));
    while (performance.now() - started < limitMs) {
      current.calls = Math.max(1, Math.ceil(1e6 / before));
      const after = median(await block(ms));
      if (Math.abs(after - before) <= 0.05 * before) return { settled: true, calls: current.calls };
      before = after;
    }
    return { settled: false, calls: current.calls };
  },

  async block({ ms }) {
    const cpu = process.cpuUsage();
    const started = performance.now();
    const samplesNs = await block(ms);
    const { user, system } = process.cpuUsage(cpu);
    return {
      samplesNs,
      cores: (user + system) / 1e3 / (performance.now() - started),
      rssBytes: process.memoryUsage().rss,
      settings: settings(),
      peakBytes: current.task.peakBytes?.(),
    };
  },

  release() {
    current = undefined;
    release?.();
    return {};
  },
};

function flatten(numbers) {
  if (typeof numbers === "number") return [numbers];
  if (!Array.isArray(numbers) || typeof numbers[0] === "number") return numbers;
  return Float64Array.from(numbers.flatMap((list) => Array.from(list)));
}

/** Nanoseconds per call, over `calls` calls. */
async function timeCalls(calls) {
  const { task } = current;
  const started = performance.now();
  for (let i = 0; i < calls; i++) {
    const pending = task.run();
    if (pending instanceof Promise) await pending; // a synchronous engine must not pay for a turn of the event loop
  }
  return ((performance.now() - started) * 1e6) / calls;
}

async function block(ms) {
  const samples = [];
  const end = performance.now() + ms;
  while (samples.length < 3 || performance.now() < end) {
    samples.push(await timeCalls(current.calls));
    if (samples[0] > 1e9) break; // a call of more than a second is a block of its own
  }
  return samples;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...request } = JSON.parse(line);
  let reply;
  try {
    reply = await handlers[name](request);
  } catch (error) {
    reply = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const bytes = Buffer.from(`${JSON.stringify(reply)}\n`);
  for (let sent = 0; sent < bytes.length; ) {
    try {
      sent += writeSync(3, bytes, sent);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}
process.exit(0);
