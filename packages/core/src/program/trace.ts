// Tracing: while a function runs on traced arrays, each operation on them becomes a node. Knows nothing of derivatives.
import type { AnyArray } from "../array/types.ts";
import { formatShape, TraceError } from "../errors/index.ts";
import { type Content, contentOf, isTraced, wrap } from "./content.ts";
import type { Primitive } from "./primitive.ts";
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
}

let created = 0;

/**
 * The record of one function. Traces nest: the value of a node may be traced further out, which is how
 * transforms of transforms work.
 */
export class Trace {
  /** Later traces are further in; an operation belongs to the innermost trace among its inputs. */
  readonly level: number = ++created;
  /** Nodes carry values, so that they can be read while the function runs. */
  readonly eager: boolean;
  readonly nodes: Node[] = [];
  readonly inputs: Node[] = [];
  #open = true;

  constructor(options: { eager: boolean }) {
    this.eager = options.eager;
  }

  /** A traced array that stands for `like`. */
  input(like: AnyArray): AnyArray {
    const { shape, dtype, weak } = contentOf(like);
    const value = this.eager ? like : undefined;
    const node: Node = {
      id: this.nodes.length,
      trace: this,
      primitive: undefined,
      params: undefined,
      inputs: [],
      value,
      shape,
      dtype,
      weak,
    };
    this.nodes.push(node);
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
    const { shape, dtype, weak } = spec;
    const node: Node = { id: this.nodes.length, trace: this, primitive, params, inputs, value, shape, dtype, weak };
    this.nodes.push(node);
    return wrap(inputs[0]!, node);
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
