// The table of all operations, made from their cards: docs/reference/operations.md.
// Usage: node scripts/docs/operations.mjs [--check]     writes the page, or says whether it is up to date
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import ts from "typescript";

const page = "docs/reference/operations.md";
const source = "packages/core/src";

/** Problems as text: none when the page says what the cards say. */
export async function checkOperations(root) {
  const path = join(root, page);
  const found = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (found === (await operationsPage(root))) return [];
  return [`${page}: is not what the cards of the operations say. Run node scripts/docs/operations.mjs`];
}

async function operationsPage(root) {
  const { all, cardOf, entry, methods, top } = await load(root);
  const sentences = firstSentences(join(root, source, "ops"));
  const rows = Object.entries(all).flatMap(([name, value]) => {
    const card = cardOf(value);
    const home = homeOf(name, { entry, methods, top });
    if (card === undefined || home === undefined) return [];
    const smooth = card.derivative === "both modes";
    const derivative = smooth ? "forward, reverse" : "0";
    return [[`\`${name}\``, home, sentences.get(name) ?? "", derivative, smooth ? "any" : "–", card.kinks ?? ""]];
  });
  rows.sort((a, b) => a[0].toLowerCase().localeCompare(b[0].toLowerCase(), "en"));
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return `<!-- Made by scripts/docs/operations.mjs from the cards of the operations. Changes belong there. -->

# Operations

${rows.length} operations. Each one is a method of arrays (\`x.exp()\`), an export of \`steepest\`, or an export of \`steepest/ops\`.

- **Derivative**: the modes that the operation has. All come from one rule, so \`jvp\`, \`vjp\`, \`grad\`, \`hessian\` and \`vmap\` take every operation of this table. "0" marks operations whose derivative is 0 or does not exist: comparisons, rounding, positions.
- **Orders**: "any" where rules are made of operations of this table, so that they can be differentiated again. The laws of \`steepest/testing\` hold each operation to its second derivative, in both nestings, in f64 and f32.
- **Kinks**: what the derivative is where the mathematical one does not exist, or is not finite. Behind a \`where\` that does not choose it, such a point does no harm.

${line(["operation", "where", "what", "derivative", "orders", "kinks"])}
| --- | --- | --- | --- | --- | --- |
${rows.map(line).join("\n")}
`;
}

/** Where users find an operation; undefined for those that only rules are made of. */
function homeOf(name, { entry, methods, top }) {
  if (name in methods) return "method";
  if (name in top) return "`steepest`";
  return name in entry ? "`steepest/ops`" : undefined;
}

/** The modules behind the table, bundled from source. */
async function load(root) {
  const work = join(root, "node_modules/.cache/steepest-operations");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, "package.json"), '{ "type": "module" }');
  const from = (file) => JSON.stringify(join(root, source, file));
  writeFileSync(
    join(work, "entry.ts"),
    `import { array } from ${from("index.ts")};
export * as top from ${from("index.ts")};
export * as all from ${from("ops/index.ts")};
export * as entry from ${from("ops/functions.ts")};
export { cardOf } from ${from("ops/index.ts")};
export const methods = Object.getPrototypeOf(array([0]));
`,
  );
  const bundle = await rolldown({ input: join(work, "entry.ts"), platform: "node", logLevel: "silent" });
  await bundle.write({ dir: join(work, "out"), format: "esm" });
  await bundle.close();
  return import(pathToFileURL(join(work, "out/entry.js")).href);
}

/** name → the first sentence of its docstring, for the exported constants of a folder. */
function firstSentences(folder) {
  const sentences = new Map();
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
    const file = ts.createSourceFile(name, readFileSync(join(folder, name), "utf8"), ts.ScriptTarget.ES2022, true);
    for (const statement of file.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      const text = ts.getTextOfJSDocComment(statement.jsDoc?.at(-1)?.comment) ?? "";
      // A sentence ends at a period, a colon or a semicolon that a space, a line or nothing follows.
      const [sentence = ""] = text.split(/[.:;](?=\s|$)|\n\n/);
      sentences.set(statement.declarationList.declarations[0].name.getText(file), sentence.replaceAll(/\s+/g, " "));
    }
  }
  return sentences;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
  if (process.argv.includes("--check")) {
    const problems = await checkOperations(root);
    for (const problem of problems) console.error(`✖ ${problem}`);
    process.exitCode = problems.length;
  } else {
    mkdirSync(dirname(join(root, page)), { recursive: true });
    writeFileSync(join(root, page), await operationsPage(root));
  }
}
