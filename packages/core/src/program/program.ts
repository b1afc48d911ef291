// Programs: a traced function as immutable data. Transforms and backends work on these.
import type { AnyArray } from "../array/types.ts";
import { formatShape, InternalError } from "../errors/index.ts";
import { apply } from "./apply.ts";
import { contentOf, isTraced } from "./content.ts";
import { formulaOf } from "./primitive.ts";
import { sizeOf } from "./shape.ts";
import type { ArraySpec } from "./tensor.ts";
import { type Node, Trace, type TraceOptions } from "./trace.ts";

/** Nodes in the order of computation; outputs are arrays of the trace or constants. */
export interface Program {
  readonly trace: Trace;
  readonly inputs: readonly Node[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly AnyArray[];
}

/**
 * Runs `f` on traced arrays that stand for `inputs` and returns what it did.
 * `eager` traces carry values: branches on `item()` follow the values that are given. Others may give `specs` instead:
 * what the inputs look like inside, where that differs from `inputs`.
 */
export function traceProgram(
  f: (inputs: readonly AnyArray[]) => readonly AnyArray[],
  inputs: readonly AnyArray[],
  options: TraceOptions & { specs?: readonly ArraySpec[] },
): Program {
  const trace = new Trace(options);
  try {
    const outputs = f(inputs.map((x, i) => trace.input(x, options.specs?.[i])));
    return { trace, inputs: trace.inputs, nodes: trace.nodes, outputs };
  } finally {
    trace.close();
  }
}

/** Runs a program on other inputs, node by node. `substitutes` stand in for arrays that its function had captured. */
export function runProgram(
  program: Program,
  inputs: readonly AnyArray[],
  substitutes?: ReadonlyMap<AnyArray, AnyArray>,
): readonly AnyArray[] {
  const results = new Map<Node, AnyArray>();
  program.inputs.forEach((node, i) => {
    results.set(node, inputs[i]!);
  });
  const resolve = (x: AnyArray): AnyArray => {
    const node = program.trace.nodeOf(x);
    if (node === undefined) return substitutes?.get(x) ?? x;
    const result = results.get(node);
    if (result === undefined) throw new InternalError("runProgram: a node is read before it is computed.");
    return result;
  };
  for (const node of program.nodes) {
    if (node.primitive !== undefined) results.set(node, apply(node.primitive, node.inputs.map(resolve), node.params));
  }
  return program.outputs.map(resolve);
}

/** The program as text, one node per line. */
export function printProgram(program: Program): string {
  const name = (x: AnyArray): string => {
    const node = program.trace.nodeOf(x);
    if (node !== undefined) return `h${node.id}`;
    const content = contentOf(x);
    if (!isTraced(content) && sizeOf(content.shape) === 1) return String(content.data[0]);
    return `constant${formatShape(x.shape)}`;
  };
  const lines = program.nodes.map((node) => {
    const what = node.primitive === undefined ? "input" : formulaOf(node.primitive, node.inputs.map(name), node.params);
    return `h${node.id}: ${node.dtype}${formatShape(node.shape)} = ${what}`;
  });
  return [...lines, `return ${program.outputs.map(name).join(", ")}`].join("\n");
}
