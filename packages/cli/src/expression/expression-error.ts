import { OptionError } from "steepest";

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
    this.excerpt = `${source.replace(/\s/g, " ")}\n${" ".repeat(position - 1)}^`;
  }
}
