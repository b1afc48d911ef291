// Text of an expression → tokens with their places. Signs as they are typed and as they are printed: * and ·, - and −, ^2 and ².
import { ExpressionError } from "./expression-error.ts";

export interface Token {
  readonly kind: "number" | "name" | "sign" | "end";
  readonly text: string;
  /** Position in the source, in UTF-16 units. */
  readonly at: number;
}

const SPACE = /\s+/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
// Letters of any script with their accents (ŷ may be one character or two); digits, ₁ and _ after the first, but not ².
const NAME = /[\p{L}_][\p{L}\p{M}\p{Nd}₀-₉_]*/uy;
const SIGNS: Readonly<Record<string, string>> = { "·": "*", "×": "*", "−": "-", "÷": "/", "**": "^" };
const SUPERSCRIPTS: Readonly<Record<string, string>> = { "²": "2", "³": "3" };

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  while (at < source.length) {
    const space = match(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const number = match(NUMBER);
    const name = number === undefined ? match(NAME) : undefined;
    const word = number ?? name;
    if (word !== undefined) {
      tokens.push({ kind: number === undefined ? "name" : "number", text: word.normalize("NFC"), at });
      at += word.length;
      continue;
    }
    const sign = source.startsWith("**", at) ? "**" : source.charAt(at);
    const power = SUPERSCRIPTS[sign];
    if (power !== undefined) {
      tokens.push({ kind: "sign", text: "^", at }, { kind: "number", text: power, at });
    } else if ("+-*/^(),;=".includes(SIGNS[sign] ?? sign)) {
      tokens.push({ kind: "sign", text: SIGNS[sign] ?? sign, at });
    } else {
      const character = String.fromCodePoint(source.codePointAt(at)!);
      throw new ExpressionError(`"${character}" has no meaning in an expression`, source, at, [
        "write numbers, names, + - * / ^, parentheses and functions such as relu(x)",
      ]);
    }
    at += sign.length;
  }
  tokens.push({ kind: "end", text: "end of the expression", at: source.length });
  return tokens;
}
