// The verbs as a commander program. Loads nothing that a verb needs to work, so that help comes at once.
import { Command, Option } from "commander";
import { createTerminal } from "./terminal/terminal.ts";
import { COMMON_OPTIONS, type Invocation, type Verb, type VerbOption } from "./verb.ts";
import { version } from "./version.ts";

type Run = (verb: Verb, invocation: Omit<Invocation, "commandLine" | "home">) => Promise<void>;

const FOOTER = `
Exit codes: 0 done · 1 failure · 2 the request or the data is wrong · 3 not converged (results are written)
            4 a gate failed · 130 interrupted`;

export function createProgram(verbs: readonly Verb[], run: Run): Command {
  const program = new Command("steepest")
    .description("Train, evaluate and use models from the command line, and see how backpropagation gets its numbers.")
    .version(version(), "--version", "the version of steepest")
    .helpOption("-h, --help", "this text, or that of a verb: steepest train --help")
    .helpCommand(false)
    .configureOutput({ writeErr: () => {} }) // usage errors are rendered like all others
    .configureHelp({ helpWidth: 100 })
    .addHelpText("after", FOOTER)
    .exitOverride();
  for (const verb of verbs) program.addCommand(createCommand(verb, run));
  return program;
}

/** The verb that a command line names, if it names one. */
export function findVerb(verbs: readonly Verb[], words: readonly string[]): Verb | undefined {
  const [first] = words;
  return verbs.find((verb) => verb.name === first);
}

function createCommand(verb: Verb, run: Run): Command {
  const command = new Command(verb.name)
    .summary(verb.summary)
    .description(`${verb.summary}.`)
    .helpOption("-h, --help", "this text")
    .allowUnknownOption() // all of them have been looked at before
    .configureOutput({ writeErr: () => {} })
    .configureHelp({ helpWidth: 100 })
    .exitOverride()
    .addHelpText("after", `\nExamples:\n${verb.examples.map((example) => `  ${example}`).join("\n")}`);
  for (const argument of verb.arguments.split(" ").filter((a) => a !== "")) command.argument(argument);
  for (const { title, options } of verb.groups)
    for (const option of options) command.addOption(toOption(option, title));
  for (const option of COMMON_OPTIONS) command.addOption(toOption(option, "Output:"));
  return command.action(async () => {
    const flags = command.opts();
    await run(verb, { arguments: command.args, flags, terminal: createTerminal(flags) });
  });
}

function toOption({ flags, text, repeatable }: VerbOption, group: string): Option {
  const option = new Option(flags, text).helpGroup(group);
  return repeatable === true ? option.argParser((value, former: string[] = []) => [...former, value]) : option;
}
