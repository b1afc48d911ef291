// What a command may know of the terminal it runs in.
import { type Style, styleFor, wantsColor } from "./style.ts";

export interface Terminal {
  readonly json: boolean;
  readonly events: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
  readonly color: boolean;
  /** For standard output. */
  readonly style: Style;
  /** For standard error. */
  readonly errorStyle: Style;
  /** A message for people, on standard error; silent with `--quiet` and `--events`. */
  say(text: string): void;
}

export function createTerminal(flags: Readonly<Record<string, unknown>>): Terminal {
  const colorFlag = flags["color"] !== false;
  const quiet = flags["quiet"] === true;
  const events = flags["events"] === true;
  return {
    json: flags["json"] === true,
    events,
    quiet,
    debug: flags["debug"] === true,
    color: wantsColor(process.stderr, colorFlag),
    style: styleFor(wantsColor(process.stdout, colorFlag)),
    errorStyle: styleFor(wantsColor(process.stderr, colorFlag)),
    say: (text) => {
      if (!quiet && !events) process.stderr.write(`${text}\n`);
    },
  };
}
