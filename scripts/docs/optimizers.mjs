// One page per optimizer, and tables of composition and schedules, made from docstrings: docs/optimizers/.
// Usage: node scripts/docs/optimizers.mjs [--check]     writes the pages, or says whether they are up to date
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import ts from "typescript";

const folder = "docs/optimizers";
const source = "packages/core/src/optim";
/** Parts that the docstring of an optimizer must have, in the order of the page. */
const sections = ["Memory", "When to use", "Traps", "Source"];
/** Exports of the folder that make optimizers of others: they are in the table of composition. */
const builders = ["perLeaf", "acrossLeaves"];
/** An example of a matrix, for what takes matrices only. */
const rows = 40;

/** Problems as text: none when the pages say what the docstrings say. */
export async function checkOptimizers(root) {
  const { pages, problems } = await optimizerPages(root);
  const path = (name) => join(root, folder, name);
  const stale = [...pages].filter(
    ([name, text]) => !existsSync(path(name)) || readFileSync(path(name), "utf8") !== text,
  );
  const left = existsSync(join(root, folder)) ? readdirSync(join(root, folder)).filter((name) => !pages.has(name)) : [];
  return [
    ...problems,
    ...stale.map(([name]) => `${folder}/${name}: is not what the docstrings say. Run node scripts/docs/optimizers.mjs`),
    ...left.map((name) => `${folder}/${name}: belongs to no optimizer. Run node scripts/docs/optimizers.mjs`),
  ];
}

/** name → text of each page; docstrings that lack a part are problems. */
async function optimizerPages(root) {
  const library = await load(root);
  const { functions: all, interfaces } = readFolder(join(root, source));
  const functions = all.filter(({ name }) => name in library.optim);
  const problems = [];
  const isOptimizer = ({ inFolder, returns, name }) =>
    inFolder === "" && returns.startsWith("Optimizer<") && !builders.includes(name);
  const optimizers = functions.filter(isOptimizer).sort((a, b) => a.name.localeCompare(b.name, "en"));
  const pages = new Map();
  for (const found of optimizers) {
    const missing = sections.filter((section) => !found.doc.sections.has(section));
    if (missing.length > 0)
      problems.push(`${source}: the docstring of ${found.name} lacks "${missing.join(':", "')}:"`);
    pages.set(`${kebab(found.name)}.md`, page(found, interfaces, library));
  }
  const composition = functions.filter((f) => f.inFolder === "compose" || builders.includes(f.name));
  const schedules = functions.filter(
    ({ inFolder, returns }) => inFolder === "schedules" && (returns === "Schedule" || returns === "Plateau"),
  );
  pages.set("README.md", overview({ optimizers, composition, schedules }, library));
  return { pages, problems };
}

function page({ name, doc, options, file }, interfaces, library) {
  const facts = factsOf(name, library);
  const table = optionRows(options, interfaces);
  const part = (title, text) => (text === undefined || text === "" ? "" : `\n## ${title}\n\n${text}\n`);
  return `<!-- Made by scripts/docs/optimizers.mjs from the docstring in ${source}/${file}. Changes belong there. -->

# ${name}

${doc.body}
${part("With its defaults", `\`\`\`text\n${facts.formula}\n\`\`\``)}${part(
  "Options",
  table.length === 0 ? undefined : `| option | meaning |\n| --- | --- |\n${table.map(line).join("\n")}`,
)}${part("Memory", `${doc.sections.get("Memory") ?? ""}\n\nMeasured with the defaults: ${facts.memory}`)}${part(
  "When to use",
  doc.sections.get("When to use"),
)}${part("Traps", doc.sections.get("Traps"))}${part(
  "Errors",
  doc.throws.map((text) => `- ${text}`).join("\n"),
)}${part("Source", doc.sections.get("Source"))}${part("Example", doc.example)}`;
}

function overview({ optimizers, composition, schedules }, library) {
  const sorted = (list) => list.sort((a, b) => a.name.localeCompare(b.name, "en"));
  return `<!-- Made by scripts/docs/optimizers.mjs from docstrings. Changes belong there. -->

# Optimizers

Exports of \`steepest/optim\`. An optimizer is a few pure functions of parameters, gradients and a state that is plain data; each rule is written once, for one array.

| optimizer | what | state, in arrays of the parameters' size |
| --- | --- | --- |
${optimizers.map(({ name, doc }) => line([`[\`${name}\`](${kebab(name)}.md)`, doc.first, factsOf(name, library).arrays])).join("\n")}

## Composition

| function | what |
| --- | --- |
${sorted(composition)
  .map(({ name, doc }) => line([`\`${name}\``, doc.first]))
  .join("\n")}

## Schedules

Functions of the step, counted from 0, which hold their last value past their end. \`spec\` is plain data, and \`scheduleFrom(spec)\` makes the schedule again.

| schedule | value at step t |
| --- | --- |
${sorted(schedules)
  .map(({ name, doc }) => line([`\`${name}\``, doc.first]))
  .join("\n")}
