// What a package weighs: time to import it in a fresh process, bytes installed, and the bundle of a small training program.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { summary } from "./statistics.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const core = join(here, "../../packages/core");

/** Milliseconds from the first statement to the loaded module, in processes of their own. */
function importMs(cwd, specifier, rounds) {
  const program = `const start = performance.now(); await import(${JSON.stringify(specifier)}); console.log("import-ms", performance.now() - start);`;
  const once = () => {
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return Number(/import-ms ([\d.]+)/.exec(printed)[1]);
  };
  once(); // the first one reads the files from the disk
  return summary(Array.from({ length: rounds }, once));
}

function folderBytes(folder) {
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder, { recursive: true })
    .map((file) => statSync(join(folder, file)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
}

/** Bytes of a minified bundle for browsers, and of its gzip. */
async function bundleBytes(cwd, source) {
  const entry = "\0entry";
  const bundle = await rolldown({
    input: entry,
    cwd,
    platform: "browser",
    logLevel: "silent",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? source : null),
      },
      {
        // The entry has no place on the disk: its imports are those of `cwd`.
        name: "from-folder",
        resolveId(id, importer) {
          return importer === entry ? this.resolve(id, join(cwd, "entry.mjs"), { skipSelf: true }) : null;
        },
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
  await bundle.close();
  const code = Buffer.from(output[0].code);
  return { bytes: code.length, gzipBytes: gzipSync(code, { level: 9 }).length };
}

const programs = [
  {
    engine: "steepest",
    cwd: join(here, ".."),
    specifier: "steepest",
    installed: () => folderBytes(join(core, "dist")),
    source: `import { array, compile, grad, valueAndGrad } from "steepest"; import { adam } from "steepest/optim";
      globalThis.kept = [array, compile, grad, valueAndGrad, adam];`,
  },
  {
    engine: "jax-js",
    cwd: join(here, "jax-js"),
    specifier: "@jax-js/jax",
    installed: () => folderBytes(join(here, "jax-js/node_modules")),
    source: `import { numpy, jit, grad, valueAndGrad } from "@jax-js/jax"; globalThis.kept = [numpy.array, jit, grad, valueAndGrad];`,
  },
  {
    engine: "tfjs-wasm",
    cwd: join(here, "tfjs"),
    specifier: "@tensorflow/tfjs",
    installed: () => folderBytes(join(here, "tfjs/node_modules")),
    source: `import { tensor, grad, variableGrads, train } from "@tensorflow/tfjs"; import "@tensorflow/tfjs-backend-wasm";
      globalThis.kept = [tensor, grad, variableGrads, train.adam];`,
  },
];

/** One record per package among `engines`. */
export async function measureSizes(engines, { rounds, say }) {
  const sizes = [];
  for (const { engine, cwd, specifier, installed, source } of programs) {
    if (!engines.some(({ id }) => id === engine)) continue;
    const record = { engine, installedBytes: installed() };
    try {
      record.importMs = importMs(cwd, specifier, rounds);
      record.bundle = await bundleBytes(cwd, source);
    } catch (error) {
      record.refused = error.message.split("\n")[0];
      say(`size: ${engine}: ${record.refused}`);
    }
    sizes.push(record);
  }
  return sizes;
}
