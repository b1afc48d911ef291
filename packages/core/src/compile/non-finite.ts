// Where a value that is not finite came from: the operation, its inputs, the user's line, the branch of `where`.
import type { AnyArray } from "../array/index.ts";
import { DomainError } from "../errors/index.ts";
import { apply, formulaOf, type Node, type Program, readTensor } from "../program/index.ts";

/** What a debug run knows of each node. */
interface Run {
  readonly program: Program;
  readonly values: ReadonlyMap<Node, AnyArray>;
}

/** A `where` whose branch was not finite and not taken: harmless, and worth knowing. */
export interface HiddenBranch {
  readonly at: string | undefined;
  readonly branch: "yes" | "no";
  readonly entries: number;
}

/** Runs a program node by node and keeps every value. */
export function runKeeping(program: Program, inputs: readonly AnyArray[]): Run & { outputs: readonly AnyArray[] } {
  const values = new Map<Node, AnyArray>();
  program.inputs.forEach((node, i) => {
    values.set(node, inputs[i]!);
  });
  const resolve = (x: AnyArray): AnyArray => {
    const node = program.trace.nodeOf(x);
    return node === undefined ? x : values.get(node)!;
  };
  for (const node of program.nodes) {
    if (node.primitive !== undefined) values.set(node, apply(node.primitive, node.inputs.map(resolve), node.params));
  }
  return { program, values, outputs: program.outputs.map(resolve) };
}

/**
 * @throws DomainError "nonfinite" naming the first operation on the way to a result that is not finite.
 * Infinities and NaN that a `where` leaves out do not count.
 */
export function checkFinite({ program, values }: Run): void {
  const seen = new Set<Node>();
  const through: string[] = [];
  const walk = (x: AnyArray): Node | undefined => {
    const node = program.trace.nodeOf(x);
    if (node === undefined || seen.has(node)) return undefined;
    seen.add(node);
    if (allFinite(values.get(node)!)) return undefined;
    if (node.primitive?.name === "where") {
      const branch = branchThatHurts(node, program, values);
      if (branch !== undefined)
        through.push(`the ${branch} branch of where${node.site === undefined ? "" : ` at ${node.site}`}`);
    }
    for (const input of node.inputs) {
      const origin = walk(input);
      if (origin !== undefined) return origin;
    }
    return node;
  };
  for (const output of program.outputs) {
    const origin = walk(output);
    if (origin !== undefined) throw nonFinite(origin, program, values, through);
  }
}

/** Branches that were not finite and not taken. */
export function hiddenBranches({ program, values }: Run): HiddenBranch[] {
  return program.nodes.flatMap((node) => {
    if (node.primitive?.name !== "where") return [];
    const [condition, yes, no] = node.inputs.map((x) => dataOf(x, program, values));
    return (["yes", "no"] as const).flatMap((branch) => {
      const data = branch === "yes" ? yes! : no!;
      const takenBy = branch === "yes" ? 1 : 0;
      const entries = countWhere(data, (v, i) => !Number.isFinite(v) && condition![i] !== takenBy);
      return entries === 0 ? [] : [{ at: node.site, branch, entries }];
    });
  });
}

function branchThatHurts(node: Node, program: Program, values: ReadonlyMap<Node, AnyArray>): "yes" | "no" | undefined {
  const [condition, yes, no] = node.inputs.map((x) => dataOf(x, program, values));
  if (countWhere(yes!, (v, i) => !Number.isFinite(v) && condition![i] === 1) > 0) return "yes";
  return countWhere(no!, (v, i) => !Number.isFinite(v) && condition![i] === 0) > 0 ? "no" : undefined;
}

function nonFinite(
  node: Node,
  program: Program,
  values: ReadonlyMap<Node, AnyArray>,
  through: readonly string[],
): DomainError {
  const value = readTensor(values.get(node)!)!.data;
  const first = value.findIndex((v: number) => !Number.isFinite(v));
  const count = countWhere(value, (v) => !Number.isFinite(v));
  const where = node.site === undefined ? "" : ` at ${node.site}`;
  const amount = value.length === 1 ? "" : ` (${count} of ${value.length} entries, the first at ${first})`;
  const way = through.length === 0 ? "" : ` It reached the result through ${through.join(" and ")}.`;
  if (node.primitive === undefined) {
    return new DomainError(
      `compile: argument ${program.inputs.indexOf(node)} holds ${value[first]}${amount}.${way} Check the data that is passed.`,
      {
        code: "nonfinite",
        operation: "input",
      },
    );
  }
  const names = node.inputs.map((_, i) => String.fromCharCode(97 + i));
  const given = node.inputs.map(
    (x, i) => `${names[i]} = ${dataOf(x, program, values)[Math.min(first, dataOf(x, program, values).length - 1)]}`,
  );
  return new DomainError(
    `compile: ${node.primitive.name}${where} gave ${value[first]}${amount}: ${formulaOf(node.primitive, names, node.params)} with ${given.join(", ")}.${way} Keep its input inside of the domain, for example with clip or where.`,
    { code: "nonfinite", operation: node.primitive.name },
  );
}

function dataOf(x: AnyArray, program: Program, values: ReadonlyMap<Node, AnyArray>): ArrayLike<number> {
  const node = program.trace.nodeOf(x);
  return readTensor(node === undefined ? x : values.get(node)!)!.data;
}

function allFinite(x: AnyArray): boolean {
  return countWhere(readTensor(x)!.data, (v) => !Number.isFinite(v)) === 0;
}

function countWhere(data: ArrayLike<number>, test: (v: number, i: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (test(data[i]!, i)) count++;
  return count;
}
