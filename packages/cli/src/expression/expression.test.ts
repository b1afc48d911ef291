import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backwardFormulas, forwardFormulas } from "./backprop.ts";
import { derivative } from "./derivative.ts";
import { type Expression, parseProgram } from "./parse.ts";
import { printExpression } from "./print.ts";
import { readProgram } from "./program.ts";

const parse = (source: string): Expression => parseProgram(source)[0]!.expression;
const print = (source: string): string => printExpression(parse(source));
const formulas = (list: readonly { name: string; formula: string }[]): string[] =>
  list.map((f) => `${f.name}: ${f.formula}`);

/** Plain numbers, apart from arrays: the truth that formulas are held against. */
function evaluate(expression: Expression, values: Readonly<Record<string, number>>): number {
  if (expression.kind === "number") return expression.value;
  if (expression.kind === "name") return values[expression.name] ?? Number.NaN;
  if (expression.kind === "negate") return -evaluate(expression.of, values);
  if (expression.kind === "call") {
    const [x = 0] = expression.inputs.map((input) => evaluate(input, values));
    if (expression.name === "relu") return Math.max(0, x);
    if (expression.name === "sigmoid") return 1 / (1 + Math.exp(-x));
    if (expression.name === "step") return x > 0 ? 1 : 0;
    return (Math as unknown as Record<string, (x: number) => number>)[expression.name]!(x);
  }
  const left = evaluate(expression.left, values);
  const right = evaluate(expression.right, values);
  if (expression.operator === "+") return left + right;
  if (expression.operator === "-") return left - right;
  if (expression.operator === "*") return left * right;
  return expression.operator === "/" ? left / right : left ** right;
}

describe("expressions", () => {
  it.each([
    ["1+2*3", 7],
    ["(1+2)*3", 9],
    ["2^3^2", 512],
    ["-2^2", -4],
    ["2^-1", 0.5],
    ["8-3-2", 3],
    ["16/4/2", 2],
    ["2*-3", -6],
    ["1.5e2 + .5", 150.5],
    ["7 − 2·3", 1],
    ["3² + 2**3", 17],
    ["2(3)^2 + 2(1+1)", 22],
    ["-2(3)", -6],
  ])("%s is %d", (source, value) => expect(evaluate(parse(source), {})).toBe(value));

  it.each([
    ["w * x", "w·x"],
    ["(ŷ-y)^2", "(ŷ−y)²"],
    ["-2*(x+1)*y", "−2(x+1)·y"],
    ["3x", "3·x"],
    ["a - (b - c)", "a−(b−c)"],
    ["(a*b)*c/(d*e)", "a·b·c/(d·e)"],
    ["(-x)^2 + -x^2", "(−x)²+−x²"],
    ["relu(x)^10", "relu(x)¹⁰"],
  ])("%s is printed %s", (source, text) => expect(print(source)).toBe(text));

  it("printing and reading again gives the same value", () => {
    const leaf = fc.oneof(fc.constantFrom("a", "b"), fc.integer({ min: 1, max: 9 }).map(String));
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.tuple(tie("tree"), fc.constantFrom("+", "-", "*", "/"), tie("tree")).map(([l, o, r]) => `(${l})${o}(${r})`),
        tie("tree").map((t) => `-(${t})`),
        tie("tree").map((t) => `(${t})^2`),
      ),
    }));
    fc.assert(
      fc.property(tree, (source) => {
        const values = { a: 1.25, b: -0.75 };
        expect(evaluate(parse(print(source)), values)).toBe(evaluate(parse(source), values));
      }),
    );
  });

  it("an accent may be a character of its own: ŷ is ŷ", () => {
    expect(readProgram("y\u0302 = 2*a; (y\u0302 - \u0177)^2").inputs).toEqual(["a"]);
  });

  it.each([
    ["1 +", "expected a number, a name or a parenthesis, found end of the expression, at character 4"],
    ["(1 + 2", 'expected ")", found end of the expression, at character 7'],
    ["1 2", 'expected an operator or ";", found "2", at character 3'],
    ["ŷ $ 2", '"$" has no meaning in an expression, at character 3'],
    ["rleu(x)", 'there is no function "rleu", at character 1'],
    ["relu(x, y)", '"relu" takes one input, got 2, at character 1'],
    ["a = b; b = 2; a*b", '"b" is used before it has a value, at character 5'],
    ["a = 1; a = 2", '"a" is given a value twice, at character 8'],
    [" ; ", 'expected a number, a name or a parenthesis, found ";", at character 2'],
    ["", "the expression is empty, at character 1"],
    ["constructor(x)", 'there is no function "constructor", at character 1'],
  ])("%s is refused", (source, message) => expect(() => readProgram(source)).toThrow(message));

  it("a misspelt function offers the nearest names", () => {
    expect(() => readProgram("rleu(x)")).toThrow(expect.objectContaining({ fix: ["did you mean relu?"] }));
  });
});

describe("formulas of backpropagation", () => {
  it("statements keep their names", () => {
    const program = readProgram("h = w*x; a = relu(h); ŷ = v*a; L = (ŷ-y)^2");
    expect(formulas(forwardFormulas(program))).toEqual(["h: w·x", "a: relu(h)", "ŷ: v·a", "L: (ŷ−y)²"]);
    expect(formulas(backwardFormulas(program))).toEqual([
      "ŷ: 2(ŷ−y)",
      "y: −2(ŷ−y)",
      "v: dL/dŷ · a",
      "a: dL/dŷ · v",
      "h: dL/da · 1[h>0]",
      "w: dL/dh · x",
      "x: dL/dh · w",
    ]);
  });

  it("one expression is cut into one step per operation", () => {
    expect(formulas(forwardFormulas(readProgram("(v*relu(w*x)-y)^2")))).toEqual([
      "h1: w·x",
      "h2: relu(h1)",
      "h3: v·h2",
      "h4: h3−y",
      "L: h4²",
    ]);
  });

  it("a name that is used twice collects both parts", () => {
    expect(formulas(backwardFormulas(readProgram("a = x*x; b = exp(x); L = a*b")))).toEqual([
      "a: b",
      "b: a",
      "x: dL/da · (x+x) + dL/db · exp(x)",
    ]);
  });

  it.each([
    "x^3 - 2*x",
    "exp(-x)/x",
    "sin(x)*cos(x)",
    "sigmoid(2*x)",
    "log(x)^2",
    "tanh(x*x)",
    "sqrt(x)",
    "x^x",
    "relu(x)-x/3",
    "abs(x)*log1p(x)",
    "2/x^2",
  ])("the formula for the slope of %s agrees with central differences", (source) => {
    const f = parse(source);
    const slope = derivative(f, "x");
    for (const x of [0.4, 1.3, 2.7]) {
      const h = 1e-6;
      const difference = (evaluate(f, { x: x + h }) - evaluate(f, { x: x - h })) / (2 * h);
      // 1e-7: central differences in f64 with h = 1e-6 have errors of about 1e-10 relative to values of size 1 to 20
      expect(Math.abs(evaluate(slope, { x }) - difference)).toBeLessThan(1e-7 * Math.max(1, Math.abs(difference)));
    }
  });
});
