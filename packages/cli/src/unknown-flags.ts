// All misspelt options of a command line at once; commander stops at the first.
import { didYouMean } from "./nearest.ts";
import { optionProblem, type Problem } from "./problem.ts";
import { COMMON_OPTIONS, type Verb, type VerbOption } from "./verb.ts";

/** `--taget y --modle logistic` gives two problems, and so does an option that is given twice and takes one value. */
export function unknownFlags(verb: Verb, words: readonly string[]): Problem[] {
  const takesValue = new Map<string, boolean>([
    ["--help", false],
    ["-h", false],
  ]);
  const given = new Map<string, number>();
  const options: readonly VerbOption[] = [...verb.groups.flatMap((group) => group.options), ...COMMON_OPTIONS];
  for (const { flags, repeatable } of options) {
    const [name = "", value] = flags.split(" ");
    takesValue.set(name, value !== undefined);
    if (value !== undefined && repeatable !== true) given.set(name, 0);
  }
  // An expression may begin with a minus: -x^2 is no option.
  const pattern = verb.arguments.includes("<expression>") ? /^--[a-zA-Z]/ : /^--?[a-zA-Z]/;
  const problems: Problem[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") break;
    if (!pattern.test(word)) continue;
    const name = word.startsWith("--") ? word.replace(/=.*$/s, "") : word;
    const value = takesValue.get(name);
    if (value === true && !word.includes("=")) i++;
    const times = (given.get(name) ?? Number.NaN) + 1; // NaN: as often as one likes
    given.set(name, times);
    if (times === 2) problems.push(optionProblem("repeated-option", `${name} is given more than once`));
    if (value !== undefined) continue;
    const names = [...takesValue.keys()].filter((known) => known.startsWith("--"));
    const near = didYouMean(
      name.replace(/^-+/, ""),
      names.map((known) => known.slice(2)),
    );
    const fix = near.map((text) => text.replace(/"([^"]+)"/g, "--$1"));
    problems.push(optionProblem("unknown-option", `${verb.name} has no option ${name}`, fix));
  }
  return problems;
}
