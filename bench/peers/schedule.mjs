// The interleaved schedule: for each workload, every engine proves its result, warms up, and then all go round,
// one block each, in an order that rotates from round to round. The machine's mood of a minute hits all of them alike.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineProcess, lastLine } from "./engine-process.mjs";
import { median, summary } from "./statistics.mjs";

const SLOW_MS = 5000; // a call

/** Writes the inputs to files that engines of every language read. */
function writeInputs(workload, inputs, folder) {
  mkdirSync(folder, { recursive: true });
  const files = {};
  for (const [name, { shape, dtype, data }] of Object.entries(inputs)) {
    const file = join(folder, `${name}.bin`);
    writeFileSync(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    files[name] = { file, shape, dtype };
  }
  const { id, family, params, checkCalls } = workload;
  const request = { id, family, params, checkCalls, inputs: files, probes: workload.probes?.() };
  writeFileSync(join(folder, "request.json"), JSON.stringify(request));
  return request;
}

/**
 * The largest error of a result. Ours must be within the tolerance; a peer's f32 result within 100 times of it is timed and
 * marked as loose, so that it is seen what its speed costs. Anything else is refused.
 */
function compare(numbers, { values, tolerances }, { mayBeLoose }) {
  if (numbers.length !== values.length) throw new Error(`${numbers.length} numbers instead of ${values.length}`);
  let maxRelError = 0;
  let worst = { share: 0 };
  values.forEach((want, i) => {
    const error = Math.abs(numbers[i] - want);
    const share = Number.isNaN(error) ? Infinity : error / tolerances[i];
    if (want !== 0) maxRelError = Math.max(maxRelError, error / Math.abs(want));
    if (share > worst.share) worst = { share, i };
  });
  const { share, i } = worst;
  if (share > (mayBeLoose ? 100 : 1)) {
    throw new Error(
      `wrong result: entry ${i} of ${values.length} is ${numbers[i]}, expected ${values[i]} ± ${tolerances[i].toExponential(1)}`,
    );
  }
  return { maxRelError, shareOfTolerance: share, ...(share > 1 ? { loose: true } : {}) };
}

/** Planted mistakes that the comparison must refuse; run before anything is measured. */
export function proveComparison() {
  const expected = { values: [1, 2], tolerances: [1e-6, 1e-6] };
  const planted = [
    ["a wrong entry", [1, 2.00001], false],
    ["not a number", [1, Number.NaN], true],
    ["a missing entry", [1], true],
    ["a peer far off", [1, 2.001], true],
  ];
  for (const [what, numbers, mayBeLoose] of planted) {
    let refused = false;
    try {
      compare(numbers, expected, { mayBeLoose });
    } catch {
      refused = true;
    }
    if (!refused) throw new Error(`the comparison lets ${what} pass`);
  }
  if (compare([1, 2.00001], expected, { mayBeLoose: true }).loose !== true)
    throw new Error("a loose result is not marked");
}

/**
 * Measures one workload.
 * @returns a record per engine: a result, or the reason why there is none
 */
export async function measure(workload, engines, { rounds, blockMs, warmUpMs, folder, say }) {
  const inputs = workload.inputs();
  const request = writeInputs(workload, inputs, folder);
  const expected = workload.expected?.(inputs);
  const records = [];
  const ready = [];
  for (const engine of engines) {
    const record = { workload: workload.id, engine: engine.id, threads: engine.threads, dtype: workload.dtype };
    records.push(record);
    if (!engine.families.includes(workload.family) || !engine.dtypes.includes(workload.dtype)) {
      record.absent = "the engine has no such operation here";
      continue;
    }
    try {
      ready.push(await prove(workload, engine, record, { request, inputs, expected }));
    } catch (error) {
      record.refused = error.message;
      say(`${workload.id}: ${engine.id} is left out: ${error.message}`);
      await engine.running.ask("release");
    }
  }
  if (workload.agree !== undefined) await leaveOut(ready, workload.agree(ready), say);
  await takeSlow(ready, workload);
  if (!workload.checkOnly) await goRound(workload, ready, { rounds, blockMs, warmUpMs, say });
  for (const { engine } of ready) await engine.running.ask("release");
  rmSync(folder, { recursive: true, force: true });
  return records;
}

/** Lets an engine do the workload once, or a few times, and looks at its numbers. @throws when they are wrong */
async function prove(workload, engine, record, { request, inputs, expected }) {
  const reply = await engine.running.ask("prepare", request);
  if (reply.error !== undefined) throw new Error(lastLine(reply.error));
  const { numbers, firstCallMs } = reply;
  const mayBeLoose = engine.definition.ours !== true && workload.mayBeLoose === true;
  const check = workload.judge?.(numbers, inputs) ?? compare(numbers, expected, { mayBeLoose });
  record.check = workload.checkCalls > 1 ? { initialLoss: numbers[0], losses: numbers, ...check } : check;
  record.firstCallMs = firstCallMs;
  // One more call tells a slow engine from one that compiled at its first.
  const ns = firstCallMs > SLOW_MS ? median((await engine.running.ask("block", { ms: 0 })).samplesNs) : 0;
  const slowNs = ns > SLOW_MS * 1e6 ? ns : undefined;
  return { engine, record, numbers, slowNs, samples: [], blocks: [], cores: [] };
}

/** An engine that takes very long for one call is not asked again: that call is its figure. */
async function takeSlow(ready, { metric }) {
  for (const entry of ready.filter(({ slowNs }) => slowNs !== undefined)) {
    const { engine, record, slowNs: ns } = entry;
    Object.assign(record, { blocksNs: [Math.round(ns)], min: ns, median: ns, p90: ns, count: 1, oneCall: true });
    record.metric = {
      name: metric.name,
      value: metric.from(ns),
      best: metric.from(ns),
      smallerIsBetter: metric.smaller ?? false,
    };
    ready.splice(ready.indexOf(entry), 1);
    await engine.running.ask("release");
  }
}

async function leaveOut(ready, refusals, say) {
  for (const { record, reason } of refusals) {
    const at = ready.findIndex((entry) => entry.record === record);
    record.refused = reason;
    say(`${record.workload}: ${record.engine} is left out: ${reason}`);
    const [{ engine }] = ready.splice(at, 1);
    await engine.running.ask("release");
  }
}

async function goRound(workload, ready, { rounds, blockMs, warmUpMs, say }) {
  const fail = (entry, error) => {
    entry.record.refused = lastLine(error);
    entry.failed = true;
    say(`${workload.id}: ${entry.engine.id} stopped: ${entry.record.refused}`);
  };
  for (const entry of ready) {
    const reply = await entry.engine.running.ask("warmUp", { ms: blockMs / 2, limitMs: warmUpMs });
    if (reply.error !== undefined) fail(entry, reply.error);
    else Object.assign(entry.record, { settled: reply.settled, callsPerSample: reply.calls });
  }
  for (let round = 0; round < rounds; round++) {
    const order = ready.map((_, i) => ready[(i + round) % ready.length]);
    for (const entry of order) {
      if (entry.failed) continue;
      const reply = await entry.engine.running.ask("block", { ms: blockMs });
      if (reply.error !== undefined) {
        fail(entry, reply.error);
        continue;
      }
      for (const sample of reply.samplesNs) entry.samples.push(sample);
      entry.blocks.push(median(reply.samplesNs));
      entry.cores.push(reply.cores);
      Object.assign(entry.record, reply.settings, { rssBytes: reply.rssBytes, peakBytes: reply.peakBytes });
    }
  }
  for (const { record, samples, blocks, cores, failed } of ready) {
    if (failed) continue;
    const { name, from, smaller = false } = workload.metric;
    Object.assign(record, { blocksNs: blocks.map(Math.round), ...summary(samples), cores: median(cores) });
    record.metric = { name, value: from(record.median), best: from(record.min), smallerIsBetter: smaller };
  }
}

/** First call in a fresh process, start of the process and making of inputs not counted: what a user waits for. */
export async function measureFirstCalls(workload, engines, { rounds, folder, say }) {
  const inputs = workload.inputs();
  const request = { ...writeInputs(workload, inputs, folder), checkCalls: 1 };
  const records = engines.map(({ id, threads }) => ({
    workload: `first-call-${workload.id}`,
    engine: id,
    threads,
    dtype: workload.dtype,
  }));
  const samples = new Map(records.map((record) => [record, []]));
  for (let round = 0; round < rounds; round++) {
    const order = engines.map((_, i) => (i + round) % engines.length);
    for (const i of order) {
      const [engine, record] = [engines[i], records[i]];
      if (record.refused !== undefined || record.absent !== undefined) continue;
      if (!engine.families.includes(workload.family)) {
        record.absent = "the engine has no such operation here";
        continue;
      }
      const { running, missing } = await EngineProcess.start(engine.definition);
      if (running === undefined) {
        record.refused = missing;
        continue;
      }
      const reply = await running.ask("prepare", request);
      running.stop();
      if (reply.error !== undefined) {
        record.refused = lastLine(reply.error);
        say(`${record.workload}: ${engine.id} stopped: ${record.refused}`);
        continue;
      }
      samples.get(record).push(reply.firstCallMs * 1e6);
    }
  }
  rmSync(folder, { recursive: true, force: true });
  for (const record of records) {
    const list = samples.get(record);
    if (list.length === 0) continue;
    Object.assign(record, { blocksNs: list.map(Math.round), ...summary(list) });
    record.metric = { name: "ms", value: record.median / 1e6, best: record.min / 1e6, smallerIsBetter: true };
  }
  return records;
}
