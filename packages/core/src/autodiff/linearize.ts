// From a function to its linear program: the derivative at a point, ready to be run forwards or transposed.
// Knows operations by their rules only.
import type { AnyArray, NDArray } from "../array/index.ts";
import { InternalError } from "../errors/index.ts";
import { identity } from "../ops/index.ts";
import { kindOf, type Node, type Program, runProgram, Trace, traceProgram } from "../program/index.ts";

type Flat = (inputs: readonly AnyArray[]) => readonly AnyArray[];

/** The value of f at a point and its derivative there, as a linear program from input tangents to output tangents. */
export interface Linearized {
  /** Results of f, at the level of the caller. */
  readonly values: readonly AnyArray[];
  /** The traced function itself, for those who explain it. */
  readonly program: Program;
  /** Linear in its inputs, one per float input of f; outputs that depend on none of them are constant zeros. */
  readonly tangents: Program;
  /** The node of f whose tangent a node of the linear program is; helper nodes in between have none. */
  readonly sources: ReadonlyMap<Node, Node>;
  /** For each node of the linear program, the node of f whose rule recorded it. */
  readonly segments: readonly Node[];
}

/**
 * Pushes tangents through a traced function by the forward rule of each node. `undefined` means zero.
 * `settle` sees each tangent before it is kept and may put another array in its place.
 */
export function pushForward(
  program: Program,
  seeds: readonly (NDArray | undefined)[],
  settle: (tangent: NDArray, node: Node) => NDArray = (tangent) => tangent,
): readonly (NDArray | undefined)[] {
  const { trace } = program;
  const tangents = new Map<Node, NDArray>();
  program.inputs.forEach((node, i) => {
    const seed = seeds[i];
    if (seed !== undefined) tangents.set(node, seed);
  });
  const tangentOf = (x: AnyArray): NDArray | undefined => {
    const node = trace.nodeOf(x);
    return node === undefined ? undefined : tangents.get(node);
  };
  for (const node of program.nodes) {
    const { primitive } = node;
    if (primitive?.jvp === undefined || kindOf(node.dtype) !== "float") continue;
    const incoming = node.inputs.map(tangentOf);
    if (incoming.every((t) => t === undefined)) continue;
    const tangent = primitive.jvp({
      inputs: node.inputs.map((x) => trace.lower(x)) as NDArray[], // rules know which inputs are integers
      output: node.value as NDArray,
      tangents: incoming,
      params: node.params,
    });
    if (tangent !== undefined) tangents.set(node, settle(tangent, node));
  }
  return program.outputs.map(tangentOf);
}

/** Traces f at a point and records its derivative as a linear program. */
export function linearizeFlat(f: Flat, primals: readonly AnyArray[], options: { sites?: boolean } = {}): Linearized {
  const program = traceProgram(f, primals, { eager: true, ...options });
  const values = program.outputs.map((x) => program.trace.lower(x));
  const linear = new Trace({ eager: false });
  const sources = new Map<Node, Node>();
  const segments: Node[] = [];
  try {
    const seeds = primals.map((x, i) => {
      if (kindOf(x.dtype) !== "float") return undefined;
      const seed = linear.input(x) as NDArray;
      sources.set(linear.nodeOf(seed)!, program.inputs[i]!);
      segments.push(program.inputs[i]!);
      return seed;
    });
    const outputs = pushForward(program, seeds, (tangent, node) => {
      let own = linear.nodeOf(tangent);
      if (own === undefined) return tangent;
      // Rules such as that of x + y hand a tangent on. A node of its own keeps the adjoints of x and of x + y apart.
      const settled = sources.has(own) ? identity(tangent) : tangent;
      own = linear.nodeOf(settled)!;
      sources.set(own, node);
      while (segments.length < linear.nodes.length) segments.push(node);
      return settled;
    });
    const filled = outputs.map((t, i) => t ?? (values[i] as NDArray).zerosLike());
    const tangents = { trace: linear, inputs: linear.inputs, nodes: linear.nodes, outputs: filled };
    return { values, program, tangents, sources, segments };
  } finally {
    linear.close();
  }
}

/** The derivative applied to tangents of the inputs. */
export function runForward(linearized: Linearized, tangents: readonly NDArray[]): readonly NDArray[] {
  return runProgram(linearized.tangents, tangents) as readonly NDArray[];
}

/**
 * The derivative transposed and applied to adjoints of the (first) outputs: one per float input, zeros where none arrives.
 * `onSend` sees every adjoint on its way.
 */
export function runBackward(linearized: Linearized, adjoints: readonly NDArray[], onSend?: OnSend): readonly NDArray[] {
  const primals = linearized.program.inputs.filter((node) => kindOf(node.dtype) === "float");
  return transposeProgram(linearized.tangents, adjoints, onSend).map(
    (adjoint, i) => adjoint ?? (primals[i]!.value as NDArray).zerosLike(),
  );
}

/** Called for each adjoint that reaches a node of a linear program, with the node that sends it; the seeds have no sender. */
export type OnSend = (to: Node, adjoint: NDArray, from: Node | undefined) => void;

/** Runs a linear program backwards: adjoints of its (first) outputs to adjoints of its inputs, `undefined` where none arrives. */
export function transposeProgram(
  { trace, nodes, inputs, outputs }: Program,
  adjoints: readonly (NDArray | undefined)[],
  onSend?: OnSend,
): readonly (NDArray | undefined)[] {
  const arrived = new Map<Node, NDArray>();
  const send = (x: AnyArray, adjoint: NDArray, from: Node | undefined): void => {
    const node = trace.nodeOf(x);
    if (node === undefined) return;
    onSend?.(node, adjoint, from);
    const before = arrived.get(node);
    arrived.set(node, before === undefined ? adjoint : before.add(adjoint));
  };
  adjoints.forEach((adjoint, i) => {
    if (adjoint !== undefined) send(outputs[i]!, adjoint, undefined);
  });
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    const adjoint = arrived.get(node);
    if (adjoint === undefined || node.primitive === undefined) continue;
    transposeNode(trace, node, adjoint).forEach((sent, k) => {
      if (sent !== undefined) send(node.inputs[k]!, sent, node);
    });
  }
  return inputs.map((node) => arrived.get(node));
}

/** Adjoints that one linear application sends to its inputs. */
function transposeNode(trace: Trace, node: Node, adjoint: NDArray): readonly (NDArray | undefined)[] {
  const { primitive } = node;
  if (primitive?.transpose === undefined) {
    throw new InternalError(`The operation "${primitive?.name}" occurs in a derivative, and has no transpose rule.`);
  }
  return primitive.transpose({
    adjoint,
    inputs: node.inputs.map((x) => (trace.nodeOf(x) === undefined ? (x as NDArray) : undefined)),
    specs: node.inputs.map((x) => trace.nodeOf(x) ?? { shape: x.shape, dtype: x.dtype, weak: false }),
    params: node.params,
  });
}
