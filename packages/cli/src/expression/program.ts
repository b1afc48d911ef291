// A program is a list of named steps. One expression without names is cut into one step per operation: h1, h2, …, L.
import { nearestNames } from "../nearest.ts";
import { ExpressionError } from "./expression-error.ts";
import { FUNCTIONS } from "./functions.ts";
import { type Expression, parseProgram } from "./parse.ts";

export interface Step {
  readonly name: string;
  readonly expression: Expression;
}

export interface Program {
  readonly source: string;
  /** In order; the last one is the result. */
  readonly steps: readonly Step[];
  /** Names that no step defines, in order of appearance. */
  readonly inputs: readonly string[];
}

/** @throws ExpressionError for text that cannot be read, an unknown function, or a name that is used before its step. */
export function readProgram(source: string): Program {
  const statements = parseProgram(source);
  const names = new Set(statements.flatMap(({ name }) => (name === undefined ? [] : [name])));
  const inputs = new Set<string>();
  const known = new Set<string>();
  for (const { name, expression } of statements) {
    for (const node of nodesOf(expression)) {
      if (node.kind === "call") checkCall(node, source);
      if (node.kind !== "name" || known.has(node.name)) continue;
      if (names.has(node.name)) {
        throw new ExpressionError(`"${node.name}" is used before it has a value`, source, node.at, [
          "put its statement first",
        ]);
      }
      inputs.add(node.name);
    }
    if (name !== undefined) known.add(name);
  }
  const fresh = freshNames(new Set([...names, ...inputs]));
  const steps =
    statements.length === 1 && statements[0]?.name === undefined
      ? cut(statements[0]!.expression, fresh)
      : statements.map(({ name, expression }, i) => ({
          name: name ?? (i === statements.length - 1 ? fresh("L") : fresh("h")),
          expression,
        }));
  return { source, steps, inputs: [...inputs] };
}

/** Steps made of written numbers alone. */
export function constantSteps({ steps }: Program): string[] {
  const isConstant = (expression: Expression): boolean =>
    [...nodesOf(expression)].every((node) => node.kind !== "name");
  return steps.filter(({ expression }) => isConstant(expression)).map(({ name }) => name);
}

/** Every expression inside, the outer ones after their parts. */
export function* nodesOf(expression: Expression): Generator<Expression> {
  if (expression.kind === "negate") yield* nodesOf(expression.of);
  if (expression.kind === "binary") {
    yield* nodesOf(expression.left);
    yield* nodesOf(expression.right);
  }
  if (expression.kind === "call") for (const input of expression.inputs) yield* nodesOf(input);
  yield expression;
}

function checkCall(node: Expression & { kind: "call" }, source: string): void {
  const known = Object.hasOwn(FUNCTIONS, node.name) ? FUNCTIONS[node.name] : undefined;
  if (known === undefined) {
    const near = nearestNames(node.name, Object.keys(FUNCTIONS));
    throw new ExpressionError(`there is no function "${node.name}"`, source, node.at, [
      near.length > 0 ? `did you mean ${near.join(" or ")}?` : `functions are ${Object.keys(FUNCTIONS).join(", ")}`,
    ]);
  }
  if (known.inputs !== node.inputs.length) {
    const inputs = known.inputs === 1 ? "one input" : `${known.inputs} inputs`;
    throw new ExpressionError(`"${node.name}" takes ${inputs}, got ${node.inputs.length}`, source, node.at);
  }
}

/** "L" if it is free, else "L1", …; "h" always counts: h1, h2, … */
function freshNames(taken: Set<string>): (prefix: "h" | "L") => string {
  return (prefix) => {
    let name = prefix === "L" ? "L" : "h1";
    for (let i = 2; taken.has(name); i++) name = `${prefix}${prefix === "L" ? i - 1 : i}`;
    taken.add(name);
    return name;
  };
}

/** One step per operation; names and numbers stay where they are. */
function cut(expression: Expression, fresh: (prefix: "h" | "L") => string): Step[] {
  const steps: Step[] = [];
  const leaf = (node: Expression): Expression => {
    if (node.kind === "number" || node.kind === "name") return node;
    if (node.kind === "negate" && node.of.kind === "number") return node;
    const flat = flatten(node, leaf);
    const name = fresh("h");
    steps.push({ name, expression: flat });
    return { kind: "name", name, at: node.at };
  };
  steps.push({ name: fresh("L"), expression: flatten(expression, leaf) });
  return steps;
}

function flatten(node: Expression, leaf: (part: Expression) => Expression): Expression {
  if (node.kind === "negate") return { ...node, of: leaf(node.of) };
  if (node.kind === "binary") return { ...node, left: leaf(node.left), right: leaf(node.right) };
  if (node.kind === "call") return { ...node, inputs: node.inputs.map(leaf) };
  return node;
}
