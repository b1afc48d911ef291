// Checks the layers: imports by dependency-cruiser (.dependency-cruiser.cjs), globals that core must not touch by the syntax tree.
// Before it judges the code it proves itself on a planted tree: one violation per rule, each of which must be reported.
// Usage: node scripts/layers.mjs
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import ts from "typescript";
import config from "../.dependency-cruiser.cjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const isTest = (file) => /\.(test|test-d|bench)\.ts$/.test(file);

/** What core must not touch. Globals of pages need no entry: the types of core do not hold them. */
const forbiddenGlobals = ["Math.random", "Date.now", "new Date", "performance.now", "console", "eval", "new Function"];

async function importViolations(baseDir) {
  const folders = ["packages", "bench", "examples"].filter((name) => readdirSync(baseDir).includes(name));
  const { enhancedResolveOptions, ...options } = config.options;
  const tsConfig = extractTSConfig(join(root, "tsconfig.json"));
  const result = await cruise(
    folders,
    { ...options, tsConfig: undefined, baseDir, ruleSet: { forbidden: config.forbidden }, validate: true },
    enhancedResolveOptions,
    { tsConfig },
  );
  const { violations, totalCruised } = result.output.summary;
  return { modules: totalCruised, violations: violations.map((v) => ({ file: v.from, rule: v.rule.name, to: v.to })) };
}

