// Lowering: a program becomes kernels over buffers. Pure; what is fused and simplified can be switched off, and changes no bit.
import { InternalError } from "../../errors/index.ts";
import type { BufferArray, BufferSpec, LoopStep, Schedule, Step } from "../kernels/schedule.ts";
import type { Program } from "../program.ts";
import { sizeOf } from "../shape.ts";
import { filledTensor, type Tensor, tensor } from "../tensor.ts";
import { kernelOf } from "./emit-loops.ts";
import { graphOf } from "./from-program.ts";
import type { Graph, Strided } from "./graph.ts";
import type { Work } from "./group.ts";
import type { GNode, LoopNode, MatrixRef } from "./nodes.ts";
import { Planner } from "./planner.ts";

export interface LowerOptions {
  /** Constant folding, common subexpressions, identities. Default true. */
  readonly simplify?: boolean;
  /** Several operations in one kernel. Default true. */
  readonly fuse?: boolean;
}

/** The kernels of a program. */
export function lower(program: Program, options: LowerOptions = {}): Schedule {
  const { simplify = true, fuse = true } = options;
  const { graph, outputs } = graphOf(program, { simplify });
  const returned = outputs.map((x) => returnedOf(graph, x));
  return scheduleOf(graph, returned, program.inputs.length, fuse);
}

function scheduleOf(graph: Graph, returned: readonly Returned[], inputCount: number, fuse: boolean): Schedule {
  const roots = returned.flatMap((x) => ("node" in x ? [x.node] : []));
  const planner = new Planner(graph, roots, fuse);
  const buffers: BufferSpec[] = [];
  const numbers = new Map<GNode, number>();
  const inputs = new Array<number | undefined>(inputCount).fill(undefined);
  const constants: { buffer: number; tensor: Tensor }[] = [];
  const bufferOf = (node: GNode): number => {
    const known = numbers.get(node);
    if (known !== undefined) return known;
    const buffer = buffers.push({ dtype: node.dtype, size: node.size }) - 1;
    numbers.set(node, buffer);
    if (node.kind === "input") inputs[node.index] = buffer;
    const value = constantOf(node);
    if (value !== undefined) constants.push({ buffer, tensor: value });
    return buffer;
  };
  const steps = inOrder(planner).map((work) => stepOf(work, bufferOf, planner));
  const results = returned.map((x): BufferArray | { tensor: Tensor } =>
    "node" in x ? { buffer: bufferOf(x.node), shape: x.shape, dtype: x.node.dtype } : x,
  );
  return { buffers, inputs, constants, steps, outputs: results };
}

type Returned = { readonly node: GNode; readonly shape: readonly number[] } | { readonly tensor: Tensor };

function returnedOf(graph: Graph, x: Strided): Returned {
  if (sizeOf(x.shape) === 0) return { tensor: filledTensor(x.shape, x.dtype, 0) };
  if (x.node.kind === "fill") return { tensor: filledTensor(x.shape, x.dtype, x.node.value) };
  const { node } = graph.contiguous(x);
  const value = constantOf(node);
  return value === undefined ? { node, shape: x.shape } : { tensor: { ...value, shape: x.shape } };
}

function constantOf(node: GNode): Tensor | undefined {
  switch (node.kind) {
    case "constant":
      return node.tensor;
    case "fill":
      return filledTensor([1], node.dtype, node.value);
    case "iota":
      return tensor(
        [node.size],
        Int32Array.from({ length: node.size }, (_, i) => i),
      );
    default:
      return undefined;
  }
}

function loopOf(node: LoopNode, bufferOf: (node: GNode) => number, planner: Planner): LoopStep {
  const { count, reverse, carries, rows, shared, tested } = node;
  const { graph, outputs } = node.body;
  const inputCount = carries.length + rows.length + shared.length;
  const returned = outputs.map(({ shape, ref }) => ({ node: graph.ownedCopyOf(ref), shape }));
  const body = scheduleOf(graph, returned, inputCount, planner.fuse);
  const bufferAt = (place: number): number => bufferOf(planner.resultOf(node, place));
  const results = outputs.slice(carries.length, tested ? -1 : undefined);
  return {
    kind: "rounds",
    count,
    reverse,
    body,
    carries: carries.map((from, i) => ({ from: bufferOf(from), input: i, output: i, to: bufferAt(i) })),
    shared: shared.map((from, i) => ({ from: bufferOf(from), input: carries.length + rows.length + i })),
    rows: rows.map((row, i) => ({ from: bufferOf(row.node), input: carries.length + i, size: row.size })),
    results: results.map(({ shape }, i) => ({
      output: carries.length + i,
      to: bufferAt(carries.length + i),
      size: sizeOf(shape),
    })),
    test: tested ? outputs.length - 1 : undefined,
  };
}

/** Writers before readers; otherwise as planned. */
function inOrder(planner: Planner): Work[] {
  const order: Work[] = [];
  const state = new Set<Work>();
  const visit = (work: Work): void => {
    if (state.has(work)) return;
    state.add(work);
    for (const node of planner.readsOf(work)) for (const writer of planner.writers.get(node) ?? []) visit(writer);
    for (const first of planner.before(work)) visit(first);
    order.push(work);
  };
  planner.works.forEach(visit);
  return order.filter((work) => work.kind !== "group" || work.stores.size + work.parts.length > 0);
}

function stepOf(work: Work, bufferOf: (node: GNode) => number, planner: Planner): Step {
  if (work.kind === "group") return kernelOf(work, bufferOf);
  const { node } = work;
  switch (node.kind) {
    case "matmul": {
      const { batch, m, n, k } = node;
      const matrix = ({ node: source, ...rest }: MatrixRef) => ({ buffer: bufferOf(source), ...rest });
      const rows = m * n;
      const batchStrides = batch.map((_, axis) => batch.slice(axis + 1).reduce((a, b) => a * b, rows));
      const c = { buffer: bufferOf(node), offset: 0, rowStride: n, columnStride: 1, batchStrides };
      const dtype = node.dtype === "f32" ? "f32" : "f64";
      return { kind: "matmul", dtype, batch, m, n, k, a: matrix(node.a), b: matrix(node.b), c };
    }
    case "scatter": {
      const { rows, inner, extent, dtype } = node;
      const { node: from, ...strides } = node.updates;
      return {
        kind: "scatter",
        dtype,
        rows,
        inner,
        extent,
        ids: { buffer: bufferOf(node.ids), offset: 0 },
        updates: { buffer: bufferOf(from), ...strides },
        target: { buffer: bufferOf(node), offset: 0 },
      };
    }
    case "loop":
      return loopOf(node, bufferOf, planner);
    case "host": {
      const { primitive, params, shape, dtype } = node;
      const inputs = node.inputs.map((input) => ({
        buffer: bufferOf(input.node),
        shape: input.shape,
        dtype: input.node.dtype,
      }));
      return { kind: "host", primitive, params, inputs, output: { buffer: bufferOf(node), shape, dtype } };
    }
    default:
      throw new InternalError(`lower: ${node.kind} is no step.`);
  }
}
