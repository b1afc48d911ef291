// Backpropagation, node by node, as data for people to read.
import {
  type AnyArray,
  eye,
  flatTree,
  fromTyped,
  type InputOf,
  type NDArray,
  type Params,
  type Scalar,
} from "../../array/index.ts";
import { didYouMean, OptionError } from "../../errors/index.ts";
import { contentOf, formulaOf, isTraced, kindOf, type Node, readTensor } from "../../program/index.ts";
import { checkFloats, checkScalar } from "../checks.ts";
import { type Linearized, linearizeFlat, runBackward } from "../linearize.ts";
import { toDot } from "./dot.ts";
import { toJSON } from "./json.ts";
import { toTable } from "./table.ts";
import type { Trace, TraceStep } from "./trace.ts";

/** Names an intermediate of the explained function and returns it. */
export type Label = <A extends AnyArray>(name: string, x: A) => A;

const SMALL = 16; // local derivatives are kept up to 16 × 16

/**
 * Records one forward and one backward pass of a scalar function, node by node.
 *
 * Each node has its value, its local derivatives, the adjoint that each consumer sends to it, and their sum ∂L/∂node.
 * Intermediates are named h1, h2, … or by `label`, the second argument of the function. The backward pass is that of `grad`:
 * adjoints of parameters are equal bit for bit.
 * @throws ShapeError when the result is not a scalar.
 *
 * @example
 * ```ts
 * import { explain, type Scalar } from "steepest";
 * const loss = ({ w, v }: { w: Scalar; v: Scalar }) => v.mul(w.mul(2).relu()).sub(4).pow(2);
 * const trace = explain(loss, { w: 3, v: 0.5 });
 * console.log(trace.adjointOf("w").item(), trace.adjointOf("v").item()); // -2 -12
 * ```
 */
export function explain<P extends Params<P>>(
  f: (params: P, label: Label) => Scalar,
  params: NoInfer<InputOf<P>>,
): Trace {
  const tree = flatTree("explain", params);
  checkFloats("explain", tree);
  const labels = new Map<Node, string>();
  const label: Label = (name, x) => {
    const content = contentOf(x);
    if (isTraced(content) && content.primitive !== undefined) labels.set(content, name);
    return x;
  };
  const flat = (inputs: readonly AnyArray[]) => [checkScalar("explain", f(tree.rebuild(inputs) as P, label))];
  const linearized = linearizeFlat(flat, tree.arrays, { sites: true });
  const steps = describeNodes(linearized, tree.paths, labels);
  const output = outputOf(linearized, steps);
  const computed = steps.filter(({ op }) => op !== "parameter" && op !== "constant");
  const parameters = steps.filter(({ op }) => op === "parameter");
  const data = { steps, forward: computed, backward: [...computed.slice().reverse(), ...parameters], output };
  return {
    forward: data.forward,
    backward: data.backward,
    output: output.name,
    adjointOf(name) {
      const step = steps.find((s) => s.name === name && s.op !== "constant");
      if (step !== undefined) return step.adjoint;
      const names = steps.filter(({ op }) => op !== "constant").map((s) => s.name);
      throw new OptionError(
        `explain: there is no "${name}" in the trace.${didYouMean(name, names)} Its names are ${names.join(", ")}.`,
        {
          code: "unknown-name",
          option: "name",
        },
      );
    },
    toTable: () => toTable(data),
    toDot: () => toDot(data),
    toJSON: () => toJSON(data),
  };
}

/** What the views need. */
export interface TraceData {
  readonly steps: readonly TraceStep[];
  readonly forward: readonly TraceStep[];
  readonly backward: readonly TraceStep[];
  readonly output: TraceStep;
}

function describeNodes(
  linearized: Linearized,
  paths: readonly string[],
  labels: ReadonlyMap<Node, string>,
): TraceStep[] {
  const { program } = linearized;
  const names = nameNodes(program.nodes, paths, labels);
  const ids = new Map<AnyArray | Node, number>();
  const steps: TraceStep[] = [];
  const nodes: (Node | undefined)[] = []; // of each step; constants have none
  const adjoints = collectAdjoints(linearized);
  for (const node of program.nodes) {
    const inputs = node.inputs.map((x) => {
      const inner = program.trace.nodeOf(x);
      if (inner !== undefined) return steps[ids.get(inner)!]!;
      const known = ids.get(x);
      if (known !== undefined) return steps[known]!;
      ids.set(x, steps.length);
      steps.push(constantStep(steps.length, x));
      return steps.at(-1)!;
    });
    ids.set(node, steps.length);
    nodes[steps.length] = node;
    const value = node.value as NDArray;
    const inputNames = inputs.map(({ name }) => name);
    steps.push({
      id: steps.length,
      name: names.get(node)!,
      op: node.primitive?.name ?? "parameter",
      formula: node.primitive === undefined ? names.get(node)! : formulaOf(node.primitive, inputNames, node.params),
      inputs: inputNames,
      inputIds: inputs.map(({ id }) => id),
      value,
      localDerivatives: node.inputs.map((x, k) =>
        localDerivative(node, program.trace.lower(x), k, (y) => program.trace.lower(y)),
      ),
      contributions: [],
      adjoint: value.zerosLike(),
      site: node.site,
    });
  }
  // Contributions name consumers, which come later: fill them in when every node has its number.
  return steps.map((step) => {
    const node = nodes[step.id];
    const arrived = node === undefined ? undefined : adjoints.get(node);
    if (arrived === undefined) return step;
    const contributions = [...arrived.parts].map(([from, adjoint]) => ({
      from: names.get(from)!,
      fromId: ids.get(from)!,
      adjoint,
    }));
    return { ...step, contributions, adjoint: arrived.total };
  });
}

