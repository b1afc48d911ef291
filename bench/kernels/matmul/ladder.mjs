// node bench/kernels/matmul/ladder.mjs [--time ms] [--out file] [--force]
// Climbs the rungs: each is proven on every shape before it is timed, and all are timed in turns. Also the tiles in registers alone.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";
import { problem, SHAPES } from "./shapes.mjs";
import { tiles } from "./tiles.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    time: { type: "string", default: "300" },
    out: { type: "string", default: join(here, "../../results/kernels-matmul.json") },
    force: { type: "boolean", default: false },
  },
});
const before = loadavg()[0];
if (before > 0.5 * cpus().length && !options.force) {
  console.error(
    `ladder: the load is ${before.toFixed(2)} on ${cpus().length} cores; figures would be noise. Wait, or add --force.`,
  );
  process.exit(2);
}

const engine = await load();
const files = readdirSync(join(here, "rungs")).sort();
const rungs = await Promise.all(
  files.map(async (file) => ({ name: file.replace(".mjs", ""), ...(await import(`./rungs/${file}`)) })),
);
const rows = [];
for (const shape of SHAPES) rows.push(climb(shape));
const report = {
  schema: "steepest-ladder/1",
  machine: { cpu: cpus()[0].model, cores: cpus().length, node: process.version },
  load: { before, after: loadavg()[0] },
  unit: "GF/s = 2·m·n·k/t, best of the samples",
  rows,
  tiles: tiles(engine),
};
mkdirSync(dirname(options.out), { recursive: true });
writeFileSync(options.out, `${JSON.stringify(report, null, 1)}\n`);
console.table(Object.fromEntries(rows.map(({ shape, ...rest }) => [shape, rest])));
console.table(Object.fromEntries(report.tiles.map(({ tile, ...rest }) => [tile, rest])));

/** What rungs use of the engine. It is no part of what the package publishes, so it is bundled from its sources. */
async function load() {
  const core = join(here, "../../../packages/core/src");
  const names = {
    "backend/native/index.ts": "nativeTier",
    "backend/wasm/alone.ts": "runAlone",
    "backend/wasm/assembler.ts": "ModuleBuilder",
    "backend/wasm/matmul/index.ts": "emitMatmul",
    "backend/wasm/matmul/lanes.ts": "LANES",
    "backend/wasm/matmul/tile.ts": "tileFunction",
    "backend/wasm/relaxed-simd.ts": "decideFma",
    "program/kernels/product.ts": "multiply",
  };
  const folder = join(here, ".tmp");
  mkdirSync(folder, { recursive: true });
  const lines = Object.entries(names).map(
    ([file, name]) => `export { ${name} } from ${JSON.stringify(join(core, file))};`,
  );
  writeFileSync(join(folder, "entry.mjs"), lines.join("\n"));
  const build = await rolldown({ input: join(folder, "entry.mjs"), platform: "node", external: ["koffi"] });
  await build.write({ file: join(folder, "engine.mjs"), format: "esm" });
  await build.close();
  return import(pathToFileURL(join(folder, "engine.mjs")).href);
}

function climb(shape) {
  const [name, m, n, k, form, matrices, dtype] = shape;
  const truth = problem(shape);
  const [a, b, expected] = truth.buffers;
  const second = truth.kernel.b.buffer === 0 ? a : b;
  engine.multiply(truth.kernel, a, second, expected);
  const bound = boundOf(truth.kernel, a, second);
  const climbing = rungs.flatMap(({ name: rungName, exact, rung }) => {
    const { kernel, buffers } = problem(shape);
    if (kernel.b.buffer === 0) buffers[1] = buffers[0];
    const made = rung(engine, kernel, buffers);
    if (made === undefined) return [];
    made.run();
    prove(`${rungName} on ${name} ${form}`, made.read(), expected, exact ? undefined : bound);
    return [{ name: rungName, best: Number.POSITIVE_INFINITY, ...made }];
  });
  // in turns, so that all meet the same load; the definition a few times only
  for (let round = 0; round < 5; round++) {
    for (const rung of climbing) {
      if (rung.slow && round > 0) continue;
      const until = performance.now() + Number(options.time) / 5;
      do {
        const start = performance.now();
        rung.run();
        rung.best = Math.min(rung.best, performance.now() - start);
      } while (!rung.slow && performance.now() < until);
    }
  }
  for (const { close } of climbing) close?.();
  const flops = 2 * m * n * k * matrices;
  const row = { shape: `${name} ${form} ${dtype}` };
  for (const rung of climbing) row[rung.name] = Number((flops / rung.best / 1e6).toPrecision(3));
  return row;
}

/** 2·γ_K·|A|·|B| for each element: both results keep the bound of summation. */
function boundOf(kernel, a, b) {
  const c = new Float64Array(kernel.m * kernel.n * (kernel.batch[0] ?? 1));
  engine.multiply({ ...kernel, dtype: "f64" }, Float64Array.from(a, Math.abs), Float64Array.from(b, Math.abs), c);
  const unit = kernel.dtype === "f32" ? 2 ** -24 : 2 ** -53;
  return c.map((x) => (2 * x * kernel.k * unit) / (1 - kernel.k * unit));
}

function prove(what, actual, expected, bound) {
  for (const [i, x] of actual.entries()) {
    const right = bound === undefined ? Object.is(x, expected[i]) : Math.abs(x - expected[i]) <= bound[i];
    if (!right) throw new Error(`${what}: element ${i} is ${x}, not ${expected[i]}`);
  }
}
