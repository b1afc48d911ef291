// Text of flags → values, by valibot schemas. The message of each check says what was expected; all problems are collected.
import * as v from "valibot";
import { didYouMean } from "./nearest.ts";
import type { Problem } from "./problem.ts";

/** From what commander gives to what a command uses. */
export type Flag<Given, Value> = v.GenericSchema<Given, Value>;

const toNumber = (text: string): number => (text.trim() === "" ? Number.NaN : Number(text));

/** A finite number in a range; `expected` says it in words: "a number of 0 or more". */
export const number = (expected: string, accepts: (n: number) => boolean = () => true): Flag<string, number> =>
  v.pipe(
    v.string(),
    v.transform(toNumber),
    v.check((n) => Number.isFinite(n) && accepts(n), expected),
  );

/** A whole number of at least `low`. */
export const integer = (low: number): Flag<string, number> =>
  number(`a whole number of at least ${low}`, (n) => Number.isInteger(n) && n >= low);

/** "a,b,c" → ["a", "b", "c"]; a flag that is given several times adds up. */
export const list: Flag<string[], string[]> = v.pipe(
  v.array(v.string()),
  // an empty text is a name, too: that of the column after a comma at the end of every line
  v.check(
    (texts) => texts.every((text) => text === "" || text.split(",").every((name) => name.trim() !== "")),
    "names, separated by commas",
  ),
  v.transform((texts) => texts.flatMap((text) => text.split(",")).map((text) => text.trim())),
);

/** One of some words. */
export const word = <const W extends string>(words: readonly W[]): Flag<string, W> =>
  v.picklist(words, `one of ${words.join(", ")}`);

/** "a=1,b=2" → Map; the last sign = counts, so that names may hold one. */
export function pairs<T>(value: Flag<string, T>, expected: string): Flag<string[], ReadonlyMap<string, T>> {
  const split = (text: string): [string, string] => {
    const at = text.lastIndexOf("=");
    return at < 1 ? ["", ""] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  };
  return v.pipe(
    v.array(v.string()),
    v.transform((texts) => texts.flatMap((text) => text.split(",")).map(split)),
    v.check((entries) => entries.every(([name, text]) => name !== "" && v.is(value, text)), expected),
    v.check((entries) => new Set(entries.map(([name]) => name)).size === entries.length, `${expected}, each name once`),
    v.transform((entries) => new Map(entries.map(([name, text]) => [name, v.parse(value, text)]))),
  );
}

/** Values, and what was wrong with those that are missing from them. */
export interface ReadFlags<T> {
  readonly values: Partial<T>;
  readonly problems: readonly Problem[];
}

/** Reads every flag that is given; flags are in camel case as commander has them. */
export function readFlags<const S extends Readonly<Record<string, v.GenericSchema>>>(
  schemas: S,
  given: Readonly<Record<string, unknown>>,
): ReadFlags<{ [K in keyof S]: v.InferOutput<S[K]> }> {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, schema] of Object.entries(schemas)) {
    const text = given[name];
    if (text === undefined) continue;
    const result = v.safeParse(schema, text);
    if (result.success) values[name] = result.output;
    else problems.push(badFlag(name, text, result.issues[0].message));
  }
  return { values: values as Partial<{ [K in keyof S]: v.InferOutput<S[K]> }>, problems };
}

/** classWeight → --class-weight, C → --C */
export function flagName(name: string): string {
  if (name.length === 1) return `--${name}`;
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function badFlag(name: string, given: unknown, expected: string): Problem {
  const text = Array.isArray(given) ? given.join(",") : String(given);
  return {
    class: "OptionError",
    code: "invalid-option",
    message: `${flagName(name)} must be ${expected}, got "${text}"`,
    received: `"${text}"`,
    expected,
    fix: expected.startsWith("one of ") ? didYouMean(text, expected.slice("one of ".length).split(", ")) : [],
  };
}
