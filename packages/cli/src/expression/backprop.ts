// The formulas of both passes: what each step computes, and how each adjoint comes from those that use its name.
import { times } from "./build.ts";
import { derivative, type NumberOf } from "./derivative.ts";
import type { Expression } from "./parse.ts";
import { printExpression } from "./print.ts";
import { nodesOf, type Program, type Step } from "./program.ts";

export interface Formula {
  /** The name whose value or adjoint this is. */
  readonly name: string;
  readonly formula: string;
}

export function forwardFormulas(program: Program): Formula[] {
  return program.steps.map(({ name, expression }) => ({ name, formula: printExpression(expression) }));
}

/** The numbers of both passes, for formulas that depend on them. */
export interface Numbers {
  readonly numberOf: NumberOf;
  readonly adjointOf: (name: string) => number;
}

/**
 * dL/dx = Σ over the steps s that use x of dL/ds · ∂s/∂x, in the order in which backpropagation completes them:
 * a name is complete when its first user has been passed on the way back.
 *
 * With `numbers` the formulas are those of the branches that the numbers took.
 */
export function backwardFormulas(program: Program, numbers?: Numbers): Formula[] {
  const result = program.steps.at(-1)?.name ?? "L";
  const steps = stepsBehind(program);
  const used = steps.map((step) => namesIn(step.expression));
  const formulas: Formula[] = [];
  for (let i = steps.length - 1; i >= 0; i--) {
    for (const name of used[i]!) {
      if (used.slice(0, i).some((names) => names.has(name))) continue; // an earlier step still adds its part
      const users = steps.filter((_, j) => used[j]!.has(name));
      const parts = users.map((user) => part(user, name, result, numbers)).filter((formula) => formula !== undefined);
      formulas.push({ name, formula: parts.length === 0 ? "0" : parts.join(" + ") });
    }
  }
  return formulas;
}

/** The steps that the result depends on. */
function stepsBehind({ steps }: Program): readonly Step[] {
  const needed = new Set<string>();
  const kept: Step[] = [];
  for (const step of steps.toReversed()) {
    if (kept.length > 0 && !needed.has(step.name)) continue;
    kept.push(step);
    for (const name of namesIn(step.expression)) needed.add(name);
  }
  return kept.reverse();
}

/** dL/ds · ∂s/∂x; for the result itself only ∂L/∂x. Nothing where the numbers count 0·∞ as 0: the term takes no part. */
function part(user: Step, name: string, result: string, numbers: Numbers | undefined): string | undefined {
  const slope = derivative(user.expression, name, numbers?.numberOf);
  if (numbers !== undefined && Number.isFinite(numbers.adjointOf(name))) {
    const incoming = user.name === result ? 1 : numbers.adjointOf(user.name);
    if (Number.isNaN(incoming * numbers.numberOf(slope))) return undefined;
  }
  if (user.name === result) return printExpression(slope);
  const incoming: Expression = { kind: "name", name: `d${result}/d${user.name}`, at: -1 };
  return printExpression(times(incoming, slope)).replace(`${incoming.name}·`, `${incoming.name} · `);
}

function namesIn(expression: Expression): Set<string> {
  const names = new Set<string>();
  for (const node of nodesOf(expression)) if (node.kind === "name") names.add(node.name);
  return names;
}
