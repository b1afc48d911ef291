// Completes package-lock.json after `npm install`: npm leaves out platform packages that its registry does not hold (a mirror
// may lack those of other platforms), and `npm ci` then refuses the file. Their versions are pinned by the package that wants
// them; os, cpu and libc are in their names. Nothing changes where the lock file is complete.
// Usage: npm install … && node scripts/lock.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const file = join(dirname(fileURLToPath(import.meta.url)), "../package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8"));
const added = [];
for (const [path, wanting] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(wanting.optionalDependencies ?? {})) {
    if (lock.packages[`node_modules/${name}`] || lock.packages[`${path}/node_modules/${name}`]) continue;
    const platform = /-(android|darwin|linux|win32)-(arm64|x64)(-musl)?$/.exec(name);
    if (platform === null)
      throw new Error(`${name}: wanted by ${path}, missing in the lock file, and no platform package`);
    const [, os, cpu, musl] = platform;
    const { dev, license, engines } = wanting;
    const libc = os === "linux" ? { libc: [musl === undefined ? "glibc" : "musl"] } : {};
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(dev && { dev }),
      ...libc,
      license,
      optional: true,
      os: [os],
      engines,
    };
    added.push(name);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
console.log(added.length === 0 ? "the lock file is complete" : `added ${added.join(", ")}`);
