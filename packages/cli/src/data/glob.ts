// Files by a pattern: * and ? within a name, ** for folders of any depth.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { RequestError } from "../failure.ts";

/** Whether an argument is a pattern, and not the name of a file that holds such signs. */
export function isPattern(argument: string): boolean {
  return /[*?]/.test(argument) && !existsSync(argument);
}

/**
 * The files that match, in the order of their names.
 *
 * @throws RequestError when there is none.
 */
export function filesOf(pattern: string): readonly string[] {
  const absolute = pattern.startsWith("/");
  const parts = pattern.split("/").filter((part) => part !== "");
  const found = [...new Set(walk(absolute ? "/" : "", parts))].sort();
  if (found.length > 0) return found;
  throw new RequestError([
    {
      class: "BackendError",
      code: "not-found",
      message: `no file matches "${pattern}"`,
      where: { file: pattern },
      fix: ["check the spelling and the current folder"],
    },
  ]);
}

function walk(folder: string, [part, ...rest]: readonly string[]): string[] {
  if (part === undefined) return [];
  const isLast = rest.length === 0;
  if (part === "**") {
    const below = namesIn(folder).filter((name) => isFolder(join(folder, name)));
    return [...walk(folder, rest), ...below.flatMap((name) => walk(join(folder, name), [part, ...rest]))];
  }
  if (part === "." || part === "..") return walk(folder === "" ? part : `${folder}/${part}`, rest);
  const matches = matcher(part);
  return namesIn(folder)
    .filter((name) => matches.test(name) && isFolder(join(folder, name)) !== isLast)
    .flatMap((name) => (isLast ? [join(folder, name)] : walk(join(folder, name), rest)));
}

/** As in a shell, names that begin with a dot match only when the pattern does. */
function matcher(part: string): RegExp {
  const text = part
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  return new RegExp(`^${part.startsWith(".") ? "" : "(?!\\.)"}${text}$`, "u");
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder === "" ? "." : folder);
  } catch {
    return []; // a folder that may not be read has no files for us
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
