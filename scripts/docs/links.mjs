// Relative links of Markdown pages: the file is there, and so is the heading after "#".
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** The anchors of a page, made from its headings as code hosts do. */
function anchors(text) {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "");
  return new Set(
    [...prose.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(/\s/g, "-"),
    ),
  );
}

/** Problems as "page:line: what is wrong"; `count` is the number of links that were looked at. */
export function checkLinks(root, pages) {
  const problems = [];
  let count = 0;
  for (const page of pages) {
    const text = readFileSync(join(root, page), "utf8");
    const prose = text
      .replaceAll(/^[ \t]*```[\s\S]*?^[ \t]*```/gm, (block) => block.replaceAll(/[^\n]/g, " "))
      .replaceAll(/`[^`\n]*`/g, "");
    for (const match of prose.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)) {
      const target = match[1];
      if (/^[a-z]+:/i.test(target)) continue;
      count += 1;
      const line = prose.slice(0, match.index).split("\n").length;
      const [path, anchor] = target.split("#");
      const file = path === "" ? join(root, page) : join(root, dirname(page), decodeURI(path));
      if (!existsSync(file)) problems.push(`${page}:${line}: the link "${target}" leads to nothing`);
      else if (relative(root, file).startsWith(".."))
        problems.push(`${page}:${line}: the link "${target}" leaves the repository`);
      else if (anchor !== undefined && statSync(file).isFile() && !anchors(readFileSync(file, "utf8")).has(anchor)) {
        problems.push(`${page}:${line}: "${target}" has no such heading`);
      }
    }
  }
  return { problems, count };
}
