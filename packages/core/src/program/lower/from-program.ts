// From programs to graphs: each primitive is asked how it becomes kernels; those that do not say run on the host.
import type { AnyArray } from "../../array/types.ts";
import { InternalError } from "../../errors/index.ts";
import { contentOf, isTraced } from "../content.ts";
import type { Operand } from "../lowering.ts";
import type { Program } from "../program.ts";
import { sameShape } from "../shape.ts";
import type { Node } from "../trace.ts";
import { Graph, type GraphOptions, type Strided } from "./graph.ts";

/** The program as a graph, with what it returns. */
export function graphOf(program: Program, options: GraphOptions): { graph: Graph; outputs: readonly Strided[] } {
  const [like] = program.outputs;
  const graph = new Graph(like === undefined ? options : { ...options, like }, addProgram);
  const inputs = program.inputs.map(({ shape, dtype }, i) => graph.input(i, dtype, shape));
  return { graph, outputs: addProgram(graph, program, inputs, new Map()) };
}

function addProgram(
  graph: Graph,
  program: Program,
  inputs: readonly Strided[],
  captured: ReadonlyMap<unknown, Operand>,
): Strided[] {
  const values = new Map<Node, Strided>();
  program.inputs.forEach((node, i) => {
    values.set(node, inputs[i]!);
  });
  const resolve = (x: AnyArray): Strided => {
    const node = program.trace.nodeOf(x);
    const value = node === undefined ? captured.get(x) : values.get(node);
    if (value !== undefined) return value as Strided;
    const content = contentOf(x);
    if (node === undefined && !isTraced(content)) return graph.constant(content);
    throw new InternalError("lower: a node is read before it is computed, or belongs to another trace.");
  };
  for (const node of liveNodes(program)) values.set(node, addNode(graph, node, node.inputs.map(resolve)));
  return program.outputs.map(resolve);
}

function addNode(graph: Graph, node: Node, inputs: readonly Strided[]): Strided {
  const { primitive, params, shape, dtype } = node;
  const lowered = primitive!.lower?.(graph, inputs, params, node) as Strided | undefined;
  if (lowered === undefined) return graph.host(primitive!, params, inputs, shape, dtype);
  if (lowered.dtype === dtype && sameShape(lowered.shape, shape)) return lowered;
  throw new InternalError(
    `lower: ${primitive!.name} became ${lowered.dtype}[${lowered.shape.join(", ")}] instead of ${dtype}[${shape.join(", ")}].`,
  );
}

/** What the results depend on, and what has an effect, in the order of the program. */
function liveNodes({ nodes, outputs, trace }: Program): Node[] {
  const live = new Set<Node>();
  const mark = (x: AnyArray): void => {
    const node = trace.nodeOf(x);
    if (node !== undefined) live.add(node);
  };
  outputs.forEach(mark);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (node.primitive?.effect === true) live.add(node);
    if (live.has(node)) node.inputs.forEach(mark);
  }
  return nodes.filter((node) => node.primitive !== undefined && live.has(node));
}
