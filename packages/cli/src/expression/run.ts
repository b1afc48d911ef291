// A program on arrays: the function that automatic differentiation sees.
import { type Scalar, scalar } from "steepest";
import { power } from "steepest/ops";
import { literalValue } from "./build.ts";
import { FUNCTIONS } from "./functions.ts";
import type { Expression } from "./parse.ts";
import type { Program } from "./program.ts";

/** Computes every step that `inputs` does not hold already; `label` names each result. */
export function runProgram(
  program: Program,
  inputs: Readonly<Record<string, Scalar>>,
  label: (name: string, value: Scalar) => Scalar,
): Scalar {
  const values = new Map(Object.entries(inputs));
  let result: Scalar | undefined;
  for (const { name, expression } of program.steps) {
    result = values.get(name);
    if (result !== undefined) continue;
    const value = evaluate(expression, values);
    // A step that only renames (a = x) is an operation too: its adjoint is not that of x.
    result = label(name, expression.kind === "name" || expression.kind === "number" ? value.mul(1) : value);
    values.set(name, result);
  }
  return result!; // a program has a step
}

/** The value of an expression, also of a formula for a slope. */
export function evaluate(expression: Expression, values: ReadonlyMap<string, Scalar>): Scalar {
  if (expression.kind === "number") return scalar(expression.value);
  if (expression.kind === "name") return values.get(expression.name)!; // inputs were checked before
  if (expression.kind === "negate") return evaluate(expression.of, values).neg();
  if (expression.kind === "call") {
    if (expression.name === "step") return scalar(evaluate(expression.inputs[0]!, values).item() > 0 ? 1 : 0);
    return FUNCTIONS[expression.name]!.apply(...expression.inputs.map((input) => evaluate(input, values)));
  }
  const { operator, right } = expression;
  const left = evaluate(expression.left, values);
  const written = literalValue(right);
  if (operator === "^")
    return written === undefined
      ? (power(left, evaluate(right, values)) as Scalar)
      : // of two scalars
        left.pow(written);
  const by = written ?? evaluate(right, values); // a number on the right stays a number: one node less to read
  if (operator === "+") return left.add(by);
  if (operator === "-") return left.sub(by);
  return operator === "*" ? left.mul(by) : left.div(by);
}
