// `npm run test:consumer`: packs the packages, installs the tarballs in an empty folder as a stranger would, and uses them there.
// The repository lends the compiler and the bundler, nothing else; no file of the project can see the repository.
// Usage: node consumer-tests/run.mjs [--keep]      (--keep leaves the folder and prints its path)
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundles } from "./checks/bundles.mjs";
import { commandLine } from "./checks/command-line.mjs";
import { contents } from "./checks/contents.mjs";
import { esm, importTime, required } from "./checks/imports.mjs";
import { types } from "./checks/types.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const packages = ["core", "cluster", "tables", "plot", "cli"];

const folder = mkdtempSync(join(tmpdir(), "steepest-consumer-"));
const project = join(folder, "project");
let passed = 0;
let failed = 0;
try {
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), "--if-stale"], { stdio: "inherit" });
  const tarballs = pack();
  install(tarballs);
  const checks = { contents, esm, required, types, bundles, commandLine, importTime };
  for (const [name, check] of Object.entries(checks)) await report(name, () => check({ root, project, tarballs }));
} finally {
  if (process.argv.includes("--keep")) console.log(`kept: ${project}`);
  else rmSync(folder, { recursive: true, force: true });
}
console.log(`consumer: ${passed} checks passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs a check; it returns notes for the reader, or throws with all that is wrong. */
async function report(name, check) {
  try {
    const notes = await check();
    passed += 1;
    console.log(`✔ ${name}${notes.map((note) => `\n    ${note}`).join("")}`);
  } catch (error) {
    failed += 1;
    console.log(`✖ ${name}\n${String(error.message).replaceAll(/^/gm, "    ")}`);
  }
}

/** The tarballs, by package folder. */
function pack() {
  const target = join(folder, "tarballs");
  mkdirSync(target);
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", target];
  const listed = JSON.parse(npm([...args, ...packages.flatMap((name) => ["-w", `packages/${name}`])], root));
  const items = Array.isArray(listed) ? listed : Object.values(listed);
  return items.map(({ name, filename, unpackedSize, files }) => {
    return {
      name,
      file: join(target, filename.replace("@", "").replace("/", "-")),
      unpackedSize,
      files: files.map(({ path }) => path),
    };
  });
}

function install(tarballs) {
  cpSync(join(here, "project"), project, { recursive: true });
  const dependencies = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ name: "stranger", private: true, type: "module", dependencies }),
  );
  const args = ["install", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  try {
    npm([...args, "--offline"], project); // what `npm ci` has fetched is in npm's cache
  } catch {
    npm([...args, "--prefer-offline"], project);
  }
}

function npm(args, cwd) {
  const shell = process.platform === "win32";
  return execFileSync("npm", args, { cwd, encoding: "utf8", shell, stdio: ["ignore", "pipe", "pipe"] });
}
