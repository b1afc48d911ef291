// Graphs: a program as kernels see it. Arrays are rows of numbers read through views; names and shapes of operations are gone.

import type { AnyArray } from "../../array/types.ts";
import { InternalError } from "../../errors/index.ts";
import { contentOf, isTraced } from "../content.ts";
import { type DType, kindOf } from "../dtype.ts";
import type { Instruction, Value } from "../kernels/body.ts";
import type { Combine } from "../kernels/kernel.ts";
import type { Builder, Loop, Operand, Part, Recipe } from "../lowering.ts";
import type { Primitive } from "../primitive.ts";
import { type Program, traceProgram } from "../program.ts";
import { type Shape, sameShape, sizeOf, stridesOf, withoutAxes } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { FoldingBody, replay } from "./fold.ts";
import { type Formula, Formulas } from "./formulas.ts";
import type { GNode, LoopNode, MatmulNode, MatrixRef, Ref } from "./nodes.ts";
import { canonical, isIdentity, reshapeStrides } from "./view.ts";

/** An operand of the builder: a node under a shape. */
export class Strided implements Operand {
  readonly node: GNode;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;

  constructor(node: GNode, shape: Shape, strides: readonly number[] = stridesOf(shape), offset = 0) {
    this.node = node;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
  }

  get dtype(): DType {
    return this.node.dtype;
  }

  get ref(): Ref {
    if (this.node.kind === "fill")
      return {
        node: this.node,
        view: canonical(
          this.shape,
          this.shape.map(() => 0),
          0,
        ),
      };
    return { node: this.node, view: canonical(this.shape, this.strides, this.offset) };
  }

  with(shape: Shape, strides: readonly number[], offset: number = this.offset): Strided {
    return new Strided(this.node, shape, strides, offset);
  }
}

export interface GraphOptions {
  readonly simplify: boolean;
  /** An array of the program: it knows how to make its siblings, for functions that are traced while lowering. */
  readonly like?: AnyArray;
}

/** Adds the operations of a program to a graph. */
export type Inline = (
  graph: Graph,
  program: Program,
  inputs: readonly Strided[],
  captured: ReadonlyMap<unknown, Operand>,
) => readonly Strided[];

type Draft<N extends GNode = GNode> = N extends GNode ? Omit<N, "id"> : never;

/** Makes nodes; equal ones are made once. */
export class Graph implements Builder {
  readonly nodes: GNode[] = [];
  readonly #options: GraphOptions;
  readonly #known = new Map<string, GNode>();
  readonly #formulas = new Formulas();
  readonly #inline: Inline;

  constructor(options: GraphOptions, inline: Inline) {
    this.#options = options;
    this.#inline = inline;
  }

