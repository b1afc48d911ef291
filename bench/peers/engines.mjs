// Who runs: one row per engine. `folder` holds the package.json of a peer that is installed on demand.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const major = Number(process.versions.node.split(".")[0]);
/** Node 20 and 21 have relaxed SIMD behind this flag; later versions have it anyway and warn about the flag. */
const relaxedSimd = major < 22 ? ["--experimental-wasm-relaxed-simd"] : [];

/** Threads of the rows that have several: STEEPEST_THREADS, or 2. The other rows have one. */
const many = Number(process.env.STEEPEST_THREADS ?? 2);

const steepest = (id, label, threads, native, extra = {}) => ({
  id,
  label,
  threads,
  ours: true,
  module: "steepest/engine.mjs",
  env: {
    STEEPEST_THREADS: String(threads),
    STEEPEST_FMA: process.env.STEEPEST_FMA ?? "1",
    STEEPEST_NATIVE: native ? (process.env.STEEPEST_NATIVE ?? "1") : "0",
    OPENBLAS_NUM_THREADS: String(threads),
  },
  native,
  ...extra,
});
const peer = (id, label, folder, threads, extra = {}) => ({
  id,
  label,
  folder,
  threads,
  module: `${folder}/engine.mjs`,
  ...extra,
});
const python = (id, label, module, threads) => ({
  id,
  label,
  threads,
  python: module,
  env: {
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
    MKL_NUM_THREADS: String(threads),
    NPROC: String(threads),
    XLA_FLAGS: `--xla_cpu_multi_thread_eigen=${threads > 1}`,
    JAX_PLATFORMS: "cpu",
    CUDA_VISIBLE_DEVICES: "",
    PYTHONDONTWRITEBYTECODE: "1",
  },
});

export const engines = [
  steepest("steepest", "steepest, WASM, 1 thread", 1, false),
  steepest(`steepest-${many}t`, `steepest, WASM, ${many} threads`, many, false),
  steepest("steepest-native", "steepest, native tier, 1 thread", 1, true),
  peer("tfjs-wasm", "TensorFlow.js, WASM", "tfjs", 1),
  peer("jax-js", "jax-js, WASM, 1 thread", "jax-js", 1, { args: relaxedSimd, env: { JAX_JS_THREADS: "1" } }),
  peer(`jax-js-${many}t`, `jax-js, WASM, ${many} threads`, "jax-js", many, {
    args: relaxedSimd,
    env: { JAX_JS_THREADS: String(many) },
  }),
  peer("onnxruntime", "onnxruntime-node, 1 thread", "onnxruntime", 1, { env: { ORT_THREADS: "1" } }),
  python("torch", "PyTorch, 1 thread", "torch_engine", 1),
  python(`torch-${many}t`, `PyTorch, ${many} threads`, "torch_engine", many),
  python("jax", "JAX, 1 thread", "jax_engine", 1),
  python("numpy", "NumPy, SciPy, scikit-learn, 1 thread", "numpy_engine", 1),
  python("cvxopt", "cvxopt, 1 thread", "cvxopt_engine", 1),
  python("osqp", "OSQP, 1 thread", "osqp_engine", 1),
  peer("quadprog", "quadprog (npm)", "quadprog", 1),
];

/** A second build of steepest, for instance of another revision: measured in the same rounds. */
export const otherBuild = (folder) =>
  steepest("steepest-other", `steepest of ${folder}`, 1, false, {
    args: ["--import", join(here, "steepest/other-revision.mjs")],
    folderOfBuild: folder,
  });

/** The command that starts an engine, or why it cannot be started. */
export function commandOf(engine) {
  if (engine.python === undefined) {
    const environment = { ...process.env, ...engine.env };
    if (engine.folderOfBuild !== undefined) environment.STEEPEST_BENCH_FOLDER = engine.folderOfBuild;
    return {
      command: process.execPath,
      args: [...(engine.args ?? []), join(here, "child.mjs"), join(here, engine.module)],
      env: environment,
    };
  }
  const found = findPython();
  if (found === undefined) return { missing: "no Python found; set STEEPEST_PYTHON to one" };
  return {
    command: found,
    args: [join(here, "python/child.py"), engine.python],
    env: { ...process.env, ...engine.env },
  };
}

let known;
/** STEEPEST_PYTHON, or the first python3 of the path. */
function findPython() {
  if (known !== undefined) return known.path;
  const named = process.env.STEEPEST_PYTHON;
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "python3"));
  known = { path: [...(named === undefined ? [] : [named]), ...onPath].find((path) => existsSync(path)) };
  return known.path;
}

/** Installs a peer where it is missing or of another version: no install scripts, nothing in the workspace's lock file. */
export function install(folder) {
  const path = join(here, folder);
  const { dependencies } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const isThere = ([name, version]) => {
    const manifest = join(path, "node_modules", name, "package.json");
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version === version;
  };
  if (Object.entries(dependencies).every(isThere)) return;
  console.error(`bench: installing ${Object.keys(dependencies).join(", ")} into bench/peers/${folder}`);
  const flags = ["--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["install", ...flags], { cwd: path, stdio: ["ignore", "inherit", "inherit"] });
}
