// ∂(expression)/∂(name) as a formula, for people to read next to the number. The numbers themselves come from automatic differentiation.
import { call, divide, literalValue, minus, negate, number, plus, power, times } from "./build.ts";
import { FUNCTIONS } from "./functions.ts";
import type { Expression } from "./parse.ts";

/** The formula, or the number 0 where the name does not occur. */
export function derivative(of: Expression, name: string): Expression {
  if (of.kind === "number") return number(0);
  if (of.kind === "name") return number(of.name === name ? 1 : 0);
  if (of.kind === "negate") return negate(derivative(of.of, name));
  if (of.kind === "call") return chain(of, name);
  const { operator, left, right } = of;
  const dLeft = derivative(left, name);
  const dRight = derivative(right, name);
  if (operator === "+") return plus(dLeft, dRight);
  if (operator === "-") return minus(dLeft, dRight);
  if (operator === "*") return plus(times(dLeft, right), times(left, dRight));
  if (operator === "/") return minus(divide(dLeft, right), divide(times(left, dRight), power(right, number(2))));
  const exponent = literalValue(right);
  // (uᵖ)′ = p·uᵖ⁻¹·u′ for a written number p; else (uᵛ)′ = uᵛ·(v′·log u + v·u′/u)
  if (exponent !== undefined) return times(times(number(exponent), power(left, number(exponent - 1))), dLeft);
  return times(of, plus(times(dRight, call("log", left)), times(right, divide(dLeft, left))));
}

function chain(of: Expression & { kind: "call" }, name: string): Expression {
  const slopes = FUNCTIONS[of.name]?.slopes(...of.inputs) ?? [];
  return of.inputs.reduce(
    (sum, input, i) => plus(sum, times(slopes[i] ?? number(0), derivative(input, name))),
    number(0),
  );
}
