// Finds the code of the documentation. A block is { page, line, code, kind, entry? }; `line` is where its first line stands.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** All files below `folder` with this ending, as paths from `root`, in a stable order. */
export function filesBelow(root, folder, ending) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, name).split(sep).join("/"))
    .filter((name) => name.endsWith(ending) && !/(^|\/)(node_modules|dist|runs)\//.test(name))
    .sort();
}

/** The ```ts blocks of a Markdown text. "```ts no-run" is type-checked only. Indented fences belong to lists and count too. */
export function fences(text) {
  const found = [];
  const pattern = /^([ \t]*)```ts([^\n]*)\n([\s\S]*?)^[ \t]*```[ \t]*$/gm;
  for (const match of text.matchAll(pattern)) {
    const [, indent, info, body] = match;
    const line = text.slice(0, match.index).split("\n").length + 1;
    const code = body.replaceAll(new RegExp(`^${indent}`, "gm"), "");
    found.push({ line, code, run: info.trim() !== "no-run" });
  }
  return found;
}

export function pageBlocks(root, pages) {
  return pages.flatMap((page) =>
    fences(readFileSync(join(root, page), "utf8")).map((block) => ({ ...block, page, kind: "page" })),
  );
}

/** The ```ts blocks inside of `/** … *\/` comments of all packages, with the folder whose entry point they speak about. */
export function docstringBlocks(root, packages) {
  return packages.flatMap((name) =>
    filesBelow(root, `packages/${name}/src`, ".ts")
      .filter((file) => !/\.test(-d)?\.ts$/.test(file))
      .flatMap((page) => {
        const text = readFileSync(join(root, page), "utf8");
        return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((comment) => {
          const before = text.slice(0, comment.index).split("\n").length - 1;
          const plain = comment[0].replaceAll(/^[ \t]*\* ?/gm, "");
          return fences(plain).map((block) => ({ ...block, line: block.line + before, page, kind: "docstring" }));
        });
      }),
  );
}

export function exampleBlocks(root) {
  return filesBelow(root, "examples", ".ts")
    .filter((file) => !/\.(test|config)\.ts$/.test(file))
    .map((page) => ({ page, line: 1, code: readFileSync(join(root, page), "utf8"), run: true, kind: "example" }));
}

/** The entry points that packages publish: { specifier, source, folder } with paths from `root`. */
export function entryPoints(root, packages) {
  return packages.flatMap((name) => {
    const manifest = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
    return Object.entries(manifest.exports)
      .filter(([, target]) => typeof target === "object" && target["steepest:source"] !== undefined)
      .map(([subpath, target]) => {
        const source = relative(root, join(root, "packages", name, target["steepest:source"]))
          .split(sep)
          .join("/");
        return { specifier: manifest.name + subpath.slice(1), source, folder: dirname(source) };
      });
  });
}
