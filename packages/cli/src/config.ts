// Options from a file: they become words of the command line, so that a run keeps a command that needs no file.
import { readFileSync } from "node:fs";
import { FailureError, throwProblems, toFailure } from "./failure.ts";
import { flagName } from "./flags.ts";
import { didYouMean } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import { COMMON_OPTIONS, type Verb, type VerbOption } from "./verb.ts";

/**
 * The words without `--config <file>`, and with the options of the file that are not among them.
 * @throws RequestError for a file that is no JSON, and with everything in its part for the verb that is no option, or no value of one.
 */
export function withConfig(verb: Verb, words: readonly string[]): string[] {
  const at = words.findIndex((word) => word === "--config" || word.startsWith("--config="));
  const isOne = words[at]?.includes("=") === true;
  const file = isOne ? words[at]!.slice("--config=".length) : (words[at + 1] ?? "");
  const others = [...words.slice(0, at), ...words.slice(at + (isOne ? 1 : 2))];
  const typed = new Set(others.filter((word) => word.startsWith("--")).map((word) => word.replace(/=.*$/s, "")));
  const options = [...verb.groups.flatMap((group) => group.options), ...COMMON_OPTIONS];
  const problems: Problem[] = [];
  const added = Object.entries(sectionOf(file, verb.name)).flatMap(([key, value]) => {
    const option = optionOf(key, options);
    if (option === undefined) {
      const names = options.map(({ flags }) => nameOf(flags).slice(2));
      problems.push(problem(file, "unknown-option", `${verb.name} has no option "${key}"`, didYouMean(key, names)));
      return [];
    }
    const flag = nameOf(option.flags);
    const text = textOf(value, option);
    if (text === undefined) {
      const message = `${flag} cannot be ${JSON.stringify(value)}`;
      problems.push(problem(file, "invalid-option", message, [`${option.flags}: ${option.text}`]));
    }
    return text === undefined || text === false || typed.has(flag) ? [] : text === true ? [flag] : [`${flag}=${text}`];
  });
  throwProblems(problems);
  return [...others, ...added];
}

/** { "train": { … }, "predict": { … } } */
function sectionOf(file: string, verb: string): Readonly<Record<string, unknown>> {
  const content = parse(file);
  const verbs = isObject(content) ? content : undefined;
  const section = verbs === undefined ? undefined : (verbs[verb] ?? {});
  if (isObject(section)) return section;
  const fix = [`write { "${verb}": { "seed": 1 } }`];
  throwProblems([problem(file, "invalid-config", "options stand in objects by the name of their verb", fix)]);
  return {};
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw new FailureError(toFailure(error, file));
    throwProblems([
      { ...problem(file, "invalid-json", "the file is no JSON", ["correct it"]), received: error.message },
    ]);
    return undefined;
  }
}

/** "class-weight" and "classWeight" are one option; --config itself is none in a file. */
function optionOf(key: string, options: readonly VerbOption[]): VerbOption | undefined {
  const flag = flagName(key);
  return flag === "--config" ? undefined : options.find(({ flags }) => nameOf(flags) === flag);
}

function nameOf(flags: string): string {
  return flags.split(" ")[0] ?? "";
}

/** The value as it would be typed; true and false for switches; nothing for what cannot be typed. */
function textOf(value: unknown, { flags, repeatable }: VerbOption): string | boolean | undefined {
  if (!flags.includes(" ")) return typeof value === "boolean" ? value : undefined;
  if (typeof value === "string" || typeof value === "number") return String(value);
  if (repeatable !== true) return undefined;
  const isPlain = (entry: unknown): boolean => typeof entry === "string" || typeof entry === "number";
  if (Array.isArray(value)) return value.every(isPlain) ? value.join(",") : undefined;
  if (!isObject(value) || !Object.values(value).every(isPlain)) return undefined;
  return Object.entries(value)
    .map(([name, entry]) => `${name}=${String(entry)}`)
    .join(",");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function problem(file: string, code: string, message: string, fix: readonly string[]): Problem {
  return { class: "OptionError", code, message, where: { file }, fix };
}
