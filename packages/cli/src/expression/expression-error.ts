import { OptionError } from "steepest";

/** Characters of the source around the place. */
const SHOWN = 90;

/** An expression that cannot be read; `position` counts characters from 1. */
export class ExpressionError extends OptionError {
  readonly position: number;
  readonly fix: readonly string[];
  /** The source with a mark under the place. */
  readonly excerpt: string;

  constructor(message: string, source: string, at: number, fix: readonly string[] = []) {
    const position = [...source.slice(0, at)].length + 1;
    super(`${message}, at character ${position}`, { code: "bad-expression", option: "expression" });
    this.name = "OptionError";
    this.position = position;
    this.fix = fix;
    const characters = [...source.replace(/\s/g, " ")];
    const start = characters.length <= SHOWN ? 0 : Math.max(0, position - SHOWN / 2);
    const shown = characters.slice(start, start + SHOWN).join("");
    this.excerpt = `${shown}\n${" ".repeat(position - 1 - start)}^`;
  }
}