`;
}

/** What running an optimizer with its defaults says of it. */
function factsOf(name, { optim, zeros }) {
  const learningRate = 1e-3;
  const base = optim.sgd({ learningRate });
  const optimizer = name === "scheduleFree" ? optim.scheduleFree(base) : optim[name]({ learningRate });
  const params = zeros([rows, rows], { dtype: "f32" });
  const numbers = rows * rows;
  const { total } = optim.stateBytes(optimizer, params);
  const arrays = Math.floor(total / (4 * numbers));
  const more = total - arrays * 4 * numbers;
  return {
    formula: optimizer.describe(),
    arrays: String(arrays),
    memory: `${total} bytes for a matrix of ${numbers} parameters in f32, ${arrays} ${arrays === 1 ? "array" : "arrays"} of their size${more > 0 ? ` and ${more} bytes` : ""}.`,
  };
}

/** Rows of the options of an interface and of those that it extends. */
function optionRows(name, interfaces) {
  const found = interfaces.get(name);
  if (found === undefined) return [];
  return [...found.members, ...found.parents.flatMap((parent) => optionRows(parent, interfaces))];
}

/** Exported functions and interfaces below a folder, with their docstrings. */
function readFolder(path) {
  const functions = [];
  const interfaces = new Map();
  for (const name of readdirSync(path, { recursive: true }).sort()) {
    if (!name.endsWith(".ts") || /\.test(-d)?\.ts$/.test(name) || name === "index.ts") continue;
    const text = readFileSync(join(path, name), "utf8");
    const file = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
    for (const statement of file.statements) {
      if (ts.isInterfaceDeclaration(statement)) interfaces.set(statement.name.text, readInterface(statement, file));
      const exported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
      if (!ts.isFunctionDeclaration(statement) || !exported || statement.jsDoc === undefined) continue;
      functions.push({
        name: statement.name.text,
        file: name,
        inFolder: name.includes("/") ? dirname(name) : "",
        returns: statement.type?.getText(file) ?? "",
        options: statement.parameters
          .map(({ type }) => type?.getText(file) ?? "")
          .find((type) => type.endsWith("Options")),
        doc: readDoc(statement.jsDoc.at(-1).getText(file)),
      });
    }
  }
  return { functions, interfaces };
}

function readInterface(declaration, file) {
  return {
    parents: (declaration.heritageClauses ?? []).flatMap(({ types }) => types.map((type) => type.getText(file))),
    members: declaration.members.filter(ts.isPropertySignature).map((member) => {
      const text = ts.getTextOfJSDocComment(member.jsDoc?.at(-1)?.comment) ?? "";
      const required = member.questionToken === undefined ? " (required)" : "";
      return [`\`${member.name.getText(file)}\`${required}`, text.replaceAll(/\s+/g, " ")];
    }),
  };
}

/** A docstring in its parts: first paragraph, body, labelled sections, @throws, @example. */
function readDoc(comment) {
  const lines = comment
    .replace(/^\/\*\*\s?/, "")
    .replace(/\s*\*\/$/, "")
    .split("\n")
    .map((text) => text.replace(/^\s*\* ?/, ""));
  const blocks = [{ label: "body", lines: [] }];
  for (const text of lines) {
    const labelled = /^(Memory|When to use|Traps|Source): (.*)$/.exec(text);
    const tag = /^@(throws|example|internal) ?(.*)$/.exec(text);
    if (labelled !== null) blocks.push({ label: labelled[1], lines: [labelled[2]] });
    else if (tag !== null) blocks.push({ label: `@${tag[1]}`, lines: tag[2] === "" ? [] : [tag[2]] });
    else blocks.at(-1).lines.push(text);
  }
  const textOf = (block) => block.lines.join("\n").trim();
  const flat = (block) => textOf(block).replaceAll(/\s*\n\s*/g, " ");
  const body = fenced(textOf(blocks[0]));
  return {
    body,
    first: textOf(blocks[0]).split("\n\n")[0].replaceAll(/\s+/g, " ").replace(/:$/, "."),
    sections: new Map(
      blocks.filter(({ label }) => sections.includes(label)).map((block) => [block.label, sentence(flat(block))]),
    ),
    throws: blocks.filter(({ label }) => label === "@throws").map(flat),
    example: blocks.filter(({ label }) => label === "@example").map(textOf)[0],
  };
}

/** A label is followed by small letters; a heading is not. Greek letters and names of functions stay as they are. */
function sentence(text) {
  return /^[a-z][a-z ]/.test(text) ? text[0].toUpperCase() + text.slice(1) : text;
}

/** Indented formulas as blocks of text. */
function fenced(text) {
  return text
    .replaceAll(/(?:^ {4}.*(?:\n|$))+/gm, (formula) => {
      const inner = formula.replaceAll(/^ {4}/gm, "").trimEnd();
      return `\`\`\`text\n${inner}\n\`\`\`\n`;
    })
    .trimEnd();
}

const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
const kebab = (name) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The library, bundled from source. */
async function load(root) {
  const work = join(root, "node_modules/.cache/steepest-optimizers");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, "package.json"), '{ "type": "module" }');
  const from = (file) => JSON.stringify(join(root, "packages/core/src", file));
  writeFileSync(
    join(work, "entry.ts"),
    `export * as optim from ${from("optim/index.ts")};\nexport { zeros } from ${from("index.ts")};\n`,
  );
  const bundle = await rolldown({ input: join(work, "entry.ts"), platform: "node", logLevel: "silent" });
  await bundle.write({ dir: join(work, "out"), format: "esm" });
  await bundle.close();
  return import(pathToFileURL(join(work, "out/entry.js")).href);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
  if (process.argv.includes("--check")) {
    const problems = await checkOptimizers(root);
    for (const problem of problems) console.error(`✖ ${problem}`);
    process.exitCode = problems.length;
  } else {
    const { pages, problems } = await optimizerPages(root);
    for (const problem of problems) console.error(`✖ ${problem}`);
    rmSync(join(root, folder), { recursive: true, force: true });
    mkdirSync(join(root, folder), { recursive: true });
    for (const [name, text] of pages) writeFileSync(join(root, folder, name), text);
    process.exitCode = problems.length;
  }
}
