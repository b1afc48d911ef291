// ∂(expression)/∂(name) as a formula, for people to read next to the number. The numbers themselves come from automatic differentiation.
import { call, divide, literalValue, minus, negate, number, plus, power, times } from "./build.ts";
import { FUNCTIONS } from "./functions.ts";
import type { Expression } from "./parse.ts";

/** The number of an expression, where the numbers of its names are known. */
export type NumberOf = (expression: Expression) => number;

/**
 * The formula, or the number 0 where the name does not occur.
 *
 * At a kink the slopes from both sides differ. `numberOf` tells whether the names stand at one: the formula is then that of the
 * branch that automatic differentiation takes.
 */
export function derivative(of: Expression, name: string, numberOf?: NumberOf): Expression {
  if (of.kind === "number") return number(0);
  if (of.kind === "name") return number(of.name === name ? 1 : 0);
  if (of.kind === "negate") return negate(derivative(of.of, name, numberOf));
  if (of.kind === "call") return chain(of, name, numberOf);
  const { operator, left, right } = of;
  const dLeft = derivative(left, name, numberOf);
  const dRight = derivative(right, name, numberOf);
  if (operator === "+") return plus(dLeft, dRight);
  if (operator === "-") return minus(dLeft, dRight);
  if (operator === "*") return plus(times(dLeft, right), times(left, dRight));
  if (operator === "/") return minus(divide(dLeft, right), divide(times(left, dRight), power(right, number(2))));
  const exponent = literalValue(right);
  // (uᵖ)′ = p·uᵖ⁻¹·u′ for a written number p; else (uᵛ)′ = v·uᵛ⁻¹·u′ + uᵛ·log u·v′
  if (exponent !== undefined) return times(times(number(exponent), power(left, number(exponent - 1))), dLeft);
  const inBase = times(times(right, power(left, minus(right, number(1)))), dLeft);
  return plus(inBase, times(times(of, call("log", left)), dRight));
}

function chain(of: Expression & { kind: "call" }, name: string, numberOf: NumberOf | undefined): Expression {
  const known = FUNCTIONS[of.name];
  const isTie =
    known?.slopesOfTie !== undefined && numberOf !== undefined && new Set(of.inputs.map(numberOf)).size === 1;
  const slopes = (isTie ? known.slopesOfTie : known?.slopes(...of.inputs)) ?? [];
  return of.inputs.reduce(
    (sum, input, i) => plus(sum, times(slopes[i] ?? number(0), derivative(input, name, numberOf))),
    number(0),
  );
}
