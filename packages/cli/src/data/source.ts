// What a data argument names: a file of some format, standard input, or a query.
import { statSync } from "node:fs";
import { type FileFormat, fileFormat } from "@steepest/tables";
import { RequestError } from "../failure.ts";
import { type Flag, word } from "../flags.ts";
import { optionProblem, type Problem } from "../problem.ts";
import { filesOf, isPattern } from "./glob.ts";

export type Source =
  | { readonly kind: "stdin"; readonly name: string }
  | {
      readonly kind: "csv";
      readonly path: string;
      readonly name: string;
      /** Of a pattern: all its files. */
      readonly files?: readonly string[];
    }
  | {
      readonly kind: "typed";
      readonly format: Exclude<FileFormat, "csv">;
      readonly path: string;
      readonly name: string;
    }
  | { readonly kind: "query"; readonly sql: string; readonly name: string };

const QUERY = "duckdb:";
const FORMATS: readonly FileFormat[] = ["csv", "parquet", "arrow", "numpy"];

export const FORMAT_FLAG: Flag<string, FileFormat> = word(FORMATS);

/** How messages and files call a data argument: passwords and keys in a query are left out. */
export function sourceName(argument: string): string {
  return argument === "-" ? "standard input" : withoutSecrets(argument);
}

/**
 * The format is that of the name; a name that tells none is read as CSV. A pattern stands for all CSV files that match.
 * @throws RequestError for standard input in another format than CSV, for a query with a format, for a pattern without files.
 */
export function sourceOf(argument: string, format?: FileFormat): Source {
  const name = sourceName(argument);
  if (argument.startsWith(QUERY)) {
    if (format !== undefined) throw new RequestError([noFormat("a query has no format")]);
    return { kind: "query", sql: argument.slice(QUERY.length).trim().replace(/;\s*$/, ""), name };
  }
  if (argument === "-") {
    if (format !== undefined && format !== "csv") throw new RequestError([noFormat("standard input is read as CSV")]);
    return { kind: "stdin", name };
  }
  const chosen = format ?? fileFormat(argument) ?? "csv";
  if (isPattern(argument)) {
    if (chosen !== "csv") throw new RequestError([noPattern(argument, chosen)]);
    const files = filesOf(argument);
    return { kind: "csv", path: files[0]!, name, files };
  }
  return chosen === "csv"
    ? { kind: "csv", path: argument, name }
    : { kind: "typed", format: chosen, path: argument, name };
}

export function isCsv(source: Source): source is Extract<Source, { kind: "csv" | "stdin" }> {
  return source.kind === "csv" || source.kind === "stdin";
}

/** Options that speak of the text of a CSV file. */
export function csvOnlyProblems(source: Source, flags: Readonly<Record<string, unknown>>): Problem[] {
  if (isCsv(source) || flags["decimal"] === undefined) return [];
  const what = source.kind === "query" ? "the result of a query" : `a file of format ${source.format}`;
  return [optionProblem("csv-only", `--decimal is for CSV, and ${what} holds numbers as such`, ["leave it out"])];
}

/** A file that is not there, or is a folder, in words of the file system: readers of formats have words of their own. */
export function throwUnlessFile(path: string): void {
  if (statSync(path).isDirectory()) {
    throw Object.assign(new Error(`EISDIR: "${path}"`), { code: "EISDIR", syscall: "read", path });
  }
}

/** password=…, secret '…', user:password@host */
export function withoutSecrets(text: string): string {
  return text
    .replace(
      /\b(password|passwd|pwd|secret|token|access_key|key_id)(\s*=\s*|\s+)('[^']*'|"[^"]*"|[^\s'";,)]+)/gi,
      "$1$2***",
    )
    .replace(/:\/\/[^\s/@:'"]+:[^\s/@'"]+@/g, "://***@");
}

function noPattern(argument: string, format: string): Problem {
  const fix = format === "numpy" ? [] : [`"duckdb:select * from '${argument}'"  reads them as a query`];
  return optionProblem("no-pattern", `"${argument}" is a pattern, and only CSV files are joined by one`, [
    ...fix,
    "name one file",
  ]);
}

function noFormat(why: string): Problem {
  return optionProblem("no-format", `--format does not fit: ${why}`, ["leave it out"]);
}
