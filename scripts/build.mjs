// Builds every package: declarations by tsc, JavaScript by rolldown (one file per entry plus shared chunks, readable,
// so without source maps, which would be larger than the code).
// Usage: node scripts/build.mjs [--if-stale] [package …]      (--if-stale: nothing to do when dist is newer than src)
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const order = ["core", "cluster", "tables", "plot", "cli"]; // a package after those whose declarations it reads
const ifStale = process.argv.includes("--if-stale");
const chosen = process.argv.slice(2).filter((argument) => argument !== "--if-stale");

/** When the newest source of a package was written. Tests are not built. */
function newestSource(folder) {
  const files = readdirSync(join(folder, "src"), { recursive: true }).filter((file) => !/\.test(-d)?\.ts$/.test(file));
  return Math.max(
    ...[...files.map((file) => join(folder, "src", file)), join(folder, "package.json")].map(
      (file) => statSync(file).mtimeMs,
    ),
  );
}

let rebuilt = false;
for (const name of order.filter((p) => chosen.length === 0 || chosen.includes(p))) {
  const started = performance.now();
  const folder = join(root, "packages", name);
  const newest = newestSource(folder);
  const stamp = join(root, `node_modules/.cache/steepest-built-${name}`);
  const isFresh =
    existsSync(stamp) && existsSync(join(folder, "dist/types")) && Number(readFileSync(stamp, "utf8")) >= newest;
  if (ifStale && isFresh && !rebuilt) continue;
  rebuilt = true; // what comes later in the order reads these declarations
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const input = {};
  for (const target of Object.values(manifest.exports)) {
    const source = typeof target === "object" ? target["steepest:source"] : undefined;
    const output = target.default;
    if (source === undefined) continue;
    if (!existsSync(join(folder, source))) throw new Error(`${manifest.name}: the entry ${source} does not exist`);
    input[output.replace("./dist/", "").replace(/\.js$/, "")] = join(folder, source);
  }
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], { stdio: "inherit" });
  const external = Object.keys({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.peerDependencies,
  });
  const bundle = await rolldown({
    input,
    platform: name === "core" ? "neutral" : "node",
    external: (id) => id.startsWith("node:") || external.some((d) => id === d || id.startsWith(`${d}/`)),
  });
  await bundle.write({
    dir: join(folder, "dist"),
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
  });
  await bundle.close();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, String(newest));
  console.error(`built ${manifest.name} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
