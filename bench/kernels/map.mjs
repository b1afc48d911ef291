// node bench/kernels/map.mjs [--time ms] [--only name] [--fma] [--out file]
// Maps, reductions and row kernels of the engine beside plain loops over typed arrays: each is proven by the interpreter on a small
// size first, then both are timed in turns, so that they meet the same load. Best of the samples; one thread.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { rolldown } from "rolldown";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    time: { type: "string", default: "600" },
    only: { type: "string", default: "" },
    fma: { type: "boolean", default: false },
    out: { type: "string", default: join(here, "../results/kernels-map.json") },
  },
});
if (options.fma) setFlagsFromString("--experimental-wasm-relaxed-simd");
const engine = await load();
const { Body, emitKernel, expansions, runAlone, runKernel } = engine;

const before = loadavg()[0];
const rows = [];
for (const dtype of ["f32", "f64"]) {
  for (const name of ["tanh", "exp", "log", "erf", "sigmoid"]) {
    rows.push(...time(name, dtype, 1e6, map(expansions[name]), LOOPS(name)));
  }
  for (const n of [1e6, 1e7]) {
    rows.push(...time("silu chain", dtype, n, map(silu), (x) => x / (1 + Math.exp(-(1.5 * x + 0.25)))));
    rows.push(...time("relu chain", dtype, n, map(relu), (x) => Math.max(0, 1.5 * x + 0.25) * x - 0.5));
  }
}
rows.push(
  ...timeKernel(
    "sum 1e6",
    "f32",
    (n) => sum(n),
    1e6,
    plainSum,
    (ms) => `${ms.toFixed(3)} ms`,
  ),
);
rows.push(...timeKernel("softmax 1024²", "f32", softmax, 1024, plainSoftmax, (ms) => `${ms.toFixed(3)} ms`));
rows.push(...timeKernel("adam 535,818", "f32", adam, 535_818, plainAdam, (ms) => `${ms.toFixed(3)} ms`));
const report = {
  schema: "steepest-ladder/1",
  machine: { cpu: cpus()[0].model, cores: cpus().length, node: process.version },
  load: { before, after: loadavg()[0] },
  rows,
};
if (options.only === "") mkdirSync(dirname(options.out), { recursive: true });
if (options.only === "") writeFileSync(options.out, `${JSON.stringify(report, null, 1)}\n`);
console.log("load", report.load);
console.table(rows);

function LOOPS(name) {
  const others = { sigmoid: (x) => 1 / (1 + Math.exp(-x)), erf: (x) => Math.tanh(1.128 * x) }; // no erf in JavaScript: as much work
  return others[name] ?? Math[name];
}

function silu(b, x) {
  const z = b.add(b.mul(x, b.constant(1.5, x.dtype)), b.constant(0.25, x.dtype));
  return b.mul(x, expansions.sigmoid(b, z));
}

function relu(b, x) {
  const z = b.add(b.mul(x, b.constant(1.5, x.dtype)), b.constant(0.25, x.dtype));
  const y = b.binary("maximum", z, b.constant(0, x.dtype));
  return b.sub(b.mul(y, x), b.constant(0.5, x.dtype));
}

function access(buffer, dtype, strides) {
  return { buffer, dtype, offset: 0, strides };
}

function stage(over, body, parts) {
  return { over, body, stores: [], reductions: [], results: [], ...parts };
}

function map(f) {
  return (n, dtype) => {
    const body = new Body();
    const y = f(body, body.load(0, dtype));
    const stages = [stage("inner", body, { stores: [{ value: y.id, access: 1 }] })];
    const accesses = [0, 1].map((buffer) => access(buffer, dtype, [1]));
    return { kernel: { kind: "loop", outer: [], inner: n, accesses, slots: [], stages }, sizes: [n, n] };
  };
}

function sum(n) {
  const body = new Body();
  const x = body.load(0, "f32");
  const row = new Body();
  const s = row.slot(0, "f32");
  const stages = [
    stage("inner", body, { reductions: [{ value: x.id, combine: "sum", slot: 0 }] }),
    stage("row", row, { stores: [{ value: s.id, access: 1 }] }),
  ];
  const accesses = [access(0, "f32", [1]), access(1, "f32", [0])];
  return { kernel: { kind: "loop", outer: [], inner: n, accesses, slots: ["f32"], stages }, sizes: [n, 1] };
}

function softmax(n) {
  const [most, powers, scaled] = [new Body(), new Body(), new Body()];
  const x = most.load(0, "f32");
  const e = expansions.exp(powers, powers.sub(powers.load(0, "f32"), powers.slot(0, "f32")));
  const y = scaled.div(scaled.load(1, "f32"), scaled.slot(1, "f32"));
  const stages = [
    stage("inner", most, { reductions: [{ value: x.id, combine: "maximum", slot: 0 }] }),
    stage("inner", powers, {
      stores: [{ value: e.id, access: 1 }],
      reductions: [{ value: e.id, combine: "sum", slot: 1 }],
    }),
    stage("inner", scaled, { stores: [{ value: y.id, access: 1 }] }),
  ];
  const accesses = [0, 1].map((buffer) => access(buffer, "f32", [n, 1]));
  const kernel = { kind: "loop", outer: [n], inner: n, accesses, slots: ["f32", "f32"], stages };
  return { kernel, sizes: [n * n, n * n] };
}

