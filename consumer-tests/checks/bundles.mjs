// Browser bundles of core: they build, hold nothing of Node, run in a bare context, and stay under their ceilings.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { build as viteBuild } from "vite";
import { specifiers } from "./imports.mjs";

/** gzip bytes of the minified bundle. The first has the engine inside. */
const ceilings = { "gradient.ts": 85_000, "everything.ts": 330_000 };
const forbidden = [
  /\b(from|import)\s*\(?\s*["'`]node:/, // modules of Node are asked for at run time, where there are any
  /\bMath\.random\(/,
  /\bprocess\.(?!getBuiltinModule)/,
  /\brequire\(/,
  /\bnew Function\b/,
  /\beval\(/,
];

export async function bundles({ project }) {
  const all = specifiers(project, "steepest").map(
    (id, i) => `import * as entry${i} from "${id}"; console.log(Object.keys(entry${i}).length);`,
  );
  writeFileSync(join(project, "browser/everything.ts"), all.join("\n"));
  const notes = [];
  const wrong = [];
  for (const [name, ceiling] of Object.entries(ceilings)) {
    const code = await bundle(join(project, "browser", name));
    const size = gzipSync(code, { level: 9 }).length;
    const text = `${name}: ${(size / 1000).toFixed(1)} KB gzip (ceiling ${ceiling / 1000})`;
    if (size > ceiling) wrong.push(text);
    for (const pattern of forbidden)
      if (pattern.test(code)) wrong.push(`${name} holds ${pattern.source}: ${context(code, pattern)}`);
    const printed = run(code);
    notes.push(`${text}, prints ${printed.slice(0, 60)}`);
    if (name === "gradient.ts" && printed !== "4 5") wrong.push(`${name} prints "${printed}", not "4 5"`);
  }
  notes.push(`vite: ${await vite(project)}`);
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return notes;
}

async function bundle(input) {
  const made = await rolldown({ input, platform: "browser", logLevel: "silent" });
  const { output } = await made.generate({ format: "iife", minify: true });
  await made.close();
  return output[0].code;
}

/** Runs the bundle where only the language and the console exist: no process, no require, no page. */
function run(code) {
  const printed = [];
  runInNewContext(code, { console: { log: (...values) => printed.push(values.join(" ")) }, TextEncoder, TextDecoder });
  return printed.join(" ");
}

async function vite(project) {
  const outDir = join(project, "vite-out");
  const lib = { entry: join(project, "browser/gradient.ts"), formats: ["es"], fileName: "gradient" };
  await viteBuild({
    root: join(project, "browser"),
    configFile: false,
    logLevel: "error",
    build: { outDir, lib, minify: true },
  });
  const code = readFileSync(join(outDir, "gradient.js"), "utf8");
  for (const pattern of forbidden)
    if (pattern.test(code)) throw new Error(`the bundle of vite holds ${pattern.source}`);
  return `${(gzipSync(code, { level: 9 }).length / 1000).toFixed(1)} KB gzip`;
}

function context(code, pattern) {
  const at = code.search(pattern);
  return JSON.stringify(code.slice(Math.max(0, at - 40), at + 60));
}
