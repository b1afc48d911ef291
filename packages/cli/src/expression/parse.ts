// Tokens → statements. Precedence: + − below * / below unary − below ^ (which binds to the right); nothing is ever evaluated as code.
//
//     program    = statement { ";" statement } [ ";" ]
//     statement  = [ name "=" ] sum
//     sum        = product { ("+" | "-") product }
//     product    = signed { ("*" | "/") signed | power }        the last one only after a number: 2x, 2(x + 1)
//     signed     = ("-" | "+") signed | power
//     power      = primary [ "^" signed ]
//     primary    = number | name | name "(" sum { "," sum } ")" | "(" sum ")"
import { ExpressionError } from "./expression-error.ts";
import { type Token, tokenize } from "./tokenize.ts";

export type Operator = "+" | "-" | "*" | "/" | "^";

export type Expression =
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  | { readonly kind: "negate"; readonly of: Expression; readonly at: number }
  | {
      readonly kind: "binary";
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  | { readonly kind: "call"; readonly name: string; readonly inputs: readonly Expression[]; readonly at: number };

export interface Statement {
  /** Absent where the expression stands alone. */
  readonly name: string | undefined;
  readonly expression: Expression;
  readonly at: number;
}

/** Expressions may be nested so deeply: passes go down level by level, and formulas of slopes grow with every level. */
const MOST_LEVELS = 200;

/** @throws ExpressionError with the place of the first thing that does not fit. */
export function parseProgram(source: string): Statement[] {
  const parser = new Parser(source);
  const statements = parser.program();
  const names = new Set<string>();
  for (const { name, at } of statements) {
    if (name === undefined) continue;
    if (names.has(name))
      throw new ExpressionError(`"${name}" is given a value twice`, source, at, ["use another name"]);
    names.add(name);
  }
  return statements;
}

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #level = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  program(): Statement[] {
    const statements: Statement[] = [];
    while (this.#peek().kind !== "end") {
      statements.push(this.#statement());
      if (this.#peek().kind !== "end") this.#expect(";");
    }
    if (statements.length === 0) throw new ExpressionError("the expression is empty", this.#source, 0);
    return statements;
  }

  #statement(): Statement {
    const { kind, text, at } = this.#peek();
    const after = this.#tokens[this.#next + 1];
    if (kind !== "name" || after?.kind !== "sign" || after.text !== "=") {
      return { name: undefined, expression: this.#expression(), at };
    }
    this.#next += 2;
    return { name: text, expression: this.#expression(), at };
  }

  /** A long sum is as deep as it has terms: a + b + c = (a + b) + c. Counted without going down level by level. */
  #expression(): Expression {
    const expression = this.#sum();
    const open = [{ node: expression, level: 1 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { node, level } = next;
      if (level > MOST_LEVELS) throw this.#tooDeep(node.at);
      const parts =
        node.kind === "binary"
          ? [node.left, node.right]
          : node.kind === "call"
            ? node.inputs
            : node.kind === "negate"
              ? [node.of]
              : [];
      for (const part of parts) open.push({ node: part, level: level + 1 });
    }
    return expression;
  }

  #sum(): Expression {
    let left = this.#product();
    for (let sign = this.#take("+", "-"); sign !== undefined; sign = this.#take("+", "-")) {
      left = { kind: "binary", operator: sign.text as Operator, left, right: this.#product(), at: sign.at };
    }
    return left;
  }

  #product(): Expression {
    let left = this.#signed();
    for (;;) {
      const { at } = this.#peek();
      if (this.#multipliesSilently()) left = { kind: "binary", operator: "*", left, right: this.#power(), at };
      else {
        const sign = this.#take("*", "/");
        if (sign === undefined) return left;
        left = { kind: "binary", operator: sign.text as Operator, left, right: this.#signed(), at };
      }
    }
  }

  /** 2x and 2(x + 1): a number right before a name or a parenthesis. */
  #multipliesSilently(): boolean {
    const { kind, text } = this.#peek();
    return this.#tokens[this.#next - 1]?.kind === "number" && (kind === "name" || (kind === "sign" && text === "("));
  }

  #signed(): Expression {
    // every way down leads through here: parentheses, signs before signs, powers of powers
    if (++this.#level > MOST_LEVELS) throw this.#tooDeep(this.#peek().at);
    const expression = this.#signedOrPower();
    this.#level--;
    return expression;
  }

  #signedOrPower(): Expression {
    const sign = this.#take("-", "+");
    if (sign === undefined) return this.#power();
    const of = this.#signed();
    return sign.text === "-" ? { kind: "negate", of, at: sign.at } : of;
  }

  #power(): Expression {
    const left = this.#primary();
    const sign = this.#take("^");
    return sign === undefined ? left : { kind: "binary", operator: "^", left, right: this.#signed(), at: sign.at };
  }

  #primary(): Expression {
    const token = this.#peek();
    if (token.kind === "number") {
      this.#next++;
      return { kind: "number", value: Number(token.text), at: token.at };
    }
    if (token.kind === "name") {
      this.#next++;
      return this.#take("(") === undefined
        ? { kind: "name", name: token.text, at: token.at }
        : { kind: "call", name: token.text, inputs: this.#inputs(), at: token.at };
    }
    if (this.#take("(") !== undefined) {
      const inner = this.#sum();
      this.#expect(")");
      return inner;
    }
    throw this.#unexpected("a number, a name or a parenthesis");
  }

  #inputs(): Expression[] {
    const inputs = [this.#sum()];
    while (this.#take(",") !== undefined) inputs.push(this.#sum());
    this.#expect(")");
    return inputs;
  }

  #peek(): Token {
    return this.#tokens[this.#next]!; // the last token is "end" and is never taken
  }

  #take(...signs: readonly string[]): Token | undefined {
    const token = this.#peek();
    if (token.kind !== "sign" || !signs.includes(token.text)) return undefined;
    this.#next++;
    return token;
  }

  #expect(sign: string): void {
    if (this.#take(sign) === undefined) throw this.#unexpected(sign === ";" ? 'an operator or ";"' : `"${sign}"`);
  }

  #tooDeep(at: number): ExpressionError {
    return new ExpressionError(
      `the expression has more than ${MOST_LEVELS} operations inside each other`,
      this.#source,
      at,
      ["name its parts: a = …; b = …; L = a + b"],
    );
  }

  #unexpected(wanted: string): ExpressionError {
    const { kind, text, at } = this.#peek();
    const found = kind === "end" ? text : `"${text}"`;
    return new ExpressionError(`expected ${wanted}, found ${found}`, this.#source, at);
  }
}
