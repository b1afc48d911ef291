// Tracing: while a function runs on traced arrays, each operation on them becomes a node. Knows nothing of derivatives.
import type { AnyArray } from "../array/types.ts";
import { formatShape, TraceError } from "../errors/index.ts";
import { type Content, contentOf, isTraced, wrap } from "./content.ts";
import type { Primitive } from "./primitive.ts";
import { callSite } from "./site.ts";
import type { ArraySpec } from "./tensor.ts";

/** One operation of a traced function, or one of its inputs. */
export interface Node extends ArraySpec {
  readonly id: number;
  readonly trace: Trace;
  /** `undefined` for an input. */
  readonly primitive: Primitive<unknown> | undefined;
  readonly params: unknown;
  /** Arrays of the same trace, or constants of outer ones. */
  readonly inputs: readonly AnyArray[];
  /** What the array stands for one level further out; `undefined` where only shapes are known. */
  readonly value: AnyArray | undefined;
  /** File and line of the user's call, where the trace records it. */
  readonly site: string | undefined;
}

export interface TraceOptions {
  /** Nodes carry values, so that they can be read while the function runs. */
  eager: boolean;
  /** Record where each operation was called: slow, for people who look at the trace. Default false. */
  sites?: boolean;
  /** The inputs are arguments whose values are known at each run before the program starts: `onHost` may read them. Default false. */
  readable?: boolean;
}

let created = 0;

/**
 * The record of one function. Traces nest: the value of a node may be traced further out, which is how
 * transforms of transforms work.
 */
export class Trace {
  /** Later traces are further in; an operation belongs to the innermost trace among its inputs. */
  readonly level: number = ++created;
  readonly eager: boolean;
  readonly nodes: Node[] = [];
  readonly inputs: Node[] = [];
  readonly readable: boolean;
  readonly #sites: boolean;
  #open = true;

  constructor(options: TraceOptions) {
    this.eager = options.eager;
    this.readable = options.readable === true;
    this.#sites = options.sites === true;
  }

  /** A traced array that stands for `like`, or for one of another shape where only shapes are traced. */
  input(like: AnyArray, spec: ArraySpec = contentOf(like)): AnyArray {
    const node = this.#add(spec, undefined, [], undefined, this.eager ? like : undefined);
    this.inputs.push(node);
    return wrap(like, node);
  }

  /** @throws TraceError "leaked" once the function has returned. */
  record(
    primitive: Primitive<unknown>,
    inputs: readonly AnyArray[],
    params: unknown,
    spec: ArraySpec,
    value: AnyArray | undefined,
  ): AnyArray {
    if (!this.#open) throw leaked(primitive.name, inputs);
    return wrap(inputs[0]!, this.#add(spec, primitive, inputs, params, value));
  }

  #add(
    { shape, dtype, weak }: ArraySpec,
    primitive: Primitive<unknown> | undefined,
    inputs: readonly AnyArray[],
    params: unknown,
    value: AnyArray | undefined,
  ): Node {
    const site = this.#sites ? callSite() : undefined;
    const id = this.nodes.length;
    const node: Node = { id, trace: this, primitive, params, inputs, value, site, shape, dtype, weak };
    this.nodes.push(node);
    return node;
  }

  close(): void {
    this.#open = false;
  }

  /** The node of an array that belongs to this trace; `undefined` for constants. */
  nodeOf(x: AnyArray): Node | undefined {
    const content: Content = contentOf(x);
    return isTraced(content) && content.trace === this ? content : undefined;
  }

  /** What an array of this trace stands for one level further out; other arrays stand for themselves. */
  lower(x: AnyArray): AnyArray {
    const node = this.nodeOf(x);
    return node === undefined ? x : node.value!;
  }
}

/** The innermost trace among arrays; `undefined` when all are concrete. */
export function innermost(inputs: readonly AnyArray[]): Trace | undefined {
  let found: Trace | undefined;
  for (const x of inputs) {
    const content = contentOf(x);
    if (isTraced(content) && (found === undefined || content.trace.level > found.level)) found = content.trace;
  }
  return found;
}

function leaked(operation: string, inputs: readonly AnyArray[]): TraceError {
  return new TraceError(
    `${operation}: a traced array of shape ${formatShape(inputs[0]!.shape)} is used after the function that made it has returned. Return the array from that function instead of storing it.`,
    { code: "leaked" },
  );
}
