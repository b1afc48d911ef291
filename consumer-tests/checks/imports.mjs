// Loading: every entry point by import, every entry point of core by require(), and how long the root entry takes.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const node = (project, args) =>
  execFileSync(process.execPath, args, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** Specifiers of all entry points of an installed package. */
export function specifiers(project, name) {
  const { exports } = JSON.parse(readFileSync(join(project, "node_modules", name, "package.json"), "utf8"));
  return Object.keys(exports)
    .filter((path) => !path.endsWith(".json") && !path.endsWith("-worker")) // workers are started, not imported
    .map((path) => name + path.slice(1));
}

export function esm({ project, tarballs }) {
  const all = tarballs.flatMap(({ name }) => specifiers(project, name));
  const source = `const empty = [];
    for (const id of ${JSON.stringify(all)}) if (Object.keys(await import(id)).length === 0) empty.push(id);
    if (empty.length > 0) throw new Error("no exports: " + empty);`;
  node(project, ["--input-type=module", "--eval", source]);
  return [`${all.length} entry points`, node(project, ["use.mjs"]).trim()];
}

export function required({ project }) {
  const all = specifiers(project, "steepest");
  const source = `for (const id of ${JSON.stringify(all)}) if (Object.keys(require(id)).length === 0) throw new Error(id);`;
  node(project, ["--no-warnings", "--input-type=commonjs", "--eval", source]);
  return [`${all.length} entry points of core`, node(project, ["--no-warnings", "use.cjs"]).trim()];
}

/** Printed, never judged: a clock says as much about the machine as about the code. */
export function importTime({ project }) {
  const source = `const before = performance.now(); await import("steepest"); console.log(performance.now() - before);`;
  const times = Array.from({ length: 5 }, () => Number(node(project, ["--input-type=module", "--eval", source]))).sort(
    (a, b) => a - b,
  );
  return [`import "steepest": ${times[0].toFixed(0)} ms at best, ${times[2].toFixed(0)} ms median of 5 (aim 25 ms)`];
}
