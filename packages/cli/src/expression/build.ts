// Expressions from expressions, with the simplifications that a person would make at once: 1·x = x, x + 0 = x, 0·x = 0.
import type { Expression, Operator } from "./parse.ts";

const NOWHERE = -1; // these expressions stand in no source

export function number(value: number): Expression {
  return value < 0 ? negate(number(-value)) : { kind: "number", value, at: NOWHERE };
}

export function call(name: string, ...inputs: Expression[]): Expression {
  return { kind: "call", name, inputs, at: NOWHERE };
}

export function negate(of: Expression): Expression {
  if (of.kind === "negate") return of.of;
  return isNumber(of, 0) ? of : { kind: "negate", of, at: NOWHERE };
}

export function plus(left: Expression, right: Expression): Expression {
  if (isNumber(left, 0)) return right;
  if (isNumber(right, 0)) return left;
  return right.kind === "negate" ? minus(left, right.of) : binary("+", left, right);
}

export function minus(left: Expression, right: Expression): Expression {
  if (isNumber(right, 0)) return left;
  if (isNumber(left, 0)) return negate(right);
  return right.kind === "negate" ? plus(left, right.of) : binary("-", left, right);
}

export function times(left: Expression, right: Expression): Expression {
  if (isNumber(left, 0) || isNumber(right, 1)) return left;
  if (isNumber(right, 0) || isNumber(left, 1)) return right;
  if (left.kind === "negate") return negate(times(left.of, right));
  if (right.kind === "negate") return negate(times(left, right.of));
  return binary("*", left, right);
}

export function divide(left: Expression, right: Expression): Expression {
  if (isNumber(left, 0) || isNumber(right, 1)) return left;
  if (left.kind === "negate") return negate(divide(left.of, right));
  return binary("/", left, right);
}

export function power(left: Expression, right: Expression): Expression {
  if (isNumber(right, 1)) return left;
  return isNumber(right, 0) ? number(1) : binary("^", left, right);
}

/** The value of a number that is written out, with its sign. */
export function literalValue(expression: Expression): number | undefined {
  if (expression.kind === "number") return expression.value;
  const inner = expression.kind === "negate" ? literalValue(expression.of) : undefined;
  return inner === undefined ? undefined : -inner;
}

function isNumber(expression: Expression, value: number): boolean {
  return expression.kind === "number" && expression.value === value;
}

function binary(operator: Operator, left: Expression, right: Expression): Expression {
  return { kind: "binary", operator, left, right, at: NOWHERE };
}
