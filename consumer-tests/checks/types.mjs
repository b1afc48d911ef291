// Declarations: a strict consumer with skipLibCheck off, under nodenext and under a bundler's resolution.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { specifiers } from "./imports.mjs";

/**
 * What a type check may cost, in instantiations (about 1.5 times what it cost when the ceiling was set). They do not depend on
 * the machine. A change that needs more says in its commit what it buys.
 */
const CEILINGS = { "core.json": 12_000, "bundler.json": 48_000, "all.json": 40_000 };

export function types({ root, project, tarballs }) {
  const everything = tarballs.flatMap(({ name }) => specifiers(project, name));
  writeFileSync(
    join(project, "typescript/all.ts"),
    everything.map((id, i) => `export * as entry${i} from "${id}";\n`).join(""),
  );
  const core = specifiers(project, "steepest");
  writeFileSync(
    join(project, "typescript/core.ts"),
    core.map((id, i) => `export * as entry${i} from "${id}";\n`).join(""),
  );
  const notes = [];
  for (const config of ["core.json", "bundler.json", "all.json"]) {
    const args = [join(root, "node_modules/typescript/bin/tsc"), "-p", `typescript/${config}`];
    let instantiations;
    if (config === "all.json") args.push("--typeRoots", join(root, "node_modules/@types"));
    try {
      const text = execFileSync(process.execPath, [...args, "--extendedDiagnostics"], {
        cwd: project,
        encoding: "utf8",
      });
      instantiations = Number(/Instantiations:\s+(\d+)/.exec(text)?.[1]);
    } catch (error) {
      throw new Error(`${config}\n${error.stdout}`);
    }
    notes.push(`${config}: ${instantiations} instantiations of at most ${CEILINGS[config]}`);
    if (!(instantiations <= CEILINGS[config])) throw new Error(`${notes.at(-1)}: type checking became more expensive`);
  }
  return notes;
}
