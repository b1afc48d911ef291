// The command line: reads the words, runs one verb, says what went wrong, returns the exit code.
import { CommanderError } from "commander";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Failure } from "./failure.ts";
import { createProgram, findVerb } from "./program.ts";
import { quoteCommand } from "./terminal/quote-command.ts";
import { endQuietlyOnClosedPipe } from "./terminal/streams.ts";
import { createTerminal } from "./terminal/terminal.ts";
import { unknownFlags } from "./unknown-flags.ts";
import { VERBS } from "./verbs.ts";

/** The folder of this file, once it is built: the worker thread is its neighbor. */
const HOME = new URL(".", import.meta.url);

/** Runs `steepest …words` and returns its exit code. Never throws. */
export async function main(typed: readonly string[]): Promise<number> {
  let words = typed[0] === "help" ? [...typed.slice(1), "--help"] : typed;
  endQuietlyOnClosedPipe();
  const verb = findVerb(VERBS, words);
  let code: ExitCode = EXIT.done;
  const program = createProgram(VERBS, async (chosen, invocation) => {
    const run = await chosen.load();
    code = await run({ ...invocation, commandLine: quoteCommand(["steepest", ...words]), home: HOME });
  });
  try {
    if (verb !== undefined) {
      await throwUnknownFlags(verb.name, words);
      if (hasConfig(words)) words = (await import("./config.ts")).withConfig(verb, words);
    }
    if (verb === undefined && words[0]?.startsWith("-") === false) {
      // commander would let --help pass: foo --help
      throw new CommanderError(EXIT.request, "commander.unknownCommand", `unknown command '${words[0]}'`);
    }
    await program.parseAsync(words.length === 0 ? ["--help"] : [...words], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done; // help and version
    const { toFailure } = await import("./failure.ts");
    const failure = error instanceof CommanderError ? await usageFailure(error, verb?.name, words) : toFailure(error);
    await report(failure, verb === undefined ? "steepest" : `steepest ${verb.name}`, words);
    return failure.exitCode;
  }
}

function hasConfig(words: readonly string[]): boolean {
  return words.some((word) => word === "--config" || word.startsWith("--config="));
}

async function throwUnknownFlags(name: string, words: readonly string[]): Promise<void> {
  const verb = findVerb(VERBS, words);
  if (verb === undefined) return;
  const problems = unknownFlags(verb, words);
  if (problems.length === 0) return;
  const { throwProblems } = await import("./failure.ts");
  throwProblems(problems.map((p) => ({ ...p, fix: [...p.fix, `steepest ${name} --help  lists all options`] })));
}

/** What commander found wrong, in our words. */
async function usageFailure(
  error: CommanderError,
  verb: string | undefined,
  words: readonly string[],
): Promise<Failure> {
  const { didYouMean } = await import("./nearest.ts");
  const text = error.message.replace(/^error: /, "").replace(/\n.*$/s, "");
  const command = error.code === "commander.unknownCommand" ? (words.find((w) => !w.startsWith("-")) ?? "") : "";
  const near =
    command === ""
      ? []
      : didYouMean(
          command,
          VERBS.map((v) => v.name),
        );
  const code = error.code.replace(/^commander\./, "").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const help = `steepest ${verb === undefined ? "" : `${verb} `}--help  shows how it is meant`;
  return { exitCode: EXIT.request, problems: [{ class: "OptionError", code, message: text, fix: [...near, help] }] };
}

async function report(failure: Failure, command: string, words: readonly string[]): Promise<void> {
  const has = (flag: string): boolean => words.includes(flag);
  const { failureToJson, renderFailure } = await import("./terminal/render-failure.ts");
  if (has("--json")) {
    const { writeJson } = await import("./terminal/streams.ts");
    await writeJson(failureToJson(failure));
    if (has("--debug") && failure.stack !== undefined) process.stderr.write(`${failure.stack}\n`);
    return;
  }
  const terminal = createTerminal({ color: !has("--no-color"), debug: has("--debug") });
  process.stderr.write(`${renderFailure(command, failure, terminal.errorStyle, terminal.debug)}\n`);
}
