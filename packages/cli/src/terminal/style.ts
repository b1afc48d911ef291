// Colors, off unless the stream is a terminal and the user did not say otherwise.
import { styleText } from "node:util";

export type Style = (format: "bold" | "dim" | "red" | "green" | "yellow" | "cyan", text: string) => string;

/** `--no-color` and NO_COLOR (any value but the empty one, see no-color.org) win over everything else. */
export function wantsColor(stream: { readonly isTTY?: boolean }, flag: boolean): boolean {
  if (!flag) return false;
  const off = process.env["NO_COLOR"];
  if (off !== undefined && off !== "") return false;
  return stream.isTTY === true && process.env["TERM"] !== "dumb";
}

export function styleFor(color: boolean): Style {
  return color ? (format, text) => styleText(format, text, { validateStream: false }) : (_format, text) => text;
}