function globalViolations(baseDir) {
  const source = join(baseDir, "packages/core/src");
  const found = [];
  for (const name of readdirSync(source, { recursive: true })) {
    if (!name.endsWith(".ts") || isTest(name)) continue;
    const file = ts.createSourceFile(name, readFileSync(join(source, name), "utf8"), ts.ScriptTarget.ES2022, true);
    const visit = (node) => {
      const used = usedGlobal(node);
      if (forbiddenGlobals.includes(used)) {
        const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        found.push({ file: relative(baseDir, join(source, name)), rule: "core-without-globals", to: used, line });
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return found;
}

/** Folders of core that no layer names: nothing would hold what they import. */
function homeless(baseDir) {
  return readdirSync(join(baseDir, "packages/core/src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !config.folders.includes(entry.name))
    .map(({ name }) => ({ file: `packages/core/src/${name}`, rule: "folder-has-a-layer", to: "no layer" }));
}

/** "Math.random" for a member of a global, "console" for a bare name that is read, "new Date" for a construction. */
function usedGlobal(node) {
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) return `new ${node.expression.text}`;
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const member = `${node.expression.text}.${node.name.text}`;
    return forbiddenGlobals.includes(member) ? member : node.expression.text;
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) return node.expression.text;
  return undefined;
}

/** file → [text, rules that must report it]. No rules: must stay silent. */
const planted = {
  "core/src/tree/planted.ts": ['import { x } from "../ops/index.ts";', ["no-import-up-from-errors"]],
  "core/src/program/planted-values.ts": [
    'import { x } from "../array/index.ts";',
    ["no-import-up-from-program-values"],
  ],
  "core/src/program/planted-types.ts": ['import type { X } from "../array/index.ts";', []],
  "core/src/program/planted-inline-types.ts": ['import { type X } from "../array/index.ts";', []],
  "core/src/program/planted.ts": ['import type { X } from "../autodiff/index.ts";', ["no-import-up-from-program"]],
  "core/src/backend/planted-values.ts": [
    'import { x } from "../ops/index.ts";',
    ["no-import-up-from-program-values", "backends-know-programs"],
  ],
  "core/src/backend/planted.ts": ['import { x } from "../autodiff/index.ts";', ["no-import-up-from-program"]],
  "core/src/backend/planted-array.ts": ['import type { X } from "../array/index.ts";', ["backends-know-programs"]],
  "core/src/backend/reference/planted.ts": ['import { x } from "../../program/index.ts";', []],
  "core/src/program/planted-registry.ts": ['import { x } from "../backend/deep.ts";', []],
  "core/src/program/planted-reference.ts": [
    'import { x } from "../backend/reference/planted.ts";',
    ["backends-by-registry"],
  ],
  "core/src/program/planted-deep.ts": ['import { x } from "../errors/deep.ts";', ["neighbor-through-index-programs"]],
  "core/src/array/planted-deep.ts": ['import { x } from "../ops/deep.ts";', ["neighbor-through-index-arrays"]],
  "core/src/ops/planted-deep-type.ts": ['import type { X } from "../array/deep.ts";', []],
  "core/src/ops/planted-values.ts": ['import { x } from "../array/index.ts";', ["no-import-up-from-ops-values"]],
  "core/src/ops/planted.ts": ['import { x } from "../losses/index.ts";', ["no-import-up-from-ops"]],
  "core/src/array/planted.ts": ['import { x } from "../autodiff/index.ts";', ["no-import-up-from-array"]],
  "core/src/autodiff/planted.ts": ['import { x } from "../random/index.ts";', ["no-import-up-from-autodiff"]],
  "core/src/linalg/planted.ts": ['import { x } from "../solve/index.ts";', ["no-import-up-from-losses"]],
  "core/src/solve/planted.ts": ['import { x } from "../models/index.ts";', ["no-import-up-from-optim"]],
  "core/src/losses/planted-deep.ts": ['import { x } from "../ops/deep.ts";', ["neighbor-through-index"]],
  "core/src/losses/planted-sideways.ts": ['import { x } from "../metrics/index.ts";', []],
  "core/src/models/planted-peer.ts": ['import { x } from "../select/index.ts";', ["peers-apart"]],
  "core/src/select/planted-peer.ts": ['import type { X } from "../models/index.ts";', ["peers-apart"]],
  "core/src/io/planted.ts": ['import { x } from "../select/index.ts";', ["io-imports-models-only"]],
  "core/src/io/planted-models.ts": ['import { x } from "../models/index.ts";', []],
  "core/src/solve/planted-top.ts": ['import { x } from "../index.ts";', ["top-is-not-imported"]],
  "core/src/solve/planted-laws.ts": ['import { x } from "../testing/index.ts";', ["testing-is-not-imported"]],
  "core/src/solve/planted.test.ts": ['import { x } from "../testing/index.ts";', []],
  "core/src/solve/planted-imports-test.ts": ['import "./planted.test.ts";', ["tests-are-not-imported"]],
  "core/src/solve/cycle-a.ts": ['import { b } from "./cycle-b.ts"; export const a = () => b;', ["no-cycles"]],
  "core/src/solve/cycle-b.ts": ['import { a } from "./cycle-a.ts"; export const b = () => a;', []], // reported once, at a
  "core/src/solve/type-cycle-a.ts": ['import type { B } from "./type-cycle-b.ts"; export type A = B;', []],
  "core/src/solve/type-cycle-b.ts": ['import type { A } from "./type-cycle-a.ts"; export type B = A | 1;', []],
  "core/src/data/planted-node.ts": ['import { readFileSync } from "node:fs";', ["core-without-node"]],
  "core/src/data/planted-npm.ts": [
    'import { x } from "helper";',
    ["core-without-dependencies", "declared-dependencies"],
  ],
  "core/src/data/planted-package.ts": [
    'import { x } from "../../../cli/src/index.ts";',
    ["core-without-dependencies", "packages-by-name"],
  ],
  "core/src/data/planted-globals.ts": ["export const now = Date.now() + Math.random();", ["core-without-globals"]],
  "core/src/data/planted-own-name.ts": ["export const f = (options: { console: number }) => options.console;", []],
  "cli/src/planted-path.ts": ['import { x } from "../../core/src/solve/index.ts";', ["packages-by-name"]],
  "cli/src/planted-name.ts": ['import { x } from "steepest/solve";', []],
  "cli/src/planted-deep.ts": ['import { x } from "steepest/src/solve/index.ts";', ["resolvable"]],
  "cli/src/planted-undeclared.ts": ['import { x } from "helper";', ["declared-dependencies"]],
  "../examples/planted-name.ts": ['import { x } from "steepest/solve";', []],
  "../examples/planted-path.ts": ['import { x } from "../packages/core/src/index.ts";', ["packages-by-name"]],
  "plot/src/planted.ts": ['import { x } from "@steepest/cli";', ["packages-in-order"]],
};

function writeTree(folder) {
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${text}\n`);
  };
  const manifest = (name, exports, dependencies = {}) =>
    JSON.stringify({ name, version: "0.0.0", type: "module", exports, dependencies });
  const subpaths = {
    ".": { "steepest:source": "./src/index.ts" },
    "./solve": { "steepest:source": "./src/solve/index.ts" },
  };
  write("package.json", JSON.stringify({ name: "planted", private: true, workspaces: ["packages/*"] }));
  write("packages/core/package.json", manifest("steepest", subpaths));
  for (const name of ["plot", "cli"]) {
    write(
      `packages/${name}/package.json`,
      manifest(`@steepest/${name}`, subpaths, { steepest: "*", "@steepest/cli": "*" }),
    );
    write(`packages/${name}/src/index.ts`, "export const x = 1;");
  }
  write("node_modules/helper/package.json", manifest("helper", { ".": "./index.js" }));
  write("node_modules/helper/index.js", "export const x = 1;");
  mkdirSync(join(folder, "node_modules/@steepest"));
  symlinkSync(join(folder, "packages/core"), join(folder, "node_modules/steepest"), "junction");
  for (const name of ["plot", "cli"]) {
    symlinkSync(join(folder, `packages/${name}`), join(folder, `node_modules/@steepest/${name}`), "junction");
  }
  const folders = new Set(Object.keys(planted).map((path) => /^core\/src\/(\w+)\//.exec(path)?.[1]));
  for (const name of [...folders, "metrics", "random"]) {
    if (name !== undefined) write(`packages/core/src/${name}/index.ts`, "export const x = 1; export type X = 1;");
  }
  write("packages/core/src/homeless/index.ts", "export const x = 1;");
  write("packages/core/src/testing/index.ts", "export const x = 1;");
  write("packages/core/src/index.ts", "export const x = 1;");
  for (const name of ["ops", "array", "backend", "errors"]) {
    write(`packages/core/src/${name}/index.ts`, "export const x = 1; export type X = 1;");
    write(`packages/core/src/${name}/deep.ts`, "export const x = 1; export type X = 1;");
  }
  for (const [path, [text]] of Object.entries(planted)) write(`packages/${path}`, text);
}

/** The number of planted files, after every one of them was judged as written beside it. */
async function provePlanted() {
  const folder = mkdtempSync(join(tmpdir(), "steepest-layers-"));
  try {
    writeTree(folder);
    const { violations } = await importViolations(folder);
    const reported = new Map();
    for (const { file, rule } of [...violations, ...globalViolations(folder), ...homeless(folder)]) {
      reported.set(file, (reported.get(file) ?? new Set()).add(rule));
    }
    const wrong = [];
    for (const [path, [, expected]] of Object.entries(planted)) {
      const file = join("packages", path).split(sep).join("/");
      const actual = [...(reported.get(file) ?? [])].sort();
      reported.delete(file);
      if (actual.join() !== [...expected].sort().join()) {
        wrong.push(`${path}: expected [${expected.join(", ")}], reported [${actual.join(", ")}]`);
      }
    }
    if (!reported.delete("packages/core/src/homeless")) wrong.push("a folder without a layer is not reported");
    for (const [file, rules] of reported)
      wrong.push(`${file}: nothing was planted here, reported [${[...rules].join(", ")}]`);
    const covered = new Set(Object.values(planted).flatMap(([, rules]) => rules));
    for (const { name } of config.forbidden) {
      if (!covered.has(name)) wrong.push(`rule ${name}: no planted violation proves it`);
    }
    if (wrong.length > 0)
      throw new Error(`the check of the layers does not see what it must see:\n  ${wrong.join("\n  ")}`);
    return Object.keys(planted).length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const proven = await provePlanted();
const { modules, violations } = await importViolations(root);
const all = [...violations, ...globalViolations(root), ...homeless(root)];
const why = {
  ...Object.fromEntries(config.forbidden.map(({ name, comment }) => [name, comment])),
  "core-without-globals": "core reads no clock, no global state and no randomness of the engine",
  "folder-has-a-layer": "name the folder in the layers of .dependency-cruiser.cjs",
};
for (const rule of new Set(all.map((violation) => violation.rule))) {
  console.error(`✖ ${rule}: ${why[rule]}`);
  for (const { file, to, line } of all.filter((violation) => violation.rule === rule)) {
    console.error(`    ${file}${line === undefined ? "" : `:${line}`} → ${to}`);
  }
}
console.log(
  `layers: ${modules} modules, ${config.forbidden.length + 2} rules (${proven} planted cases judged right), ${all.length} violations`,
);
process.exitCode = all.length > 0 ? 1 : 0;
