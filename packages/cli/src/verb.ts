// A verb of the command line as data: what help, hints and the parser need, without loading what does the work.
import type { ExitCode } from "./exit-code.ts";
import type { Terminal } from "./terminal/terminal.ts";

export interface VerbOption {
  /** As commander reads it: "--l2 <number>". */
  readonly flags: string;
  readonly text: string;
  /** May be given several times; the values come as a list. */
  readonly repeatable?: boolean;
}

export interface Invocation {
  readonly arguments: readonly string[];
  /** Values by name in camel case. Texts, except for switches (true) and repeatable options (lists). */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly terminal: Terminal;
  /** The command line as it was typed, quoted for a shell. */
  readonly commandLine: string;
  /** Where the entry files of this package lie. */
  readonly home: URL;
}

export interface Verb {
  readonly name: string;
  readonly arguments: string;
  readonly summary: string;
  readonly groups: readonly { readonly title: string; readonly options: readonly VerbOption[] }[];
  /** Commands that work in a folder with the shipped data sets; the tests run them in this order. */
  readonly examples: readonly string[];
  readonly load: () => Promise<(invocation: Invocation) => Promise<ExitCode>>;
}

/** What every verb understands. */
export const COMMON_OPTIONS: readonly VerbOption[] = [
  {
    flags: "--config <file>",
    text: 'options from a JSON file: { "train": { "l2": 0.01 } }; those typed here come first',
  },
  { flags: "--json", text: "one JSON document on standard output instead of text" },
  { flags: "--quiet", text: "no progress, no hints" },
  { flags: "--no-color", text: "no colors (also: NO_COLOR=1)" },
  { flags: "--debug", text: "with an error, the lines of code that lead to it" },
];
