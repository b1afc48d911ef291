// All misspelt options of a command line at once; commander stops at the first.
import { didYouMean } from "./nearest.ts";
import { optionProblem, type Problem } from "./problem.ts";
import { COMMON_OPTIONS, type Verb } from "./verb.ts";

/** `--taget y --modle logistic` gives two problems. Values of known options are not looked at. */
export function unknownFlags(verb: Verb, words: readonly string[]): Problem[] {
  const takesValue = new Map<string, boolean>([
    ["--help", false],
    ["-h", false],
  ]);
  for (const { flags } of [...verb.groups.flatMap((group) => group.options), ...COMMON_OPTIONS]) {
    const [name = "", value] = flags.split(" ");
    takesValue.set(name, value !== undefined);
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