interface Arrived {
  readonly total: NDArray;
  readonly parts: ReadonlyMap<Node, NDArray>;
}

/** Runs the transposed linear program and sorts what is sent by receiver and sender. The seed of the output has no sender. */
function collectAdjoints(linearized: Linearized): Map<Node, Arrived> {
  const result = new Map<Node, { total: NDArray; parts: Map<Node, NDArray> }>();
  runBackward(linearized, [(linearized.values[0] as NDArray).onesLike()], (to, adjoint, from) => {
    const receiver = linearized.sources.get(to);
    if (receiver === undefined) return;
    const arrived = result.get(receiver) ?? { total: adjoint.zerosLike(), parts: new Map<Node, NDArray>() };
    // The same additions in the same order as those of the gradient, so that the totals are equal bit for bit.
    const total = result.has(receiver) ? arrived.total.add(adjoint) : adjoint;
    if (from !== undefined) {
      const sender = linearized.segments[from.id]!;
      const before = arrived.parts.get(sender);
      arrived.parts.set(sender, before === undefined ? adjoint : before.add(adjoint));
    }
    result.set(receiver, { total, parts: arrived.parts });
  });
  return result;
}

/** Labels win, then paths of parameters; the rest are h1, h2, …, skipping names that are taken. */
function nameNodes(
  nodes: readonly Node[],
  paths: readonly string[],
  labels: ReadonlyMap<Node, string>,
): Map<Node, string> {
  const taken = new Set([...labels.values(), ...paths]);
  const names = new Map<Node, string>();
  let inputs = 0;
  let count = 0;
  const next = (): string => {
    do count++;
    while (taken.has(`h${count}`));
    return `h${count}`;
  };
  for (const node of nodes) {
    if (node.primitive === undefined) names.set(node, paths[inputs++] || "x");
    else names.set(node, labels.get(node) ?? next());
  }
  return names;
}

function constantStep(id: number, x: AnyArray): TraceStep {
  const value = x as NDArray;
  const uniform = readTensor(x)?.data;
  const same = uniform !== undefined && uniform.length > 0 && uniform.every((v) => v === uniform[0]);
  const name = same ? printNumber(uniform[0]!) : `constant[${x.shape.join(", ")}]`;
  const adjoint = kindOf(x.dtype) === "float" ? value.zerosLike() : value;
  return {
    id,
    name,
    op: "constant",
    formula: name,
    inputs: [],
    inputIds: [],
    value,
    localDerivatives: [],
    contributions: [],
    adjoint,
    site: undefined,
  };
}

function printNumber(x: number): string {
  return String(Number(x.toPrecision(6))).replace("-", "−");
}

/** ∂node/∂input by the forward rule of the node alone, along each entry of the input. */
function localDerivative(
  node: Node,
  input: AnyArray,
  position: number,
  lower: (x: AnyArray) => AnyArray,
): NDArray | undefined {
  const { primitive } = node;
  const value = node.value as NDArray;
  const x = input as NDArray;
  if (primitive === undefined || kindOf(node.dtype) !== "float" || kindOf(input.dtype) !== "float") return undefined;
  if (value.size > SMALL || x.size > SMALL) return undefined;
  const shape = [...value.shape, ...x.shape];
  const columns = new Float64Array(value.size * x.size);
  const units = eye(x.size).astype(x.dtype) as NDArray;
  for (let j = 0; j < x.size; j++) {
    const tangents = node.inputs.map((_, k) => (k === position ? units.at(j).reshape(...x.shape) : undefined));
    const column = primitive.jvp?.({
      inputs: node.inputs.map((other) => lower(other)) as NDArray[], // rules know which inputs are integers
      output: value,
      tangents,
      params: node.params,
    });
    column?.toArray().forEach((v, i) => {
      columns[i * x.size + j] = v;
    });
  }
  return fromTyped(shape, columns) as NDArray;
}

function outputOf({ program }: Linearized, steps: readonly TraceStep[]): TraceStep {
  const node = program.trace.nodeOf(program.outputs[0]!);
  const computed = steps.filter(({ op }) => op !== "constant");
  const found = node === undefined ? undefined : computed[program.nodes.indexOf(node)];
  return found ?? constantStep(-1, program.outputs[0]!);
}