  #add(draft: Draft, key: string | undefined): GNode {
    const name = key === undefined ? undefined : this.#scope + key;
    const known = name === undefined || !this.#options.simplify ? undefined : this.#known.get(name);
    if (known !== undefined) return known;
    const node = { ...draft, id: this.nodes.length } as GNode;
    this.nodes.push(node);
    if (name !== undefined) this.#known.set(name, node);
    return node;
  }

  input(index: number, dtype: DType, shape: Shape): Strided {
    return new Strided(this.#add({ kind: "input", index, dtype, size: sizeOf(shape) }, undefined), shape);
  }

  /** An array of the closure. */
  constant(tensor: Tensor): Strided {
    const known = this.#constants.get(tensor) ?? this.#constant(tensor);
    this.#constants.set(tensor, known);
    return known;
  }
  readonly #constants = new Map<Tensor, Strided>();

  #constant(tensor: Tensor): Strided {
    const { shape, dtype } = tensor;
    const size = sizeOf(shape);
    if (size === 0) return this.#empty(shape, dtype);
    const value = tensor.uniform ?? (this.#options.simplify || size === 1 ? uniform(tensor.data) : undefined);
    if (value !== undefined) return this.broadcast(this.scalar(value, dtype), shape);
    const { data } = tensor;
    const step = this.#options.simplify && dtype === "i32" ? progression(data) : undefined;
    if (step !== undefined) {
      const line = this.iota([data.length], 0);
      const start = data[0]!;
      const scaled = this.map([line], (b, [x]) => b.add(b.mul(x!, b.constant(step, "i32")), b.constant(start, "i32")));
      return this.reshape(scaled, shape);
    }
    const node = this.#add({ kind: "constant", tensor, dtype, size: data.length }, undefined);
    return new Strided(node, shape);
  }

  #empty(shape: Shape, dtype: DType): Strided {
    return this.broadcast(this.scalar(0, dtype), shape);
  }

  scalar(value: number, dtype: DType): Strided {
    const text = Object.is(value, -0) ? "-0" : String(value);
    return new Strided(this.#add({ kind: "fill", value, dtype, size: 1 }, `fill ${dtype} ${text}`), []);
  }

  iota(shape: Shape, axis: number): Strided {
    const extent = shape[axis]!;
    const line = new Strided(this.#add({ kind: "iota", dtype: "i32", size: extent }, `iota ${extent}`), [extent]);
    return line.with(
      shape,
      shape.map((_, a) => (a === axis ? 1 : 0)),
    );
  }

  map(inputs: readonly Operand[], recipe: Recipe): Strided {
    const operands = inputs as readonly Strided[];
    const { shape } = operands[0]!;
    const formula = this.#formulas.of(
      recipe,
      operands.map(({ dtype }) => dtype),
    );
    if (sizeOf(shape) === 0) return this.#empty(shape, formula.dtype);
    const refs = operands.map(({ ref }) => ref);
    if (this.#options.simplify) {
      const short = this.#shortcut(formula, operands);
      if (short !== undefined) return short;
    }
    const apart = this.#options.simplify && formula.isSum ? this.#sumOfParts(operands) : undefined;
    if (apart !== undefined) return apart;
    const draft = { kind: "map", formula, inputs: refs, dtype: formula.dtype, size: sizeOf(shape) } as const;
    return new Strided(this.#add(draft, `map ${formula.id} ${refs.map(keyOfRef).join(" ")}`), shape);
  }

  /** The operand itself, or a number, where folding leaves nothing else. */
  #shortcut(formula: Formula, operands: readonly Strided[]): Strided | undefined {
    if (formula.alias !== undefined) return operands[formula.alias];
    const undone = formula.work === 1 && operands.length === 1 ? this.#undone(formula, operands[0]!) : undefined;
    if (undone !== undefined) return undone;
    if (operands.every(({ node }) => node.kind !== "fill")) return undefined;
    const b = new FoldingBody();
    const loads: Value[] = operands.map(({ node }, i) =>
      node.kind === "fill" ? b.constant(node.value, node.dtype) : b.load(i, node.dtype),
    );
    const result = replay(b, formula.instructions, formula.result, (i) => loads[i]!);
    const last: Instruction = b.instructions[result.id]!;
    if (last.op === "load") return operands[last.access];
    if (last.op !== "constant" || last.dtype === "i64") return undefined;
    const shape = operands[0]!.shape;
    return this.broadcast(this.scalar(Number(last.value), last.dtype), shape) as Strided;
  }

  /** What a map was made of, where the next one takes it back: −(−x), conversions there and back. */
  #undone(formula: Formula, operand: Strided): Strided | undefined {
    const { node } = operand;
    if (node.kind !== "map" || !isIdentity(operand.ref.view, node.size)) return undefined;
    const b = new FoldingBody();
    const before = replay(b, node.formula.instructions, node.formula.result, (i) =>
      b.load(i, node.inputs[i]!.node.dtype),
    );
    const last = b.instructions[replay(b, formula.instructions, formula.result, () => before).id]!;
    const source = last.op === "load" ? node.inputs[last.access]! : undefined;
    const whole = source !== undefined && isIdentity(source.view, source.node.size);
    return whole && source.node.size === node.size ? new Strided(source.node, operand.shape) : undefined;
  }

  /** Sums of boxes in zeros that do not meet are one array of these boxes, each with 0 added, as the sum does. */
  #sumOfParts([x, y]: readonly Strided[]): Strided | undefined {
    const [a, b] = [this.#zerosAround(x!), this.#zerosAround(y!)];
    if (a === undefined || b === undefined || a.length + b.length > MAX_PARTS) return undefined;
    if (a.some((p) => b.some((q) => overlap(p, q)))) return undefined;
    const { shape, dtype } = x!;
    const zero = this.scalar(0, dtype);
    const parts = [...a, ...b].map((part) => ({
      x: this.map([part.x, this.broadcast(zero, part.x.shape)], sum),
      start: part.start,
    }));
    return this.assemble(shape, dtype, parts, 0);
  }

  #zerosAround(x: Strided): readonly Part[] | undefined {
    const { node } = x;
    const origin = node.kind === "assemble" && Object.is(node.fill, 0) ? this.#origins.get(node) : undefined;
    const whole = origin !== undefined && sameShape(origin.shape, x.shape) && isIdentity(x.ref.view, node.size);
    return whole ? origin.parts : undefined;
  }

  broadcast(x: Operand, shape: Shape): Strided {
    const source = x as Strided;
    const lead = shape.length - source.shape.length;
    const strides = shape.map((extent, axis) => {
      const own = source.shape[axis - lead];
      return own === undefined || (own === 1 && extent !== 1) ? 0 : source.strides[axis - lead]!;
    });
    return source.with(shape, strides);
  }

  transpose(x: Operand, axes: readonly number[]): Strided {
    const { shape, strides } = x as Strided;
    return (x as Strided).with(
      axes.map((axis) => shape[axis]!),
      axes.map((axis) => strides[axis]!),
    );
  }

  reshape(x: Operand, shape: Shape): Strided {
    const source = x as Strided;
    const strides = reshapeStrides(source.shape, source.strides, shape);
    if (strides !== undefined) return source.with(shape, strides);
    return new Strided(this.contiguous(source).node, shape);
  }

  slice(x: Operand, start: readonly number[], stop: readonly number[]): Strided {
    const source = x as Strided;
    const offset = start.reduce((sum, at, axis) => sum + at * source.strides[axis]!, source.offset);
    const shape = stop.map((end, axis) => end - start[axis]!);
    return this.#insidePart(source, start, shape) ?? source.with(shape, source.strides, offset);
  }

  /** A box of an assembled array that lies inside of one part is a box of that part. */
  #insidePart(source: Strided, start: readonly number[], shape: Shape): Strided | undefined {
    const { node } = source;
    if (!this.#options.simplify || node.kind !== "assemble" || source.offset !== 0) return undefined;
    const origin = this.#origins.get(node);
    if (origin === undefined || !sameShape(origin.shape, source.shape) || !isRowMajor(source)) return undefined;
    for (const { x, start: at } of origin.parts) {
      const inside = start.every((s, a) => s >= at[a]! && s + shape[a]! <= at[a]! + x.shape[a]!);
      if (!inside) continue;
      const from = start.map((s, a) => s - at[a]!);
      return this.slice(
        x,
        from,
        from.map((s, a) => s + shape[a]!),
      );
    }
    return undefined;
  }
  readonly #origins = new Map<GNode, { shape: Shape; parts: readonly Part[] }>();

  /** The same elements in a row of their own. */
  contiguous(x: Strided): Strided {
    const size = sizeOf(x.shape);
    if (size === 0 || (isRowMajor(x) && x.offset === 0 && x.node.size === size)) return x;
    return new Strided(this.copyOf(x.ref), x.shape);
  }

  resultOf(loop: LoopNode, place: number): GNode {
    return this.nodes.find((node) => node.kind === "result" && node.loop === loop && node.place === place)!;
  }

  /** A node of its own, computed in a buffer: never an input, a constant or a number. */
  ownedCopyOf(ref: Ref): GNode {
    const whole = isIdentity(ref.view, ref.node.size);
    const { kind } = ref.node;
    return whole && kind !== "input" && kind !== "constant" && kind !== "fill" && kind !== "iota"
      ? ref.node
      : this.copyOf(ref);
  }

  /** A node with the elements of a view in a row. */
  copyOf(ref: Ref): GNode {
    const formula = this.#formulas.of(same, [ref.node.dtype]);
    const size = ref.view.extents.reduce((a, b) => a * b, 1);
    const draft = { kind: "map", formula, inputs: [ref], dtype: ref.node.dtype, size } as const;
    return this.#add(draft, `map ${formula.id} ${keyOfRef(ref)}`);
  }

  reduce(x: Operand, axes: readonly number[], combine: Combine): Strided {
    let source = x as Strided;
    const shape = withoutAxes(source.shape, axes);
    const counts = combine === "sum" || combine === "product";
    if (source.dtype === "bool" && counts) source = this.map([source], (b, [v]) => b.convert(v!, "i32"));
    const { dtype } = source;
    const start = combine === "sum" ? 0 : 1;
    if (sizeOf(source.shape) === 0) return this.broadcast(this.scalar(start, dtype), shape);
    const groups = grouped(source.shape, axes);
    if (groups.every((group) => !group.reduced)) {
      // Over axes of length 1: 0 + x is not x for −0.
      const only = this.reshape(source, shape);
      if (combine !== "sum" || kindOf(dtype) !== "float") return only;
      return this.map([only], (b, [v]) => b.add(b.constant(0, v!.dtype), v!));
    }
    if (groups.filter((group) => group.reduced).length > 1) {
      const kept = source.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
      source = this.transpose(source, [...kept, ...axes]);
      groups.splice(
        0,
        groups.length,
        ...grouped(
          source.shape,
          axes.map((_, i) => kept.length + i),
        ),
      );
    }
    const at = groups.findIndex((group) => group.reduced);
    const extent = (list: typeof groups): number => list.reduce((total, group) => total * group.extent, 1);
    const [outer, count, inner] = [extent(groups.slice(0, at)), groups[at]!.extent, extent(groups.slice(at + 1))];
    const { ref: input } = source;
    const draft = { kind: "reduce", combine, input, outer, count, inner, dtype, size: outer * inner } as const;
    const key = `reduce ${combine} ${outer} ${count} ${inner} ${keyOfRef(input)}`;
    return new Strided(this.#add(draft, key), shape);
  }

  matmul(a: Operand, b: Operand): Strided {
    const [left, right] = [a as Strided, b as Strided];
    const lead = left.shape.slice(0, -2);
    const [m, k] = left.shape.slice(-2) as [number, number];
    const n = right.shape.at(-1)!;
    const shape = [...lead, m, n];
    if (sizeOf(shape) * k === 0) return this.broadcast(this.scalar(0, left.dtype), shape);
    const draft = {
      kind: "matmul",
      ...mergeRows(lead, m, n, k, left, right),
      dtype: left.dtype,
      size: sizeOf(shape),
    } as const;
    const key = `matmul ${m} ${n} ${k} ${keyOfRef(left.ref)} ${keyOfRef(right.ref)} ${lead.join("x")}`;
    return new Strided(this.#add(draft, key), shape);
  }

  take(x: Operand, ids: Operand, axis: number): Strided {
    const source = x as Strided;
    const positions = ids as Strided;
    const { shape: outerShape } = source;
    const [front, behind] = [outerShape.slice(0, axis), outerShape.slice(axis + 1)];
    const shape = [...front, ...positions.shape, ...behind];
    const { strides } = source;
    const zeros = positions.shape.map(() => 0);
    const from = source.with(shape, [...strides.slice(0, axis), ...zeros, ...strides.slice(axis + 1)]);
    const which = positions.with(shape, [...front.map(() => 0), ...positions.strides, ...behind.map(() => 0)]);
    return this.#pick(from, which, strides[axis]!, outerShape[axis]!);
  }

  takeAlong(x: Operand, ids: Operand, axis: number): Strided {
    const source = x as Strided;
    const { shape } = ids;
    const from = source.with(
      shape,
      source.strides.map((stride, a) => (a === axis ? 0 : stride)),
    );
    return this.#pick(from, ids as Strided, source.strides[axis]!, source.shape[axis]!);
  }

  #pick(source: Strided, ids: Strided, stride: number, extent: number): Strided {
    const { shape } = source;
    if (sizeOf(shape) === 0) return this.#empty(shape, source.dtype);
    const refs = { source: source.ref, ids: ids.ref };
    const draft = { kind: "pick", ...refs, stride, extent, dtype: source.dtype, size: sizeOf(shape) } as const;
    const key = `pick ${stride} ${extent} ${keyOfRef(refs.source)} ${keyOfRef(refs.ids)}`;
    return new Strided(this.#add(draft, key), shape);
  }

  scatterAdd(target: Operand, ids: Operand, updates: Operand): Strided {
    const { shape, dtype } = target;
    const rows = sizeOf(ids.shape);
    const inner = sizeOf(shape.slice(1));
    const size = sizeOf(shape);
    if (size === 0 || rows === 0) return target as Strided;
    const which = this.contiguous(ids as Strided).node;
    const from = this.reshape(updates, [rows, inner]);
    const { node, offset } = from;
    const [rowStride, innerStride] = from.strides as [number, number];
    const parts = { ids: which, updates: { node, offset, rowStride, innerStride }, rows, inner, extent: shape[0]! };
    const { ref } = target as Strided;
    const key = `scatter ${rows} ${inner} ${keyOfRef(ref)} ${which.id} ${keyOfRef(from.ref)}`;
    return new Strided(this.#add({ kind: "scatter", target: ref, ...parts, dtype, size }, key), shape);
  }

  assemble(shape: Shape, dtype: DType, parts: readonly Part[], fill: number): Strided {
    if (sizeOf(shape) === 0) return this.#empty(shape, dtype);
    const strides = stridesOf(shape);
    const filled = parts.filter(({ x }) => sizeOf(x.shape) > 0);
    const places = filled.map(({ x, start }) => ({
      ref: (x as Strided).ref,
      to: canonical(
        x.shape,
        strides,
        start.reduce((sum, at, axis) => sum + at * strides[axis]!, 0),
      ),
    }));
    const covered = filled.reduce((sum, { x }) => sum + sizeOf(x.shape), 0) === sizeOf(shape);
    const draft = {
      kind: "assemble",
      parts: places,
      fill: covered ? undefined : fill,
      dtype,
      size: sizeOf(shape),
    } as const;
    const around = covered ? "" : Object.is(fill, -0) ? "-0" : String(fill);
    const key = `assemble ${shape.join("x")} ${around} ${places.map(({ ref, to }) => `${keyOfRef(ref)} ${to.key}`).join(" ")}`;
    const node = this.#add(draft, key);
    this.#origins.set(node, { shape, parts: filled });
    return new Strided(node, shape);
  }

  host(
    primitive: Primitive<unknown>,
    params: unknown,
    inputs: readonly Strided[],
    shape: Shape,
    dtype: DType,
  ): Strided {
    const given = inputs.map((x) => ({ node: this.contiguous(x).node, shape: x.shape }));
    const draft = { kind: "host", primitive, params, inputs: given, shape, dtype, size: sizeOf(shape) } as const;
    return new Strided(this.#add(draft, undefined), shape);
  }

  inline(program: Program, inputs: readonly Operand[], captured: ReadonlyMap<unknown, Operand>): readonly Operand[] {
    return this.#inline(this, program, inputs as readonly Strided[], captured);
  }

  apart<T>(make: () => T): T {
    const outer = this.#scope;
    this.#scope = `${++this.#scopes} `;
    try {
      return make();
    } finally {
      this.#scope = outer;
    }
  }
  #scope = "";
  #scopes = 0;

  loop({ count, reverse, carries, rows, shared, body, tested }: Loop): readonly Operand[] | undefined {
    const inside = new Graph(this.#options, this.#inline);
    const row = ({ shape, dtype }: Operand, i: number): Strided =>
      inside.input(carries.length + i, dtype, shape.slice(1));
    const inputs = [
      ...carries.map(({ shape, dtype }, i) => inside.input(i, dtype, shape)),
      ...rows.map(row),
      ...shared.map(({ shape, dtype }, i) => inside.input(carries.length + rows.length + i, dtype, shape)),
    ];
    const outputs = body(inside, inputs) as readonly Strided[] | undefined;
    if (outputs === undefined || [...inputs, ...outputs].some(({ shape }) => sizeOf(shape) === 0)) return undefined;
    const nodeOf = (x: Operand): GNode => this.contiguous(x as Strided).node;
    const draft = {
      kind: "loop",
      count,
      reverse,
      carries: carries.map(nodeOf),
      rows: rows.map((x) => ({ node: nodeOf(x), size: sizeOf(x.shape.slice(1)) })),
      shared: shared.map(nodeOf),
      body: { graph: inside, outputs },
      tested,
      dtype: "bool",
      size: 0,
    } as const;
    const loop = this.#add(draft, undefined) as LoopNode;
    const results = tested ? outputs.slice(0, -1) : outputs;
    return results.map(({ shape, dtype }, place) => {
      const whole = place < carries.length ? shape : [count, ...shape];
      const result = { kind: "result", loop, place, dtype, size: sizeOf(whole) } as const;
      return new Strided(this.#add(result, undefined), whole);
    });
  }

  call(
    f: (inputs: readonly AnyArray[]) => readonly AnyArray[],
    inputs: readonly Operand[],
  ): readonly Operand[] | undefined {
    const { like } = this.#options;
    if (like === undefined) return undefined;
    const specs = inputs.map(({ shape, dtype }) => ({ shape, dtype, weak: false }));
    const program = traceProgram(
      f,
      inputs.map(() => like),
      { eager: false, specs },
    );
    return isClosed(program) ? this.inline(program, inputs, new Map()) : undefined;
  }
}

const same: Recipe = (_b, [x]) => x!;
const sum: Recipe = (b, [x, y]) => b.add(x!, y!);
const MAX_PARTS = 16;

/** Whether two boxes share an element. */
function overlap(p: Part, q: Part): boolean {
  return p.start.every((at, axis) => {
    const other = q.start[axis]!;
    return at < other + q.x.shape[axis]! && other < at + p.x.shape[axis]!;
  });
}

function keyOfRef({ node, view }: Ref): string {
  return isIdentity(view, node.size) ? `${node.id}` : `${node.id}[${view.key}]`;
}

/** Whether a program uses nothing of other traces. */
function isClosed({ nodes, outputs, trace }: Program): boolean {
  const own = (x: AnyArray): boolean => {
    const content = contentOf(x);
    return !isTraced(content) || content.trace === trace;
  };
  return outputs.every(own) && nodes.every((node) => node.inputs.every(own));
}

function isRowMajor({ shape, strides }: Strided): boolean {
  const own = stridesOf(shape);
  return shape.every((extent, axis) => extent === 1 || strides[axis] === own[axis]);
}

/** Neighboring axes that are all reduced, or all kept, as one. */
function grouped(shape: Shape, axes: readonly number[]): { reduced: boolean; extent: number }[] {
  const groups: { reduced: boolean; extent: number }[] = [];
  for (const [axis, extent] of shape.entries()) {
    if (extent === 1) continue;
    const reduced = axes.includes(axis);
    const last = groups.at(-1);
    if (last?.reduced === reduced) last.extent *= extent;
    else groups.push({ reduced, extent });
  }
  return groups;
}

/** Leading axes that all share one right side are rows of one taller product; others stay a batch. */
function mergeRows(
  lead: Shape,
  m: number,
  n: number,
  k: number,
  a: Strided,
  b: Strided,
): Pick<MatmulNode, "batch" | "m" | "n" | "k" | "a" | "b"> {
  const batch = [...lead];
  const left = [...a.strides];
  const right = [...b.strides];
  let rows = m;
  const rank = (): number => batch.length;
  for (let axis = rank() - 1; axis >= 0; axis--) {
    if (batch[axis] === 1) drop(axis);
  }
  while (rank() > 0 && right[rank() - 1] === 0 && (rows === 1 || left[rank() - 1] === left[rank()]! * rows)) {
    const last = rank() - 1;
    if (rows === 1) left[last + 1] = left[last]!;
    rows *= batch[last]!;
    drop(last);
  }
  return { batch, m: rows, n, k, a: matrixOf(a, left), b: matrixOf(b, right) };

  function drop(axis: number): void {
    batch.splice(axis, 1);
    left.splice(axis, 1);
    right.splice(axis, 1);
  }
}

function matrixOf({ node, offset }: Strided, strides: readonly number[]): MatrixRef {
  return {
    node,
    offset,
    batchStrides: strides.slice(0, -2),
    rowStride: strides.at(-2)!,
    columnStride: strides.at(-1)!,
  };
}

/** The number that stands everywhere. */
function uniform(data: ArrayLike<number>): number | undefined {
  const first = data[0];
  if (first === undefined) return undefined;
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], first)) return undefined;
  return first;
}

/** The step from each integer to the next, where it is always the same. */
function progression(data: ArrayLike<number>): number | undefined {
  if (data.length < 2) return undefined;
  const step = data[1]! - data[0]!;
  for (let i = 2; i < data.length; i++) if (data[i]! - data[i - 1]! !== step) return undefined;
  return step;
}

/** @throws InternalError for operands that no lowering makes. */
export function strided(x: Operand): Strided {
  if (x instanceof Strided) return x;
  throw new InternalError("lower: an operand was not made by the builder.");
}
