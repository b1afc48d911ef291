// Validation of option objects: every problem of a configuration is reported at once.
import { OptionError } from "./errors.ts";
import { didYouMean, formatNumber } from "./format.ts";

/** One problem: which option, and what is wrong with it. */
export interface OptionProblem {
  readonly option: string;
  readonly problem: string;
}

/**
 * Collects the problems of one options object and throws them together.
 *
 * `owner` is the function whose options they are: messages start with it.
 * @throws OptionError from `done` when there was a problem; `option` names the first.
 */
export class OptionChecker {
  readonly #owner: string;
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #problems: OptionProblem[] = [];

  constructor(owner: string, options: object, known: readonly string[]) {
    this.#owner = owner;
    this.#options = options as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(options)) {
      if (!known.includes(name)) this.fail(name, `unknown option "${name}".${didYouMean(name, known)}`);
    }
  }

  /** A finite number in [low, high]; `exclusive` shuts out the lower end. Missing options pass. */
  number(name: string, low: number = -Infinity, high: number = Infinity, exclusive: boolean = false): this {
    const value = this.#options[name];
    if (value === undefined) return this;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      return this.fail(name, `${name} must be a finite number, got ${describe(value)}.`);
    }
    if (value < low || value > high || (exclusive && value === low)) {
      return this.fail(name, `${name} must be ${range(low, high, exclusive)}, got ${formatNumber(value)}.`);
    }
    return this;
  }

  integer(name: string, low: number = -Infinity, high: number = Infinity): this {
    const value = this.#options[name];
    if (value !== undefined && !Number.isInteger(value)) {
      return this.fail(name, `${name} must be an integer, got ${describe(value)}.`);
    }
    return this.number(name, low, high);
  }

  oneOf(name: string, words: readonly string[]): this {
    const value = this.#options[name];
    if (value === undefined || (typeof value === "string" && words.includes(value))) return this;
    return this.fail(name, `${name} must be one of ${words.map((w) => `"${w}"`).join(", ")}, got ${describe(value)}.`);
  }

  boolean(name: string): this {
    const value = this.#options[name];
    if (value === undefined || typeof value === "boolean") return this;
    return this.fail(name, `${name} must be true or false, got ${describe(value)}.`);
  }

  required(name: string): this {
    return this.#options[name] === undefined ? this.fail(name, `${name} is required.`) : this;
  }

  fail(option: string, problem: string): this {
    this.#problems.push({ option, problem });
    return this;
  }

  /** Throws what was found; nothing otherwise. */
  done(): void {
    const [first] = this.#problems;
    if (first === undefined) return;
    const text = this.#problems.map((p) => p.problem).join(" ");
    throw new OptionError(`${this.#owner}: ${text}`, { code: "invalid-option", option: first.option });
  }
}

function range(low: number, high: number, exclusive: boolean): string {
  if (high === Infinity && low === 0) return exclusive ? "positive" : "0 or more";
  if (high === Infinity) return exclusive ? `greater than ${formatNumber(low)}` : `at least ${formatNumber(low)}`;
  return `${exclusive ? "above" : "from"} ${formatNumber(low)} ${exclusive ? "and at most" : "to"} ${formatNumber(high)}`;
}

function describe(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (typeof value === "number") return String(value);
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : typeof value;
}
