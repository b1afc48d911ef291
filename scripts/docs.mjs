// Executes the code of the documentation: every ```ts block of README.md, CONTRIBUTING.md, docs/ and packages/*/README.md,
// every example of a docstring, and the programs of examples/. Checks the relative links of the pages.
// Blocks are type-checked with the repository's flags, bundled from source, and run one after the other in this process.
//
// A comment behind a top-level statement says what it prints, or the value of an expression: `f(2); // 4`,
// `console.log(a, b); // 4 [1, 2]`, `f(-1); // throws DomainError`. Words go on a line of their own. Every block imports what it uses;
// in docstrings the names that packages export are there already. "```ts no-run" is type-checked only.
// Usage: node scripts/docs.mjs [pages] [docstrings] [examples] [links] [operations] [optimizers]      (no argument: all)
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import ts from "typescript";
import { docstringBlocks, entryPoints, exampleBlocks, filesBelow, pageBlocks } from "./docs/blocks.mjs";
import { agrees, proveComparison, writings } from "./docs/compare.mjs";
import { checkLinks } from "./docs/links.mjs";
import { checkOperations } from "./docs/operations.mjs";
import { checkOptimizers } from "./docs/optimizers.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const packages = ["core", "tables", "plot", "cli"];
const parts = process.argv.slice(2);
const wanted = (part) => parts.length === 0 || parts.includes(part);

proveComparison();
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...filesBelow(root, "docs", ".md"),
  ...filesBelow(root, "data", ".md"),
  ...packages.map((name) => `packages/${name}/README.md`),
].filter((page) => existsSync(join(root, page)));

const blocks = [
  ...(wanted("pages") ? pageBlocks(root, pages) : []),
  ...(wanted("docstrings") ? docstringBlocks(root, packages) : []),
  ...(wanted("examples") && existsSync(join(root, "examples")) ? exampleBlocks(root) : []),
];
const problems = [];
const notes = [];

// Work files live below node_modules, where imports resolve and no other tool looks.
const work = join(root, "node_modules/.cache/steepest-docs");
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });

