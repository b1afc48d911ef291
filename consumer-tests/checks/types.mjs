// Declarations: a strict consumer with skipLibCheck off, under nodenext and under a bundler's resolution.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { specifiers } from "./imports.mjs";

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
    if (config === "all.json") args.push("--typeRoots", join(root, "node_modules/@types"));
    try {
      const text = execFileSync(process.execPath, [...args, "--extendedDiagnostics"], {
        cwd: project,
        encoding: "utf8",
      });
      notes.push(`${config}: ${/Instantiations:\s+(\d+)/.exec(text)?.[1]} instantiations`);
    } catch (error) {
      throw new Error(`${config}\n${error.stdout}`);
    }
  }
  return notes;
}
