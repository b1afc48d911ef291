// Expressions as formulas: w·x, (ŷ−y)², with no more parentheses than needed.
import type { Expression } from "./parse.ts";

const SUM = 1;
const PRODUCT = 2;
const SIGNED = 3;
const POWER = 4;
const ATOM = 5;

const DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** The formula in the signs of a book. */
export function printExpression(expression: Expression): string {
  return print(expression, SUM);
}

/** Puts parentheses around what binds less than the place needs. */
function print(expression: Expression, needed: number): string {
  const binding = bindingOf(expression);
  const text = printBare(expression);
  return binding < needed ? `(${text})` : text;
}

function bindingOf(expression: Expression): number {
  if (expression.kind === "negate") return bindingOf(expression.of) === PRODUCT ? PRODUCT : SIGNED; // −a·b is a product
  if (expression.kind !== "binary") return ATOM;
  if (expression.operator === "^") return POWER;
  return expression.operator === "+" || expression.operator === "-" ? SUM : PRODUCT;
}

function printBare(expression: Expression): string {
  if (expression.kind === "number") return String(expression.value);
  if (expression.kind === "name") return expression.name;
  if (expression.kind === "negate") return `−${print(expression.of, PRODUCT)}`;
  if (expression.kind === "call") return printCall(expression.name, expression.inputs);
  const { operator, left, right } = expression;
  if (operator === "+") return `${print(left, SUM)}+${print(right, PRODUCT)}`;
  if (operator === "-") return `${print(left, SUM)}−${print(right, PRODUCT)}`;
  if (operator === "*") return printProduct(print(left, PRODUCT), print(right, SIGNED));
  if (operator === "/") return `${print(left, PRODUCT)}/${print(right, SIGNED)}`;
  const exponent = right.kind === "number" && /^\d+$/.test(String(right.value)) ? String(right.value) : undefined;
  const power =
    exponent === undefined ? `^${print(right, SIGNED)}` : [...exponent].map((d) => DIGITS[Number(d)]).join("");
  return `${print(left, ATOM)}${power}`;
}

/** 2(ŷ−y), but w·x and a·(b+c): only a number stands before a parenthesis without a dot. */
function printProduct(left: string, right: string): string {
  return /^−?[\d.]+$/.test(left) && right.startsWith("(") ? `${left}${right}` : `${left}·${right}`;
}

/** `step(x)` stands for the slope of relu and its like: 1[x>0]. */
function printCall(name: string, inputs: readonly Expression[]): string {
  const [input] = inputs;
  if (name !== "step" || input === undefined) return `${name}(${inputs.map(printExpression).join(", ")})`;
  if (input.kind === "negate") return `1[${printExpression(input.of)}<0]`;
  if (input.kind === "binary" && input.operator === "-") {
    return `1[${printExpression(input.left)}>${printExpression(input.right)}]`;
  }
  return `1[${printExpression(input)}>0]`;
}