if (blocks.length > 0) {
  const all = [...blocks, ...plantedBlocks()];
  prepare(all);
  problems.push(...typeErrors(all));
  const compared = await runAll(all.filter((block) => block.run && !block.broken));
  notes.push(`${blocks.length} blocks`, `${compared - 2} values compared`);
  takePlanted();
}
if (wanted("links")) {
  const links = checkLinks(root, pages);
  problems.push(...links.problems);
  notes.push(`${links.count} links`);
}
if (wanted("operations")) problems.push(...(await checkOperations(root)));
if (wanted("optimizers")) problems.push(...(await checkOptimizers(root)));
for (const problem of problems) console.error(`✖ ${problem}`);
console.log(`docs: ${notes.join(", ")}, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** Four wrong blocks that ride along; the run is worth nothing if one of them passes. */
function plantedBlocks() {
  const wrong = [
    "const n: string = 1;",
    "[1, 2]; // [1, 3]",
    "Math.sqrt(4); // throws RangeError",
    'throw new Error("planted");',
  ];
  return wrong.map((code, i) => ({ page: `planted-${i}`, line: 1, code, run: true, kind: "page" }));
}

/** Removes the problems of the planted blocks, and reports each one that was not seen. */
function takePlanted() {
  for (const { page, code } of plantedBlocks()) {
    const at = problems.findIndex((problem) => problem.startsWith(`${page}:`));
    if (at < 0) problems.push(`this check did not see a planted mistake: ${code}`);
    else problems.splice(at, 1);
  }
}

/** Gives each block its file and its first line: the imports that a docstring leaves out. */
function prepare(all) {
  const exported = exportedNames();
  writeFileSync(join(work, "package.json"), '{ "type": "module" }');
  for (const [i, block] of all.entries()) {
    block.file = join(work, `block-${i}.ts`);
    block.prelude = block.kind === "docstring" ? impliedImports(block, exported) : "";
    writeFileSync(block.file, `${block.prelude}\n${block.code}\nexport {};\n`);
  }
}

function compilerOptions() {
  const path = join(root, "tsconfig.json");
  const { options } = ts.getParsedCommandLineOfConfigFile(
    path,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: console.error },
  );
  // A block shows something; what it names need not be used.
  return {
    ...options,
    incremental: false,
    tsBuildInfoFile: undefined,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
}

/** name → [{ specifier, folder, isValue }] over all entry points. */
function exportedNames() {
  const entries = entryPoints(root, packages).filter(({ source }) => existsSync(join(root, source)));
  const program = ts.createProgram(
    entries.map(({ source }) => join(root, source)),
    compilerOptions(),
  );
  const checker = program.getTypeChecker();
  const names = new Map();
  for (const { specifier, source, folder } of entries) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(join(root, source)));
    for (const symbol of module === undefined ? [] : checker.getExportsOfModule(module)) {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const isValue = (target.flags & ts.SymbolFlags.Value) !== 0;
      names.set(symbol.name, [...(names.get(symbol.name) ?? []), { specifier, folder, isValue }]);
    }
  }
  return names;
}

/** Imports, on one line, of the exported names that the block uses and does not declare. The nearest entry point wins. */
function impliedImports({ code, page }, exported) {
  const file = ts.createSourceFile("block.ts", code, ts.ScriptTarget.ES2022, true);
  const used = new Set();
  const declared = new Set();
  const visit = (node) => {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isDeclaration =
        parent.name === node && !ts.isPropertyAccessExpression(parent) && !ts.isShorthandPropertyAssignment(parent);
      const isMember = (ts.isPropertyAccessExpression(parent) && parent.name === node) || parent.propertyName === node;
      if (isDeclaration && !ts.isPropertyAssignment(parent)) declared.add(node.text);
      else if (!isMember && !isDeclaration) used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const imports = [];
  for (const name of [...used].filter((name) => !declared.has(name) && exported.has(name))) {
    const homes = exported.get(name);
    const home = homes.find(({ folder }) => page.startsWith(`${folder}/`)) ?? homes[0];
    imports.push(`import { ${home.isValue ? "" : "type "}${name} } from "${home.specifier}";`);
  }
  return imports.join(" ");
}

function typeErrors(all) {
  const options = compilerOptions();
  const program = ts.createProgram(
    all.map(({ file }) => file),
    { ...options, moduleDetection: ts.ModuleDetectionKind.Force },
  );
  return all.flatMap((block) => {
    const source = program.getSourceFile(block.file);
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    block.broken = diagnostics.length > 0; // reported here, not run
    return diagnostics.map((found) => {
      const { line } = source.getLineAndCharacterOfPosition(found.start ?? 0);
      const text = ts.flattenDiagnosticMessageText(found.messageText, "\n");
      return `${block.page}:${block.line + Math.max(0, line - 1)}: ${text}`;
    });
  });
}

/** The block with every statement that says its value wrapped: what it prints or is worth goes to `__docs`. */
function instrument({ code, prelude, page, line }) {
  const file = ts.createSourceFile("block.ts", code, ts.ScriptTarget.ES2022, true);
  let text = "";
  let position = 0;
  for (const statement of file.statements) {
    const comment = ts
      .getTrailingCommentRanges(code, statement.end)
      ?.find(({ kind }) => kind === ts.SyntaxKind.SingleLineCommentTrivia);
    const speaks =
      ts.isExpressionStatement(statement) || ts.isForOfStatement(statement) || ts.isForStatement(statement);
    if (comment === undefined || !speaks) continue;
    const expected = code.slice(comment.pos + 2, comment.end).trim();
    const start = statement.getStart();
    const where = `${page}:${line + file.getLineAndCharacterOfPosition(start).line}`;
    text += code.slice(position, start) + wrapped(statement, code.slice(start, statement.end), where, expected);
    position = statement.end;
  }
  return `${prelude}\n${text}${code.slice(position)}\nexport {};\n`;
}

function wrapped(statement, source, where, expected) {
  const begin = `__docs.begin(${JSON.stringify(where)}, ${JSON.stringify(expected)});`;
  if (!ts.isExpressionStatement(statement)) return `${begin} ${source} __docs.end();`;
  const expression = statement.expression.getText();
  if (expected.startsWith("throws "))
    return `${begin} try { ${expression}; } catch (error) { __docs.thrown(error); } __docs.end();`;
  if (/^console\.log\(/.test(expression)) return `${begin} ${source} __docs.end();`;
  return `${begin} __docs.value(${expression}); __docs.end();`;
}

/** Bundles and runs the blocks; returns how many values were compared, and reports into `problems`. */
async function runAll(all) {
  if (all.length === 0) return 0;
  const input = {};
  for (const [i, block] of all.entries()) {
    writeFileSync(block.file, instrument(block));
    input[`run-${i}`] = block.file;
  }
  const bundle = await rolldown({
    input,
    platform: "node",
    logLevel: "silent", // what matters comes back as type errors and as failures of blocks
    resolve: { conditionNames: ["steepest:source", "import", "node", "default"] },
    external: (id) =>
      id.startsWith("node:") || (/^[a-z@]/i.test(id) && !/^(@?steepest)(\/|$)/.test(id) && !id.startsWith(root)),
  });
  try {
    await bundle.write({ dir: join(work, "out"), format: "esm", sourcemap: "inline" });
  } catch (error) {
    throw new Error(`the blocks cannot be bundled: ${error.message}`);
  } finally {
    await bundle.close();
  }
  const log = console.log;
  let compared = 0;
  let current;
  globalThis.__docs = {
    begin: (where, expected) => {
      current = { where, expected, written: [] };
    },
    value: (value) => current.written.push(writings(value)),
    thrown: (error) => current.written.push([`throws ${error?.name}: ${error?.message}`]),
    end: () => {
      const { where, expected, written } = current;
      current = undefined;
      compared += 1;
      const asWanted = expected.startsWith("throws ") && !expected.endsWith("…") ? `${expected}…` : expected;
      const texts = combinations(written);
      if (!texts.some((text) => agrees(asWanted, text)))
        problems.push(`${where}: the comment says "${expected}", the program "${texts[0]}"`);
    },
  };
  console.log = (...values) => current?.written.push(...values.map(writings));
  process.chdir(root);
  for (const [i, block] of all.entries()) {
    try {
      await import(pathToFileURL(join(work, "out", `run-${i}.js`)).href);
    } catch (error) {
      problems.push(
        `${block.page}:${block.line}: the block throws ${String(error?.stack ?? error)
          .split("\n")
          .slice(0, 2)
          .join("")}`,
      );
    }
    current = undefined;
  }
  console.log = log;
  return compared;
}

/** Joins the written values to one line, for each way of writing (all as printed, or all as nested lists). */
function combinations(written) {
  return [0, 1].map((way) => written.map((ways) => ways[way] ?? ways[0]).join(" "));
}