function adam(n) {
  const b = new Body();
  const k = (value) => b.constant(value, "f32");
  const [w, g, m, v] = [0, 1, 2, 3].map((a) => b.load(a, "f32"));
  const first = b.add(b.mul(m, k(0.9)), b.mul(g, k(0.1)));
  const second = b.add(b.mul(v, k(0.999)), b.mul(b.mul(g, g), k(0.001)));
  const step = b.div(b.mul(first, k(1e-3)), b.add(b.unary("sqrt", b.mul(second, k(1.1))), k(1e-8)));
  const next = b.sub(w, step);
  const stores = [next, first, second].map(({ id }, i) => ({ value: id, access: [0, 2, 3][i] }));
  const accesses = [0, 1, 2, 3].map((buffer) => access(buffer, "f32", [1]));
  const kernel = { kind: "loop", outer: [], inner: n, accesses, slots: [], stages: [stage("inner", b, { stores })] };
  return { kernel, sizes: [n, n, n, n] };
}

function plainSum([x, y]) {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i];
  y[0] = s;
}

function plainSoftmax([x, y]) {
  for (let r = 0; r < 1024; r++) {
    let most = -Infinity;
    let s = 0;
    for (let i = r * 1024; i < (r + 1) * 1024; i++) if (x[i] > most) most = x[i];
    for (let i = r * 1024; i < (r + 1) * 1024; i++) {
      y[i] = Math.exp(x[i] - most);
      s += y[i];
    }
    for (let i = r * 1024; i < (r + 1) * 1024; i++) y[i] /= s;
  }
}

function plainAdam([w, g, m, v]) {
  for (let i = 0; i < w.length; i++) {
    m[i] = 0.9 * m[i] + 0.1 * g[i];
    v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
    w[i] -= (1e-3 * m[i]) / (Math.sqrt(v[i] * 1.1) + 1e-8);
  }
}

function time(name, dtype, n, make, f) {
  const plain = ([x, y]) => {
    for (let i = 0; i < x.length; i++) y[i] = f(x[i]);
  };
  const bytes = 2 * (dtype === "f32" ? 4 : 8) * n;
  return timeKernel(
    `${name} ${n}`,
    dtype,
    (size) => make(size, dtype),
    n,
    plain,
    (ms) => `${(bytes / ms / 1e6).toFixed(1)} GB/s`,
  );
}

function timeKernel(name, dtype, make, n, plain, figure) {
  if (!name.includes(options.only)) return [];
  prove(name, make(Math.min(n, 101)), dtype);
  const { kernel, sizes } = make(n);
  const buffers = sizes.map((size, b) => numbers(size, b, dtype));
  const alone = runAlone(emitKernel(kernel), buffers, { fma: options.fma });
  const own = buffers.map((x) => x.slice());
  const best = { engine: Infinity, plain: Infinity };
  const sample = (which, run) => {
    const start = performance.now();
    run();
    best[which] = Math.min(best[which], performance.now() - start);
  };
  const end = performance.now() + Number(options.time);
  let rounds = 0;
  while (performance.now() < end || rounds < 20) {
    for (let i = 0; i < 5; i++) sample("engine", () => alone.run());
    if (rounds++ % 4 === 0) sample("plain", () => plain(own));
  }
  const row = {
    kernel: name,
    dtype,
    engine: figure(best.engine),
    "plain loop": figure(best.plain),
    ratio: Number((best.plain / best.engine).toPrecision(3)),
  };
  return [row];
}

/** The same bits as the interpreter on a small size. */
function prove(name, { kernel, sizes }, dtype) {
  const buffers = sizes.map((size, b) => numbers(size, b, dtype));
  const alone = runAlone(emitKernel(kernel), buffers);
  alone.run();
  const own = buffers.map((x) => x.slice());
  runKernel(kernel, (buffer) => own[buffer]);
  own.forEach((expected, b) => {
    const got = alone.read(b);
    if (!expected.every((value, i) => Object.is(value, got[i])))
      throw new Error(`${name}: the engine differs from the interpreter.`);
  });
}

function numbers(size, seed, dtype) {
  let s = seed + 3;
  const uniform = () => {
    s = (Math.imul(1664525, s) + 1013904223) >>> 0;
    return s / 2 ** 32;
  };
  const data = dtype === "f32" ? new Float32Array(size) : new Float64Array(size);
  for (let i = 0; i < size; i++)
    data[i] = (uniform() + uniform() + uniform() + uniform() - 2) * 1.7 + (seed === 3 ? 4 : 0);
  return data;
}

/** The parts of the engine are no part of what the package publishes, so they are bundled from the sources. */
async function load() {
  const core = join(here, "../../packages/core/src");
  const folder = join(here, ".tmp");
  mkdirSync(folder, { recursive: true });
  const lines = Object.entries({
    "{ runAlone }": "backend/wasm/alone.ts",
    "{ emitKernel }": "backend/wasm/loops/index.ts",
    "{ runKernel }": "backend/interpret/index.ts",
    "{ Body }": "program/kernels/body.ts",
    "* as expansions": "program/expansions/index.ts",
  }).map(([names, file]) => `export ${names} from ${JSON.stringify(join(core, file))};`);
  writeFileSync(join(folder, "map-entry.mjs"), lines.join("\n"));
  const build = await rolldown({ input: join(folder, "map-entry.mjs"), platform: "node", external: ["koffi"] });
  await build.write({ file: join(folder, "map.mjs"), format: "esm" });
  await build.close();
  return import(pathToFileURL(join(folder, "map.mjs")).href);
}
